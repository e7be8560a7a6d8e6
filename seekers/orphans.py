"""Bytes on the disk that no row knows: a process died between writing a file and storing its name."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from motesplats import files
from seekers import child
from seekers.models import DocumentFile, DocumentPage

AFTER_SECONDS = 3600
AT_ONCE = 500


def remove_orphans() -> int:
    """Take away stored bytes that no row knows, and folders of children that died. -> how many.

    What is younger than an hour stays: its row may be on its way.
    """
    before, gone = time.time() - AFTER_SECONDS, 0
    for folder in child.work_folder().glob("*"):
        if folder.is_dir() and _is_older(folder, before):
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    names = [name for name in files.names() if _is_older(files.path_of(name), before)]
    for at in range(0, len(names), AT_ONCE):
        some = names[at : at + AT_ONCE]
        for name in set(some) - _known(some):
            files.remove(name)
            gone += 1
    return gone


def _is_older(path: Path, before: float) -> bool:
    with suppress(OSError):
        return path.stat().st_mtime < before
    return False


def _known(names: list[str]) -> set[str]:
    """Every column that holds a stored name; whoever adds one adds it here."""
    pages = DocumentPage.objects
    known = set(DocumentFile.objects.filter(stored_name__in=names).values_list("stored_name", flat=True))
    known |= set(pages.filter(picture__in=names).values_list("picture", flat=True))
    return known | set(pages.filter(masked_picture__in=names).values_list("masked_picture", flat=True))
