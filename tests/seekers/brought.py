"""Photos as a phone sends them, and versions as preparation leaves them, without the second it takes."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from PIL import Image

from motesplats import files
from seekers import preparation
from seekers.models import DocumentPage, DocumentVersion


def picture(kind: str, *, size=(600, 800)) -> bytes:
    kept = BytesIO()
    Image.new("RGB", size, "white").save(kept, kind)
    return kept.getvalue()


def photo(name: str = "cv.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture("PNG" if name.endswith("png") else "JPEG"))


def sound() -> SimpleUploadedFile:
    return SimpleUploadedFile("ljud.webm", b"\x1aE\xdf\xa3" + b"\0" * 20 + b"webm" + b"\0" * 100)


def prepare(version: DocumentVersion) -> DocumentVersion:
    """By the worker's own function, with what it does after COMMIT."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        preparation.prepare(version.pk)
    version.refresh_from_db()
    return version


def looked_at(version: DocumentVersion) -> DocumentVersion:
    """Ready as preparation leaves photos: a picture of each, not released."""
    for number in range(1, version.files.count() + 1):
        stored = files.store([picture("WEBP")])
        DocumentPage.objects.create(
            version=version, number=number, width=600, height=800, picture=stored, is_released=False
        )
    DocumentVersion.objects.filter(pk=version.pk).update(state=DocumentVersion.State.READY)
    version.refresh_from_db()
    return version
