"""Files and streams are sent bit by bit under ASGI too."""

import io

from asgiref.sync import async_to_sync

from motesplats.streaming import FileSent, StreamSent


def sent(answer) -> list[bytes]:
    async def read():
        return [part async for part in answer]

    return async_to_sync(read)()


def test_a_file_comes_in_pieces_without_a_warning():
    answer = FileSent(io.BytesIO(bytes(150_000)), content_type="image/webp")
    assert [len(part) for part in sent(answer)] == [65_536, 65_536, 18_928]


def test_a_stream_is_read_only_as_far_as_it_is_sent():
    asked = []

    def parts():
        for number in range(3):
            asked.append(number)
            yield b"x"

    async def first(answer):
        return await anext(aiter(answer))

    assert async_to_sync(first)(StreamSent(parts())) == b"x"
    assert asked == [0]
    assert sent(StreamSent(parts())) == [b"x"] * 3
