"""Invented CVs through the door, the worker and out: what a helper can read in the text and on the pictures.

SYNTHETIC_CVS=20 makes twenty of each kind of file, which takes some minutes; the suite takes one.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from motesplats import files
from seekers import documents, preparation
from seekers.identifier_letters import fold
from seekers.models import DocumentVersion
from tests import make
from tests.seekers import cv_paper, synthetic_cvs

MANY = int(os.environ.get("SYNTHETIC_CVS", "1"))
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(120 + 60 * MANY),
    pytest.mark.skipif(not cv_paper.has_fonts(), reason="needs the fonts DejaVu Sans and Noto Sans Ethiopic"),
]


@pytest.fixture
def house(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.FILES_PER_PERSON = 1000
    make.office()
    return make.claimed()


def brought(talk, content: bytes, name: str) -> DocumentVersion:
    """Through the door and through the worker."""
    owner = make.seeker_of(talk).user
    upload = SimpleUploadedFile(name, content, TYPES[name.rpartition(".")[2]])
    version = documents.bring_files(owner=owner, request=talk.request, kind="cv", uploads=[upload], draft_id=uuid4())
    assert preparation.prepare(version.pk)
    version.refresh_from_db()
    assert (version.state, version.refusal) == ("ready", "")
    return version


def bare(text: str) -> str:
    """Letters and digits alone, in small letters: blanks, dashes and line ends say nothing of what can be read."""
    return re.sub(r"[\W_]", "", fold(text).text).casefold()


def leaks(cv: synthetic_cvs.Cv, text: str) -> list[tuple[str, str]]:
    """What was planted and can be read in `text`, forwards or, as in a line of Arabic, with its groups turned."""
    seen = bare(text)

    def stands(identifier: str) -> bool:
        groups = re.findall(r"\w+", fold(identifier).text)
        return bare(identifier) in seen or bare("".join(reversed(groups))) in seen

    return [(kind, identifier) for kind, identifier in cv.identifiers if stands(identifier)]


def read_by_eye(stored_name: str, tmp_path) -> str:
    """What Tesseract can read on a stored picture, twice its size."""
    with Image.open(files.path_of(stored_name)) as picture:
        big = picture.convert("L").resize((picture.width * 2, picture.height * 2))
        big.save(tmp_path / "page.png")
    command = ["tesseract", str(tmp_path / "page.png"), "-", "-l", "swe+eng", "--psm", "6"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_the_text_a_helper_reads_has_nothing_of_what_was_planted(house, format):
    planted, leaked, shown = Counter(), Counter(), []
    for seed in range(MANY):
        cv = synthetic_cvs.make(seed)
        version = brought(house, getattr(cv, format)(), f"cv-{seed}.{format}")
        lines = " \n".join(line["masked"] for page in version.pages.all() for line in page.lines)
        assert len(leaks(cv, version.text)) > 0.8 * len(cv.identifiers), "it could have leaked"
        planted.update(kind for kind, _ in cv.identifiers)
        for kind, identifier in {*leaks(cv, version.masked_text), *leaks(cv, lines)}:
            leaked[kind] += 1
            shown.append((seed, cv.language, kind, identifier))
    for kind, many in planted.items():
        print(f"{format} {kind:16} {many - leaked[kind]:4} of {many:4}  {1 - leaked[kind] / many:6.1%}")

    assert leaked.total() <= 0.02 * planted.total(), shown


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")
@pytest.mark.parametrize(
    "format", ["pdf", pytest.param("jpg", marks=pytest.mark.long), *(["docx"] if MANY > 1 else [])]
)
def test_the_pictures_a_helper_sees_have_nothing_of_what_was_planted(house, tmp_path, format):
    could, did = [], []
    for seed in range(MANY):
        cv = synthetic_cvs.make(seed, pages=1)
        content = cv.photo() if format == "jpg" else getattr(cv, format)()
        version = brought(house, content, f"cv-{seed}.{format}")
        page = version.pages.first()
        if not page.picture:
            pytest.skip("needs LibreOffice")
        could += leaks(cv, read_by_eye(page.picture, tmp_path))
        assert page.is_released == (format != "jpg"), "a photo waits for its owner"
        did += leaks(cv, read_by_eye(page.masked_picture, tmp_path))
    print(f"{format}: {len(could)} could be read on the whole pictures, {len(did)} on the masked ones: {did}")

    assert len(could) >= 3 * MANY, "it could have leaked"
    assert len(did) <= 0.02 * len(could)
