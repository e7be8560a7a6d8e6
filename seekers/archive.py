"""All of somebody's documents as one ZIP, made while it is sent: originals, texts, nothing on the disk."""

import zipfile
from collections.abc import Iterable, Iterator

from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from motesplats import files
from seekers.models import Document, DocumentVersion

CHUNK = 256 * 1024  # bytes


class _Outlet:
    """What zipfile writes to: holds the bytes until they are sent. It cannot be rewound, so zipfile does not try."""

    def __init__(self):
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data, self.waiting = b"".join(self.waiting), []
        return data


def pack(documents: Iterable[Document]) -> Iterator[bytes]:
    """The bytes of the archive, bit by bit. A file that is gone meanwhile is left out.

    documents: with versions and their files prefetched. At most what a person may bring (settings.FILES_MAX_BYTES).
    """
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for position, document in enumerate(documents, 1):
            for version in document.versions.all():
                yield from _packed(archive, outlet, version, _folder(position, document, version))
    yield outlet.taken()


def _folder(position: int, document: Document, version: DocumentVersion) -> str:
    name = get_valid_filename(document.name) if document.name.strip("._ ") else document.kind
    number = _("version %(number)s") % {"number": version.number}
    return f"{position:02} {name}/{number}"


def _packed(archive: zipfile.ZipFile, outlet: _Outlet, version: DocumentVersion, folder: str) -> Iterator[bytes]:
    if version.text:
        archive.writestr(f"{folder}/text.txt", version.text)
        yield outlet.taken()
    for file in version.files.all():
        try:
            stream = files.path_of(file.stored_name).open("rb")
        except FileNotFoundError:
            continue
        name = file.original_name.replace("/", "_").replace("\\", "_")
        with stream, archive.open(f"{folder}/{file.position} {name}", "w") as target:
            while data := stream.read(CHUNK):
                target.write(data)
                yield outlet.taken()
    yield outlet.taken()
