"""Answers that are sent bit by bit in both ways to run.

Under ASGI (the embedded mode) Django would first read all of a file into memory, with a warning in the log.
"""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import FileResponse, StreamingHttpResponse


class _BitByBit:
    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = iter(self.streaming_content)
        while (part := await sync_to_async(next)(parts, None)) is not None:
            yield part


class FileSent(_BitByBit, FileResponse):
    """FileResponse; its file is read 64 KiB at a time."""

    block_size = 64 * 1024


class StreamSent(_BitByBit, StreamingHttpResponse):
    """StreamingHttpResponse over a synchronous iterator of bytes."""
