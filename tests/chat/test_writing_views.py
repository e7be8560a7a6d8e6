"""Guided writing and speaking aloud as pages: saved by itself or by a button, shown when the writer wants."""

import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from chat import matching
from chat.models import Conversation, Message
from motesplats.models import AuditEntry
from seekers import writing
from seekers.models import Document, DocumentVersion, WritingDraft
from tests import make
from tests.chat.house import logged_in, with_grant

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + bytes(
    500
)


@pytest.fixture
def chat(db):
    cache.clear()
    make.office()
    return make.claimed(make.volunteer())


@pytest.fixture
def url(chat):
    return f"/chatt/{chat.request.public_id}/brev/"


@pytest.fixture
def amina(chat):
    return logged_in(make.seeker_of(chat).user)


def draft(chat, kind="letter") -> WritingDraft:
    return WritingDraft.objects.get(request=chat.request, kind=kind)


def system_codes(chat) -> list[str]:
    bodies = Message.objects.filter(conversation=chat, kind="system").order_by("seq").values_list("body", flat=True)
    return [body.partition('"code":"')[2].partition('"')[0] for body in bodies]


def test_page_shows_sentences_with_swedish_examples_in_the_readers_language(amina, url):
    page = amina.get(f"/ar{url}").content.decode()

    assert "Jag söker jobbet som …" in page
    assert page.count("<textarea") == len(writing.LETTER)
    assert '<q lang="sv" dir="ltr">' in page


def test_saving_without_script_keeps_the_text_and_says_when(amina, chat, url):
    answer = amina.post(url, {"job": "kock", "save": "1"}, follow=True)

    assert draft(chat).fields == {"job": "kock"}
    assert "Jag söker jobbet som kock." in answer.content.decode()
    assert [str(message) for message in answer.context["messages"]][0].startswith(("Saved", "Sparat"))


def test_autosave_answers_with_the_text_and_its_stamp(amina, chat, url):
    first = amina.post(url, {"job": "kock"}, headers=JSON).json()
    second = amina.post(url, {"job": "bagare", "based_on": first["based_on"]}, headers=JSON)

    assert second.status_code == 200
    assert second.json()["text"] == "Hej!\n\nJag söker jobbet som bagare."
    assert draft(chat).fields == {"job": "bagare"}


def test_other_window_is_told_and_both_texts_are_shown(amina, chat, url):
    begun = amina.post(url, {"job": "kock"}, headers=JSON).json()["based_on"]
    newest = amina.post(url, {"job": "bagare", "based_on": begun}, headers=JSON).json()["based_on"]

    told = amina.post(url, {"job": "lärare", "based_on": begun}, headers=JSON)
    page = amina.post(url, {"job": "lärare", "based_on": begun, "save": "1"})
    assert (told.status_code, told.json()["is_other"], page.status_code) == (409, True, 409)
    assert "Jag söker jobbet som bagare." in page.content.decode()
    assert ">\nlärare</textarea>" in page.content.decode()
    assert draft(chat).fields == {"job": "bagare"}

    assert f'value="{newest}"' in page.content.decode()  # the next save of this window wins
    amina.post(url, {"job": "lärare", "based_on": newest, "save": "1"})
    assert draft(chat).fields == {"job": "lärare"}


@pytest.mark.parametrize("based_on", ["x", "2026-13-45T99:99", "2026-01-01", "\x00", "9" * 5000])
def test_a_strange_stamp_is_an_old_window_not_an_error(amina, chat, url, based_on):
    amina.post(url, {"job": "kock"})

    assert amina.post(url, {"job": "bagare", "based_on": based_on}).status_code in (400, 409)
    assert draft(chat).fields == {"job": "kock"}


def test_too_long_and_unreadable_text_is_said_and_kept(amina, chat, url):
    long = amina.post(url, {"job": "x" * 601, "to": "Anna"})
    bad = amina.post(url, {"job": "kock\x07", "to": "Anna"}, headers=JSON)

    assert (long.status_code, bad.status_code) == (400, 400)
    assert "x" * 601 in long.content.decode()
    assert bad.json()["said"]
    assert not WritingDraft.objects.exists()


def test_shown_text_is_a_document_and_next_time_its_next_version(amina, chat, url):
    amina.post(url, {"job": "kock", "show": "1", "draft_id": uuid.uuid4()})
    stamp = draft(chat).updated_at.isoformat()
    answer = amina.post(url, {"job": "bagare", "show": "1", "draft_id": uuid.uuid4(), "based_on": stamp})

    assert answer["Location"] == f"/chatt/{chat.request.public_id}/"
    document = Document.objects.get()
    assert (document.kind, document.owner_id) == ("letter", chat.request.owner_id)
    texts = list(document.versions.order_by("number").values_list("text", flat=True))
    assert texts == [f"Hej!\n\nJag söker jobbet som {job}." for job in ("kock", "bagare")]
    assert system_codes(chat)[-2:] == ["document_added", "version_added"]


def test_shown_twice_by_one_press_is_one_version(amina, url):
    pressed = {"job": "kock", "show": "1", "draft_id": uuid.uuid4()}
    for _press in range(2):
        amina.post(url, pressed)

    assert DocumentVersion.objects.count() == 1


def test_document_that_was_taken_away_is_not_written_again(amina, chat, url):
    amina.post(url, {"job": "kock", "show": "1", "draft_id": uuid.uuid4()})
    Document.objects.update(removed_at=chat.created_at)
    stamp = draft(chat).updated_at.isoformat()
    amina.post(url, {"job": "bagare", "show": "1", "draft_id": uuid.uuid4(), "based_on": stamp})

    assert [one.versions.count() for one in Document.objects.order_by("pk")] == [1, 1]
    assert draft(chat).document == Document.objects.get(removed_at=None)


def test_nothing_written_cannot_be_shown(amina, url):
    answer = amina.post(url, {"show": "1"})

    assert answer.status_code == 400
    assert "at least one sentence" in amina.post(f"/en{url}", {"show": "1"}).content.decode()
    assert not Document.objects.exists()


def test_stopped_chat_keeps_the_draft_but_shows_nothing(amina, chat, url):
    matching.stop(chat.request, actor=make.seeker_of(chat).user)

    answer = amina.post(url, {"job": "kock", "show": "1"})

    assert answer.status_code == 400
    assert draft(chat).fields == {"job": "kock"}
    assert not Document.objects.exists()


def test_closed_chat_takes_nothing_and_keeps_what_was_typed(amina, chat, url):
    matching.resolve(chat.request, actor=None)
    matching.close(chat.request, actor=None, why="test")

    answer = amina.post(url, {"job": "kock"})

    assert answer.status_code == 400
    assert ">\nkock</textarea>" in answer.content.decode()
    assert not WritingDraft.objects.exists()


def test_helpers_and_others_never_see_a_draft(amina, chat, url):
    amina.post(url, {"job": "hemligt"})
    stranger = logged_in(make.user("Samir"))

    assert logged_in(make.helper_of(chat).user).get(url).status_code == 404
    assert stranger.get(url).status_code == 404
    assert with_grant(make.seeker_of(chat)).get(url).status_code == 200
    assert AuditEntry.objects.filter(action__startswith="writing").count() == 0


def test_page_takes_the_same_number_of_queries_with_any_text(amina, url, django_assert_num_queries):
    for fields in ({}, dict.fromkeys([piece.name for piece in writing.LETTER], "text")):
        amina.post(url, fields, headers=JSON)
        with django_assert_num_queries(5):  # session, account, participant, menu, draft
            amina.get(url)


# --- said aloud ------------------------------------------------------------------------------------------------------


@pytest.fixture
def aloud(chat):
    return f"/chatt/{chat.request.public_id}/presentera/hogt/"


def recording(name="inspelning.webm", data=WEBM, kind="audio/webm"):
    return SimpleUploadedFile(name, data, kind)


def test_what_was_said_becomes_the_presentation(amina, chat, aloud):
    amina.post(f"/chatt/{chat.request.public_id}/presentera/", {"who": "Amina", "show": "1"})
    amina.post(aloud, {"text": "Hej! Jag heter Amina.", "draft_id": uuid.uuid4()})

    document = Document.objects.get()
    assert document.kind == "pitch"
    assert list(document.versions.order_by("number").values_list("text", flat=True)) == [
        "Hej! Jag heter Amina.",
        "Hej! Jag heter Amina.",
    ]


def test_sound_is_sent_and_may_be_heard_by_the_helper(amina, chat, aloud):
    sent = amina.post(aloud, {"sound": recording(), "seconds": "12", "send_sound": "1"})

    assert sent.status_code == 302
    version = DocumentVersion.objects.get()
    assert (version.document.kind, version.source, version.seconds) == ("sound", "sound", 12)
    DocumentVersion.objects.update(state="ready")
    path = f"/chatt/{chat.request.public_id}/dokument/{version.document.public_id}/1/ljud/"
    heard = logged_in(make.helper_of(chat).user).get(path)
    assert b"".join(heard.streaming_content) == WEBM
    assert logged_in(make.user("Samir")).get(path).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sound": SimpleUploadedFile("tom.webm", b"")},
        {"sound": SimpleUploadedFile("cv.pdf", b"%PDF-1.4 hello", "application/pdf")},
        {"sound": SimpleUploadedFile("x.webm", WEBM), "seconds": "61"},
        {"sound": "not a file"},
    ],
)
def test_sound_that_cannot_be_taken_is_said_in_words(amina, aloud, given):
    answer = amina.post(aloud, {**given, "text": "min text", "send_sound": "1"})
    told = amina.post(aloud, {**given, "send_sound": "1"}, headers=JSON)

    assert (answer.status_code, told.status_code) == (400, 400)
    assert "min text" in answer.content.decode()
    assert told.json()["said"]
    assert not Document.objects.exists()


@pytest.mark.parametrize("seconds", ["", "-5", "1e9", "٣", "9" * 4000, "x"])
def test_strange_seconds_are_never_an_error(amina, aloud, seconds):
    answer = amina.post(aloud, {"sound": recording(), "seconds": seconds, "send_sound": "1"})

    assert answer.status_code in (302, 400)


def test_sound_is_not_taken_in_a_stopped_chat(amina, chat, aloud):
    matching.stop(chat.request, actor=make.seeker_of(chat).user)

    assert amina.post(aloud, {"sound": recording(), "send_sound": "1"}).status_code == 400
    assert not Document.objects.exists()


def test_chat_page_leads_to_what_the_question_is_about_first(chat):
    Conversation.objects.get(pk=chat.pk)
    talk = make.conversation(topic="interview")
    page = logged_in(make.seeker_of(talk).user).get(f"/chatt/{talk.request.public_id}/").content.decode()

    assert 0 < page.index("/ova/") < page.index("/brev/")
    helper = logged_in(make.helper_of(chat).user).get(f"/chatt/{chat.request.public_id}/").content.decode()
    assert "/brev/" not in helper
