"""The whole bad-file corpus through the real page: a redirect or plain words, never an error; what a reading must refuse is refused."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motesplats import files
from seekers import intake, preparation
from seekers.models import DocumentFile, DocumentVersion, HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.seekers import bad_files

State = DocumentVersion.State


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.SOFFICE = settings.TESSERACT = "no-such-program"  # test_extraction.py reads with them


@pytest.fixture(scope="module")
def built(for_the_file):
    talk = for_the_file(make.claimed)
    amina = for_the_file(lambda: logged_in(make.seeker_of(talk).user))
    return amina, for_the_file(lambda: HelpRequest.objects.get(conversation=talk).public_id)


@pytest.mark.django_db
@pytest.mark.parametrize("case", bad_files.CASES, ids=lambda case: case.id)
def test_every_file_of_the_corpus_ends_in_words_or_waits_to_be_read(case, built):
    amina, public_id = built
    sent = {"files": SimpleUploadedFile(case.name, case.make()), "draft_id": str(uuid4())}

    answer = amina.post(f"/en/chatt/{public_id}/dokument/", sent)

    if case.at_door:
        assert answer.status_code == 400
        page = answer.content.decode()
        assert any(str(intake.REFUSALS[code]) in page for code in case.at_door.split("|"))
        assert not DocumentVersion.objects.exists() and list(files.names()) == []
        return
    assert answer.status_code == 302
    version = DocumentVersion.objects.get()
    assert DocumentFile.objects.get().original_name == intake.clean_file_name(case.name)
    assert amina.get(answer.url, follow=True).status_code == 200
    if not case.when_read:
        return  # test_extraction.py reads these
    for _n in range(preparation.TRIES):
        preparation.prepare(version.pk)
        DocumentVersion.objects.update(lease_until=None)
    version.refresh_from_db()
    assert version.state == State.REFUSED and version.refusal in case.when_read.split("|")
    assert amina.get(answer.url, follow=True).status_code == 200
