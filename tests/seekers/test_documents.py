"""What a person brings: taken once, within limits, whole or not at all; shown and hidden by its owner alone."""

import time
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from motesplats import files
from motesplats.models import AuditEntry, User
from seekers import anchors, documents, extraction_masks, pasted, removal
from seekers.extraction_lines import Line, ReadPage
from seekers.intake import Refused
from seekers.models import Comment, Document, DocumentFile, DocumentUse, DocumentVersion
from tests import make
from tests.races import at_once
from tests.seekers import brought
from tests.seekers.brought import photo

pytestmark = pytest.mark.django_db
State = DocumentVersion.State
TEXT = "Amina Ali\nTelefon 070-174 06 05\n\nJag har arbetat som kock i åtta år."


@pytest.fixture
def request_(db):
    return make.help_request()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.TESSERACT = ""  # reading photos takes a second each, and is not what is tested here


def bring(request_, *uploads, **more):
    given = {"owner": request_.owner, "request": request_, "kind": "cv", "draft_id": uuid4(), **more}
    return documents.bring_files(uploads=list(uploads), **given)


def bring_text(request_, text: str = TEXT, **more):
    given = {"owner": request_.owner, "request": request_, "kind": "cv", "draft_id": uuid4(), **more}
    return documents.bring_text(text=text, **given)


def refusal(job) -> str:
    with pytest.raises(Refused) as raised:
        job()
    return raised.value.code


def ready(request_) -> DocumentVersion:
    return brought.looked_at(bring(request_, photo()))


# --- bringing --------------------------------------------------------------------------------------------------------


def test_a_photo_becomes_a_document_that_waits_for_a_worker(request_, django_capture_on_commit_callbacks):
    with patch("seekers.preparation.ask_for") as asked, django_capture_on_commit_callbacks(execute=True):
        version = bring(request_, photo())

    assert (version.number, version.state, version.source) == (1, State.PREPARING, "photos")
    assert list(DocumentUse.objects.values_list("document", "request")) == [(version.document_id, request_.pk)]
    assert [asked.call_args[0], set(files.names())] == [(version.pk,), {version.files.get().stored_name}]
    assert AuditEntry.objects.get(action="document.brought").about_id == version.document.public_id


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("CV Amina 070-174 06 05.jpg", "CV Amina [telefon].jpg"),
        ("CV_Amina_0701740605.jpg", "CV_Amina_[telefon].jpg"),
        ("amina.ali@example.org.jpg", "[e-post].jpg"),
        ("19900101-1234.jpg", "[personnummer].jpg"),
        ("0701740605", "[telefon]"),
        ("CV_Amina_2024-05-01.jpg", "CV_Amina_2024-05-01.jpg"),
    ],
)
def test_what_is_private_in_a_file_name_is_hidden_in_the_title(request_, name, title):
    assert bring(request_, photo(name)).document.title == title


def test_several_photos_are_one_document_in_their_order(request_):
    version = bring(request_, photo("b.jpg"), photo("a.png"), photo("c.jpg"))

    names = list(version.files.values_list("position", "original_name", "format"))
    assert names == [(1, "b.jpg", "jpg"), (2, "a.png", "png"), (3, "c.jpg", "jpg")]


def test_the_same_draft_twice_is_one_version_and_leaves_no_second_file(request_, django_capture_on_commit_callbacks):
    draft_id = uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        versions = {bring(request_, photo(), draft_id=draft_id).pk for _time in range(2)}

    assert (len(versions), DocumentFile.objects.count(), len(list(files.names()))) == (1, 1, 1)


def test_somebody_elses_draft_id_is_not_taken_over(request_):
    other = make.help_request(make.user("Samir"))
    draft_id = uuid4()
    theirs = bring_text(request_, draft_id=draft_id)

    mine = bring_text(other, draft_id=draft_id)

    assert (mine.pk != theirs.pk, mine.document.owner_id) == (True, other.owner_id)


def test_a_new_file_to_a_document_is_its_next_version(request_):
    document = bring_text(request_).document

    assert [bring(request_, photo(), document=document).number, bring_text(request_, document=document).number] == [
        2,
        3,
    ]


def test_nobody_adds_to_a_document_of_another_or_one_taken_away(request_):
    other = make.help_request(make.user("Samir"))
    document = bring_text(request_).document

    assert refusal(lambda: bring_text(other, document=document)) == "gone"
    Document.objects.update(removed_at=request_.created_at)
    assert refusal(lambda: bring(request_, photo(), document=document)) == "gone"
    assert (document.versions.count(), list(files.names())) == (1, [])


@pytest.mark.parametrize(
    "uploads, code",
    [
        ([], "no_file"),
        ([SimpleUploadedFile("cv.exe", b"MZ")], "wrong_kind"),
        (
            [SimpleUploadedFile("cv.pdf", b"%PDF-1.4 text"), SimpleUploadedFile("b.pdf", b"%PDF-1.4 text")],
            "not_together",
        ),
    ],
)
def test_what_is_refused_at_the_door_leaves_nothing(request_, uploads, code):
    assert refusal(lambda: bring(request_, *uploads)) == code
    assert (Document.objects.count(), list(files.names())) == (0, [])


def test_a_person_keeps_at_most_so_many_files_and_bytes(request_, settings):
    settings.FILES_PER_PERSON = 2
    bring(request_, photo())
    assert refusal(lambda: bring(request_, photo(), photo("b.jpg"))) == "too_many"
    settings.FILES_MAX_BYTES = 1
    assert refusal(lambda: bring(request_, photo())) == "too_much"
    assert len(list(files.names())) == 1

    Document.objects.update(removed_at=request_.created_at)  # what was taken away counts no more
    settings.FILES_MAX_BYTES = 10**6
    assert bring(request_, photo()).number == 1


def test_a_full_disk_is_said_and_leaves_no_half_document(request_):
    stored = files.store([b"first"])
    with patch("motesplats.files.store", side_effect=[stored, files.NoRoom]):
        assert refusal(lambda: bring(request_, photo(), photo("b.jpg"))) == "no_room"
    assert (Document.objects.count(), list(files.names())) == (0, [])


def test_an_error_in_the_rows_takes_the_bytes_away_again(request_):
    with patch("motesplats.audit.record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        bring(request_, photo())
    assert list(files.names()) == []


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_stay_within_the_limit_and_number_in_order(settings):
    settings.FILES_PER_PERSON = 3
    request_ = make.help_request()
    document = bring(request_, photo()).document

    found = at_once(*[lambda: bring(request_, photo(), document=document)] * 4)

    assert sorted(str(one) for one in found if isinstance(one, Refused)) == ["too_many"] * 2
    assert sorted(document.versions.values_list("number", flat=True)) == [1, 2, 3]
    assert len(list(files.names())) == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_two_threads_is_one_version():
    request_, draft_id = make.help_request(), uuid4()

    found = at_once(*[lambda: bring(request_, photo(), draft_id=draft_id)] * 3)

    assert ({one.pk for one in found}, len(list(files.names()))) == ({DocumentVersion.objects.get().pk}, 1)


# --- texts and sounds ------------------------------------------------------------------------------------------------


def test_a_text_is_ready_at_once_with_what_is_private_hidden(request_):
    version = bring_text(request_)

    lines = version.pages.get().lines
    assert (version.state, version.found) == (State.READY, {"phone": 1})
    assert [line["masked"] for line in lines] == [
        "Amina Ali",
        "Telefon [telefon]",
        "Jag har arbetat som kock i åtta år.",
    ]
    assert [version.text[line["start"] :].startswith(line["text"]) for line in lines] == [True] * 3
    assert "070" not in version.masked_text


def test_a_number_broken_over_two_lines_is_hidden_on_both(request_):
    version = bring_text(request_, "Ring mig: 070-174\n06 05\nHej")

    assert "174" not in version.masked_text and "06 05" not in version.masked_text
    assert [line["masked"].endswith("[telefon]") for line in version.pages.get().lines] == [True, True, False]


@pytest.mark.parametrize(
    "broken", ["amina@\nexample.org", "070-\n174 06 05", "https://example.org/\namina", "Storgatan\n12"]
)
def test_a_pasted_text_hides_what_two_lines_make_together_as_a_file_does(request_, broken):
    text = f"Amina Ali\n{broken}\nKock i åtta år"
    version = bring_text(request_, text)
    of_a_file = extraction_masks.lay_out([ReadPage([Line(line, [None] * len(line)) for line in text.split("\n")])])
    assert (version.masked_text, version.found) == (of_a_file.masked_text, of_a_file.found)
    assert not any(half in version.masked_text for half in broken.split("\n"))
    assert version.masked_text.endswith("\nKock i åtta år")


@pytest.mark.parametrize("piece", ["tel:@\n", "www.A\n", "http://.\n", "A-", "A:", "SE-", "07 1\n", "a@a.se\n"])
def test_a_text_made_to_take_long_is_read_in_a_moment(piece):
    began = time.process_time()
    pasted.read((piece * documents.TEXT_MAX_CHARACTERS)[: documents.TEXT_MAX_CHARACTERS])
    assert time.process_time() - began < 3


def test_a_long_text_is_several_pages(request_):
    version = bring_text(request_, "\n".join(f"Rad {number}" for number in range(150)))

    assert [len(page.lines) for page in version.pages.all()] == [60, 60, 30]


@pytest.mark.parametrize("text, code", [(" \n ", "empty_text"), ("a" * 20_001, "text_too_long")])
def test_no_text_and_too_much_text_are_refused(request_, text, code):
    assert refusal(lambda: bring_text(request_, text)) == code


def test_texts_have_a_limit_too(request_):
    with patch("seekers.documents.TEXTS_PER_PERSON", 1):
        bring_text(request_)
        assert refusal(lambda: bring_text(request_)) == "too_many"


def test_a_sound_longer_than_a_minute_is_refused(request_):
    given = {"owner": request_.owner, "request": request_, "upload": brought.sound(), "draft_id": uuid4()}

    assert refusal(lambda: documents.bring_sound(seconds=61, **given)) == "sound_too_long"
    assert list(files.names()) == []
    sound = documents.bring_sound(seconds=42, **given)
    assert (sound.document.kind, sound.seconds, sound.files.get().format) == ("sound", 42, "webm")


# --- showing and hiding ----------------------------------------------------------------------------------------------


def test_show_all_and_hide_are_written_down_once(request_):
    version, owner = bring_text(request_), request_.owner

    assert [documents.show_all(version, owner), documents.show_all(version, owner)] == [True, False]
    assert DocumentVersion.objects.get().shows_all
    assert [documents.hide(version, owner), documents.hide(version, owner)] == [True, False]
    actions = AuditEntry.objects.filter(action__in=["document.shown_all", "document.hidden"])
    assert list(actions.order_by("pk").values_list("action", flat=True)) == ["document.shown_all", "document.hidden"]


def test_what_is_not_ready_cannot_be_shown(request_):
    version = bring(request_, photo())

    assert not documents.show_all(version, request_.owner)


def test_a_photo_is_not_released_before_its_owner_has_looked(request_):
    page = brought.prepare(bring(request_, photo())).pages.get()
    assert (page.is_released, page.has_text) == (False, False)

    documents.set_masks(page, [(0.25, 0.1, 0.5, 0.2)], request_.owner)

    page.refresh_from_db()
    masked = Image.open(files.path_of(page.masked_picture)).convert("L")
    whole = Image.open(files.path_of(page.picture)).convert("L")
    at = lambda picture, x, y: picture.getpixel((int(x * picture.width), int(y * picture.height)))  # noqa: E731
    assert page.is_released
    assert (at(masked, 0.5, 0.2) < 60, at(whole, 0.5, 0.2) > 200, at(masked, 0.5, 0.8) > 200) == (True, True, True)


def test_new_boxes_replace_the_old_and_the_whole_picture_has_none(request_):
    page = ready(request_).pages.get()
    documents.set_masks(page, [(0, 0, 0.5, 0.1)], request_.owner)
    documents.set_masks(page, [(0, 0.5, 0.5, 0.1), (0, 0.8, 0.5, 0.1)], request_.owner)
    assert [mask["box"][1] for mask in page.masks] == [0.5, 0.8]

    documents.release_page(page, request_.owner)

    page.refresh_from_db()
    assert (page.masks, page.is_released) == ([], True)


def test_a_box_hides_the_line_of_text_under_it_and_undo_gives_it_back():
    document = make.document(
        make.conversation(), text="Amina Ali\nKungsgatan tre\nKock", masked_text="Amina Ali\nKungsgatan tre\nKock"
    )
    page = document.versions.get().pages.get()
    x, y, width, height = page.lines[1]["box"]
    with patch("seekers.preparation.burn"):
        documents.set_masks(page, [(x, y, width, height)], document.owner)
        assert document.versions.get().masked_text == "Amina Ali\n[dolt]\nKock"
        documents.set_masks(page, [], document.owner)
    assert document.versions.get().masked_text == "Amina Ali\nKungsgatan tre\nKock"


def test_a_box_over_one_word_hides_its_line_and_not_the_line_it_only_touches():
    text = "Amina Ali\nJag bor hos min moster Fatima på Kungsgatan tre\nKock"
    document = make.document(make.conversation(), text=text, masked_text=text)
    page = document.versions.get().pages.get()
    x, y, width, height = page.lines[1]["box"]
    with patch("seekers.preparation.burn"):
        documents.set_masks(page, [(x + width * 0.6, y, width * 0.1, height)], document.owner)
        assert document.versions.get().masked_text == "Amina Ali\n[dolt]\nKock"
        documents.set_masks(page, [(x, y + height * 0.9, width, 0.03)], document.owner)
    assert "Fatima" in document.versions.get().masked_text


def test_what_the_house_found_is_hidden_again_in_the_picture_too_after_the_whole_was_shown(request_):
    page = ready(request_).pages.get()
    page.masks = [{"box": [0.1, 0.1, 0.4, 0.1], "kind": "phone"}]
    page.save()

    def light() -> int:
        picture = Image.open(files.path_of(page.masked_picture)).convert("L")
        return picture.getpixel((int(0.3 * picture.width), int(0.15 * picture.height)))

    documents.release_page(page, request_.owner)
    assert light() > 200
    documents.set_masks(page, [(0.5, 0.8, 0.2, 0.1)], request_.owner)
    assert light() < 60


def test_a_box_drawn_while_all_is_shown_hides_again():
    document = make.document(make.conversation(), shows_all=True)
    version = document.versions.get()
    with patch("seekers.preparation.burn"):
        documents.set_masks(version.pages.get(), [], document.owner)
        assert document.versions.get().shows_all
        documents.set_masks(version.pages.get(), [(0.5, 0.5, 0.1, 0.1)], document.owner)
    assert not document.versions.get().shows_all


def test_boxes_on_a_page_that_is_taken_away_meanwhile_are_refused(request_):
    page = ready(request_).pages.get()
    removal.remove(page.version.document, actor=request_.owner, why="owner")

    assert refusal(lambda: documents.set_masks(page, [(0, 0, 0.5, 0.1)], request_.owner)) == "gone"


def test_comments_quote_no_more_than_can_be_read():
    document = make.document(make.conversation())
    version, bjorn = document.versions.get(), make.user("Björn")
    page = version.pages.get()
    with patch("seekers.preparation.burn"):
        documents.release_page(page, document.owner)
        place = anchors.at_line(version, 1, 1)
        comment = Comment.objects.create(
            version=version, author=bjorn, reason="move", before=place.quote, **place.fields
        )
        assert "070-123 45 67" in comment.quote
        documents.set_masks(page, [], document.owner)
        comment.refresh_from_db()
        assert (comment.quote, comment.before) == ("Telefon: [telefon]", "")
        documents.set_masks(page, [tuple(page.lines[1]["box"])], document.owner)
    comment.refresh_from_db()
    assert comment.quote == "[dolt]"


def test_what_helpers_copied_is_hidden_again_with_the_rest():
    document = make.document(make.conversation(), shows_all=True)
    version = document.versions.get()
    place = anchors.at_line(version, 1, 1).fields
    made = Comment(version=version, author=make.user("Björn"), reason="move", before="Telefon: 070-123 45 67", **place)
    made.note = "Skriv 0701234567 först."
    made.save()

    documents.hide(version, document.owner)

    made.refresh_from_db()
    assert (made.before, made.note) == ("Telefon: [telefon]", "Skriv [telefon] först.")


def test_what_the_house_found_stays_hidden_under_the_owners_own_boxes():
    document = make.document(make.conversation())
    page = document.versions.get().pages.get()
    page.masks = [{"box": [0.1, 0.1, 0.2, 0.05], "kind": "phone"}]
    page.save()
    with patch("seekers.preparation.burn") as burnt:
        documents.set_masks(page, [(0.5, 0.5, 0.1, 0.1)], document.owner)
    assert ([mask["kind"] for mask in page.masks], burnt.call_count) == (["phone", "drawn"], 1)


@pytest.mark.parametrize(
    "box", [(-0.1, 0, 0.5, 0.5), (0.8, 0, 0.5, 0.5), (0, 0, 0, 0.5), (0, 0, float("nan"), 0.5), (0, 0, float("inf"), 1)]
)
def test_a_box_outside_the_page_is_refused(request_, box):
    page = ready(request_).pages.get()

    assert refusal(lambda: documents.set_masks(page, [box], request_.owner)) == "bad_box"
    page.refresh_from_db()
    assert (page.masks, page.is_released) == ([], False)


def test_too_many_boxes_are_refused(request_):
    page = ready(request_).pages.get()

    assert refusal(lambda: documents.set_masks(page, [(0, 0, 0.1, 0.1)] * 61, request_.owner)) == "too_many_boxes"


def test_a_full_disk_leaves_the_page_as_it_was(request_):
    page = ready(request_).pages.get()
    with patch("motesplats.files.store", side_effect=files.NoRoom):
        assert refusal(lambda: documents.set_masks(page, [(0, 0, 0.5, 0.1)], request_.owner)) == "no_room"
    page.refresh_from_db()
    assert (page.masks, page.is_released) == ([], False)


def test_what_could_not_be_read_is_tried_again_once(request_):
    version = bring(request_, photo())
    DocumentVersion.objects.update(state=State.REFUSED, refusal="could_not_read", tries=3)

    assert [documents.try_again(version, request_.owner), documents.try_again(version, request_.owner)] == [True, False]
    version.refresh_from_db()
    assert (version.state, version.refusal, version.tries) == (State.PREPARING, "", 0)


def test_a_document_is_shown_in_another_question_of_its_owner_only(request_):
    document = bring_text(request_).document
    own = make.help_request(User.objects.get(pk=request_.owner_id))
    documents.use(document, own)
    documents.use(document, own)

    assert document.uses.count() == 2
    assert refusal(lambda: documents.use(document, make.help_request(make.user("Samir")))) == "gone"
