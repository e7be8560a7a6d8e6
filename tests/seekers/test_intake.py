"""The gate at the door: what comes in, what does not, in which words."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from seekers import intake, packed_files
from seekers.intake import Refused
from tests.seekers import bad_files


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    upload = SimpleUploadedFile("x", content)
    upload._name = name  # as a hostile form may send it: Django cleans the path only
    return upload


def _said_at_door(name: str, content: bytes, **options) -> str:
    try:
        intake.inspect(_upload(name, content), **options)
    except Refused as problem:
        return problem.code
    return ""


@pytest.mark.parametrize("case", bad_files.CASES, ids=lambda case: case.id)
def test_inspect_every_row_of_the_corpus_gets_what_it_should(case):
    assert _said_at_door(case.name, case.make()) in case.at_door.split("|")


@pytest.mark.parametrize("name", bad_files.NAMES, ids=ascii)
def test_clean_file_name_shows_letters_and_no_tricks(name):
    assert intake.clean_file_name(name) == bad_files.NAMES[name]


def test_clean_file_name_cleaned_twice_is_the_same():
    assert all(intake.clean_file_name(clean) == clean for clean in bad_files.NAMES.values())


def test_inspect_tells_format_name_and_size_and_rewinds():
    upload = _upload("CV\u202e Åsa.PDF", bad_files.pdf())

    found = intake.inspect(upload)

    assert (found.format, found.name, found.size) == ("pdf", "CV Åsa.PDF", upload.size)
    assert upload.tell() == 0


def test_inspect_bomb_is_refused_without_unpacking(monkeypatch):
    bomb = io.BytesIO(bad_files.zip_bomb())
    monkeypatch.setattr(packed_files.zipfile.ZipFile, "open", None)

    assert packed_files.problem_of(bomb, len(bomb.getvalue()), "docx") == "unsafe"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ljud.webm", bad_files.WEBM, ""),
        ("blob", bad_files.WEBM, ""),
        ("ljud.ogg", bad_files.OGG, ""),
        ("ljud.m4a", bad_files.M4A, ""),
        ("ljud.mp4", bad_files.M4A, ""),
        ("ljud.webm", bad_files.OGG, "not_sound"),
        ("ljud.webm", bad_files.WEBM + b"V_VP8", "not_sound"),
        ("ljud.webm", bad_files.HTML, "not_sound"),
        ("cv.pdf", bad_files.WEBM, "not_sound"),
        ("ljud.webm", b"", "empty"),
        ("ljud.webm", bad_files.WEBM.ljust(1024**2, b"\0"), ""),
        ("ljud.webm", bad_files.WEBM.ljust(1024**2 + 1, b"\0"), "sound_too_large"),
    ],
)
def test_inspect_as_sound_takes_recordings_only(name, content, code):
    assert _said_at_door(name, content, as_sound=True) == code


@pytest.mark.parametrize("name", ["ljud.webm", "ljud.ogg", "ljud.m4a"])
def test_inspect_takes_no_sound_as_a_document(name):
    assert _said_at_door(name, bad_files.WEBM) == "wrong_kind"


@pytest.mark.parametrize("code", intake.REFUSALS)
def test_refusals_say_in_swedish_what_to_do(code):
    with override("sv"):
        swedish = Refused(code).words
    with override("en"):
        english = Refused(code).words

    assert swedish != english, "not translated"
    assert all(len(sentence.split()) <= 16 for sentence in swedish.split(". "))
    assert len(code) <= 20  # DocumentVersion.refusal
