"""What happens to bytes of a form while they come in: counted, kept up to the limit, dropped beyond it."""

import io
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from motesplats import hook_limits

MEMORY_BYTES = 2_500_000  # larger files go on in a temporary file
REQUEST_MAX_BYTES = 52 * 1024**2  # of one form with all its files; the door (Caddyfile, asgi.py) stops there too
FORM_MAX_BYTES = 3_000_000  # of every other form
WITH_FILES = r"^(/[a-z]+)?/chatt/[^/]+/dokument/$"  # the one address that takes large forms
READ_AWAY_BYTES = 256 * 1024**2  # a browser that is answered before it has sent all shows a broken connection


def most_bytes(path: str, declared: int | None, *, authorization: str = "") -> int:
    """How large the body of a request to `path` may be. One that does not say its size beforehand must be small.

    authorization: the header of that name; a mail provider's tells who it is.
    """
    if declared is None:
        return FORM_MAX_BYTES
    of_hook = hook_limits.most_bytes_at(path, authorization)
    if of_hook is not None:
        return of_hook
    return REQUEST_MAX_BYTES if re.match(WITH_FILES, path) else FORM_MAX_BYTES


class DroppedUpload(UploadedFile):
    """A file that was not kept: `size` bytes came, none can be read. `reason` is a code of intake.REFUSALS."""

    def __init__(self, name: str, size: int, reason: str):
        super().__init__(file=io.BytesIO(), name=name, size=size)
        self.reason = reason


class CountingUploadHandler(FileUploadHandler):
    """Keeps FILES_PER_PERSON files of at most FILE_MAX_BYTES each, of others nothing; but the form reaches its view.

    So that 200 MB never lie on the disk, and the answer is a sentence instead of a broken connection.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.kept = self.came = 0  # bytes of all files of this form
        self.count = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        with suppress(OSError):
            Path(settings.FILES_DIR).mkdir(parents=True, exist_ok=True)
        # on the volume of the files, since /tmp of a container is memory; closed with the request
        self.file = tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES, dir=settings.FILES_DIR)  # noqa: SIM115
        self.size, self.reason = 0, ""
        self.count += 1
        if self.count > settings.FILES_PER_PERSON:
            self._drop("too_many")

    def receive_data_chunk(self, raw_data, start):
        self.size += len(raw_data)
        self.came += len(raw_data)
        if self.came > REQUEST_MAX_BYTES:
            self.file.close()
            raise StopUpload(connection_reset=True)
        if self.size > settings.FILE_MAX_BYTES:
            self._drop("too_large")
        elif self.kept + self.size > settings.FILES_MAX_BYTES:
            self._drop("too_much")
        if not self.reason:
            self._keep(raw_data)

    def _keep(self, raw_data) -> None:
        try:
            self.file.write(raw_data)
        except OSError:
            self._drop("no_room")

    def _drop(self, reason: str) -> None:
        self.reason = self.reason or reason
        self.file.close()

    def file_complete(self, file_size):
        if self.reason:
            return DroppedUpload(self.file_name, self.size, self.reason)
        self.kept += self.size
        self.file.seek(0)
        return UploadedFile(
            self.file, self.file_name, self.content_type, self.size, self.charset, self.content_type_extra
        )

    def upload_interrupted(self):
        self.file.close()
