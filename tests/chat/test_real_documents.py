"""Every real and invented CV the whole way: door, pictures, text, masks, a comment, the next version. Prints figures."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat import documents, reviews
from chat.document_access import Sight
from motesplats import files
from seekers import anchors, comparison
from seekers.models import Comment, DocumentVersion
from tests import make
from tests.seekers import synthetic_cvs
from tests.seekers.brought import prepare
from tests.test_architecture import ROOT

REAL = Path(os.environ.get("CV_FOLDER", ROOT.parent / "shared" / "data" / "cv"))
FILES = sorted([*REAL.rglob("*.docx"), *REAL.rglob("*.pdf")])
INVENTED = [(3, "pdf"), (4, "docx"), (5, "pdf")]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def goes_the_whole_way(name: str, content: bytes) -> None:
    talk, began = make.claimed(), time.monotonic()
    owner, helper = make.person_of(make.seeker_of(talk)), make.person_of(make.helper_of(talk))

    def bring(document=None) -> DocumentVersion:
        uploads = [SimpleUploadedFile(name, content)]
        return prepare(documents.bring_files(owner, kind="cv", uploads=uploads, draft_id=uuid4(), document=document))

    first = bring()
    assert first.state == DocumentVersion.State.READY, first.refusal
    for waiting in first.pages.filter(is_released=False):  # much picture: its owner looks first
        documents.release_page(Sight(owner, first.document, first), waiting)
    page = first.pages.first()
    lines = sorted(range(len(page.lines)), key=lambda number: len(page.lines[number]["masked"]))
    place = anchors.at_line(first, page.number, lines[-1]) if lines else anchors.at_band(first, page.number, 0)
    sight = Sight(helper, first.document, first)
    for reason in ("good", "clearer"):
        reviews.add(sight, place=place, public_id="", reason=reason, note="Se här.")
    assert reviews.send(sight).count == 2
    second = bring(first.document)

    assert second.number == 2 and second.state == DocumentVersion.State.READY
    carried = Comment.objects.filter(version=second, carried_from__version=first)
    assert {one.quote for one in carried} <= {place.quote} and Comment.objects.filter(version=first).count() == 2
    followed = f"{carried.count()} of 2 comments followed"
    assert comparison.places(first.masked_text, second.masked_text) == []
    sizes = [files.path_of(one.picture).stat().st_size // 1024 for one in first.pages.all() if one.picture]
    took = f"both ways {time.monotonic() - began:.1f} s"
    print(f"\n{name} | {len(content) // 1024} KB | {took} | {sizes} KB | {first.found} | {followed}")


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.skipif(not FILES, reason="needs ../shared/data/cv")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_file_goes_the_whole_way(path):
    goes_the_whole_way(path.name, path.read_bytes())


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("seed, kind", INVENTED)
def test_invented_cv_goes_the_whole_way(seed, kind):
    goes_the_whole_way(f"cv.{kind}", getattr(synthetic_cvs.make(seed), kind)())
