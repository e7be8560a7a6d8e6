"""Files read by the real confined children, without a database: `read(name, content)` as preparation.py would."""

import shutil
import tempfile
from pathlib import Path

import pytest

from motesplats import files
from seekers import child, intake
from seekers.confinement import Outcome
from seekers.models import DocumentFile

needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract")

outcomes: list[Outcome] = []  # of the children of the last `read`


def watched(run):
    """`run` of confinement.py that writes down what came of it."""

    def inner(*given):
        outcomes.append(run(*given))
        return outcomes[-1]

    return inner


def read(*contents: bytes, name: str = "cv.pdf", folder: Path | None = None) -> dict:
    """-> result.json. Several contents: photos. Its pictures are in `folder`. Raises child.Unprepared, child.Busy."""
    outcomes.clear()
    format = intake.FORMATS[name.rpartition(".")[2].lower()]
    originals = [
        DocumentFile(position=n, stored_name=files.store([content]), format=format)
        for n, content in enumerate(contents, 1)
    ]
    child.work_folder().mkdir(parents=True, exist_ok=True)
    folder = folder or Path(tempfile.mkdtemp(dir=child.work_folder()))
    return child.read(originals, is_photos=format in ("jpg", "png"), folder=folder)
