"""Interview practice as pages: one question, an answer, marks side by side; the helper sees what was shown."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import matching
from chat.models import Conversation
from motesplats.models import AuditEntry
from seekers.models import AnswerMarks, Document, InterviewAnswer, Viewing
from tests import make
from tests.chat.house import logged_in, with_grant
from tests.chat.test_writing_views import JSON, WEBM, system_codes

pytestmark = pytest.mark.django_db
MARKS = {"clarity": "good", "example": "almost", "relevance": "again", "swedish": "good", "length": "good"}


@pytest.fixture
def chat(db):
    cache.clear()
    make.office()
    return make.claimed(make.volunteer())


@pytest.fixture
def url(chat):
    return f"/chatt/{chat.request.public_id}/ova/"


@pytest.fixture
def amina(chat):
    return logged_in(make.seeker_of(chat).user)


@pytest.fixture
def bjorn(chat):
    return logged_in(make.helper_of(chat).user)


@pytest.fixture
def bank(db):
    first = make.interview_question("Vad är du bra på?", position=1, tip_sv="Säg en styrka.", text_ar="ما الذي تجيده؟")
    second = make.interview_question(
        "Har du barn?", position=2, is_improper=True, polite_answer_sv="Vi pratar om jobbet."
    )
    return [first, second, make.interview_question("Vad lagar du helst?", position=3, occupation="kock")]


def html(answer) -> str:
    return answer.content.decode()


def test_questions_come_one_at_a_time_first_those_of_the_job(amina, url, bank):
    start = html(amina.get(url))
    assert f"{url}fraga/1/?yrke=kock" in start

    seen = [html(amina.get(f"{url}fraga/{number}/?yrke=kock")) for number in (1, 2, 3)]
    assert [question.text_sv in page for question, page in zip([bank[2], *bank[:2]], seen, strict=True)] == [True] * 3
    assert f"{url}fraga/2/?yrke=kock" in seen[0]
    assert [amina.get(f"{url}fraga/{number}/").status_code for number in (0, 3, 99999999999)] == [404] * 3


def test_question_is_swedish_with_the_readers_language_under_it(amina, url, bank):
    page = html(amina.get(f"/ar{url}fraga/1/"))

    assert '<h1 lang="sv" dir="ltr">Vad är du bra på?</h1>' in page
    assert "ما الذي تجيده؟" in page


def test_improper_question_is_marked_with_the_polite_answer(amina, url, bank):
    assert "Vi pratar om jobbet." in html(amina.get(f"{url}fraga/2/"))
    assert "Vi pratar om jobbet." not in html(amina.get(f"{url}fraga/1/"))


def test_answer_in_text_leads_to_its_marks_and_the_next_question(amina, url, bank):
    sent = amina.post(f"{url}fraga/1/?yrke=kock", {"text": "Jag lagar mat.", "question": bank[2].pk})
    answer = InterviewAnswer.objects.get()

    assert sent["Location"] == f"{url}{answer.public_id}/?yrke=kock"
    page = html(amina.get(sent["Location"]))
    assert "Jag lagar mat." in page
    assert f"{url}fraga/2/?yrke=kock" in page
    assert f"{url}fraga/1/?yrke=kock" in page  # try again


def test_answer_stays_with_the_question_that_was_read(amina, url, bank):
    bank[0].is_active = False
    bank[0].save()  # IM took it out while it was being answered
    amina.post(f"{url}fraga/1/", {"text": "Jag lagar mat.", "question": bank[0].pk})

    assert InterviewAnswer.objects.get().question == bank[0]


@pytest.mark.parametrize(
    "given", [{}, {"text": "  "}, {"text": "x" * 4001}, {"text": "a\x07b"}, {"text": "ok", "question": "x"}]
)
def test_answer_that_cannot_be_kept_is_said_in_words(amina, url, bank, given):
    answer = amina.post(f"{url}fraga/1/", given)

    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not InterviewAnswer.objects.exists()


def test_answer_said_aloud_leaves_only_that(amina, url, bank):
    amina.post(f"{url}fraga/1/", {"aloud": "1"})

    answer = InterviewAnswer.objects.get()
    assert (answer.text, answer.sound) == ("", None)


def test_answer_as_sound_is_shown_by_being_sent(amina, bjorn, chat, url, bank):
    sound = SimpleUploadedFile("inspelning.webm", WEBM, "audio/webm")
    told = amina.post(f"{url}fraga/1/", {"sound": sound, "seconds": "9", "send_sound": "1"}, headers=JSON)

    answer = InterviewAnswer.objects.get()
    assert told.json() == {"go": f"{url}{answer.public_id}/"}
    assert answer.sound.document.kind == "sound"
    assert answer.shared_at
    answer.sound.state = "ready"
    answer.sound.save()
    assert f"/dokument/{answer.sound.document.public_id}/1/ljud/" in html(bjorn.get(told.json()["go"]))
    Document.objects.update(removed_at=answer.created_at)
    assert "/ljud/" not in html(bjorn.get(told.json()["go"]))


# --- shown -----------------------------------------------------------------------------------------------------------


def test_helper_reads_an_answer_only_when_it_is_shown(amina, bjorn, chat, url):
    answer = make.interview_answer(chat)
    path = f"{url}{answer.public_id}/"
    assert bjorn.get(path).status_code == 404
    assert answer.public_id not in html(bjorn.get(url))
    before = Conversation.objects.get(pk=chat.pk).version

    for _press in range(2):
        assert amina.post(f"{path}visa/").status_code == 302

    assert "Jag är bra på att laga mat." in html(bjorn.get(path))
    assert answer.public_id in html(bjorn.get(url))
    assert url in html(bjorn.get(f"/chatt/{chat.request.public_id}/lage/"))
    assert system_codes(chat).count("practice_shared") == 1
    assert Conversation.objects.get(pk=chat.pk).version > before


def test_marks_of_both_stand_side_by_side(amina, bjorn, chat, url):
    path = f"{url}{make.interview_answer(chat, shared_at=chat.created_at).public_id}/"
    amina.post(path, MARKS)
    for _press in range(2):
        bjorn.post(path, {**MARKS, "clarity": "again"})

    page = amina.get(path)
    assert page.context["authors"] == ["", "Björn"]
    assert [[code for _words, code in marks] for _label, marks in page.context["rows"]][:2] == [
        ["good", "again"],
        ["almost", "almost"],
    ]
    assert system_codes(chat).count("practice_marked") == 1


@pytest.mark.parametrize("given", [{}, {**MARKS, "length": "10"}, {**MARKS, "clarity": ""}])
def test_marks_must_be_five_words(bjorn, chat, url, given):
    path = f"{url}{make.interview_answer(chat, shared_at=chat.created_at).public_id}/"

    assert bjorn.post(path, given).status_code == 400
    assert not AnswerMarks.objects.exists()


def test_helper_may_not_show_choose_or_answer(bjorn, chat, url, bank):
    path = f"{url}{make.interview_answer(chat, shared_at=chat.created_at).public_id}/"

    assert [bjorn.post(one).status_code for one in (f"{path}visa/", f"{path}basta/", f"{url}fraga/1/")] == [404] * 3
    assert bjorn.get(f"{url}mina-svar/").status_code == 404


def test_helper_who_left_may_not_mark(bjorn, chat, url):
    path = f"{url}{make.interview_answer(chat, shared_at=chat.created_at).public_id}/"
    assert bjorn.get(path).status_code == 200
    matching.swap_volunteer(chat.request, actor=chat.request.owner)

    assert bjorn.post(path, MARKS).status_code == 404
    assert not AnswerMarks.objects.exists()


def test_showing_in_a_stopped_chat_is_refused_in_words(amina, chat, url):
    answer = make.interview_answer(chat)
    matching.stop(chat.request, actor=make.seeker_of(chat).user)

    told = amina.post(f"{url}{answer.public_id}/visa/", follow=True)
    answer.refresh_from_db()
    assert answer.shared_at is None
    assert [message.level_tag for message in told.context["messages"]] == ["warning"]


def test_showing_in_a_done_chat_opens_it_again(amina, chat, url):
    answer = make.interview_answer(chat)
    matching.resolve(chat.request, actor=None)

    amina.post(f"{url}{answer.public_id}/visa/")

    chat.request.refresh_from_db()
    assert chat.request.state in ("waiting", "active")


def test_answer_of_another_chat_is_not_here(amina, chat, url):
    other = make.interview_answer(make.conversation(make.user("Samir")), shared_at=chat.created_at)

    assert amina.get(f"{url}{other.public_id}/").status_code == 404


def test_helper_sends_a_question_into_the_chat_once(bjorn, amina, chat, url, bank):
    for _press in range(2):
        assert bjorn.post(f"{url}skicka/{bank[0].pk}/").status_code == 302

    assert system_codes(chat).count("practice_question") == 1
    assert "Vad är du bra på?" in html(amina.get(f"/chatt/{chat.request.public_id}/"))
    assert bjorn.post(f"{url}skicka/999999/").status_code == 404
    assert amina.post(f"{url}skicka/{bank[0].pk}/").status_code == 404


# --- my answers ------------------------------------------------------------------------------------------------------


def test_my_answers_are_linked_only_when_there_are_some(amina, chat, url):
    answer = make.interview_answer(chat)
    assert "mina-svar" not in html(amina.get(url))

    amina.post(f"{url}{answer.public_id}/basta/")
    assert "mina-svar" in html(amina.get(url))
    assert answer.text in html(amina.get(f"{url}mina-svar/"))

    amina.post(f"{url}{answer.public_id}/basta/", {"out": "1"})
    assert answer.text not in html(amina.get(f"{url}mina-svar/"))


def test_a_link_to_one_chat_shows_the_answers_of_that_chat(chat, url):
    second = make.conversation(chat.request.owner)
    for talk, text in ((chat, "svar ett"), (second, "svar två")):
        make.interview_answer(talk, text=text, is_best=True)

    by_link = html(with_grant(make.seeker_of(chat)).get(f"{url}mina-svar/"))
    logged = html(logged_in(chat.request.owner).get(f"{url}mina-svar/"))
    assert ("svar ett" in by_link, "svar två" in by_link) == (True, False)
    assert ("svar ett" in logged, "svar två" in logged) == (True, True)


def test_the_owner_sees_who_opened_an_answer_once_in_ten_minutes(amina, bjorn, chat, url):
    answer = make.interview_answer(chat)
    page = f"{url}{answer.public_id}/"
    assert "Who has seen it" not in html(amina.get(f"/en{page}"))  # shown to nobody
    amina.post(f"{page}visa/")
    assert "Nobody but you has seen it." in html(amina.get(f"/en{page}"))
    for _twice in range(2):
        assert "Who has seen it" not in html(bjorn.get(f"/en{page}"))
    assert "<bdi>Björn</bdi>, volunteer" in html(amina.get(f"/en{page}"))
    entries = AuditEntry.objects.filter(action="interview.read")
    assert [(entry.about_id, entry.data) for entry in entries] == [(answer.public_id, {"side": "volunteer"})]
    entries.update(at=timezone.now() - timedelta(minutes=11))
    bjorn.get(page)
    assert entries.count() == 2


def test_listening_to_an_answer_is_a_row_its_owner_reaches(amina, bjorn, chat, url):
    sound = make.document(chat, kind="sound", source="sound").versions.get()
    answer = make.interview_answer(chat, sound=sound, shared_at=timezone.now())
    b"".join(bjorn.get(f"/chatt/{chat.request.public_id}/dokument/{sound.document.public_id}/1/ljud/"))
    listened = f"/en/mina-dokument/{sound.document.public_id}/"
    found = re.search(rf'href="({listened}[^"]*)"', html(amina.get(f"/en{url}{answer.public_id}/")))
    assert "<bdi>Björn</bdi>, volunteer" in html(amina.get(found[1]))
    assert list(Viewing.objects.values_list("what", flat=True)) == ["sound"]


# session, account, participant, menu; then jobs, count, answers, marks, "Mina svar"; the bank
QUERIES = {"start": 9, "start of helper": 9, "answer": 8, "best": 6, "question": 5}


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_the_same_number_of_queries_for_any_number(amina, bjorn, chat, url, rows):
    for _row in range(rows):
        answer = make.interview_answer(chat, shared_at=chat.created_at, is_best=True)
        AnswerMarks.objects.create(answer=answer, author=chat.request.helper, **MARKS)
    pages = {
        "start": (amina, url),
        "start of helper": (bjorn, url),
        "answer": (amina, f"{url}{answer.public_id}/"),
        "best": (amina, f"{url}mina-svar/"),
        "question": (amina, f"{url}fraga/1/"),
    }
    counted = {}
    for name, (browser, path) in pages.items():
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        counted[name] = len(queries)

    assert counted == QUERIES


def test_strange_draft_ids_make_a_new_answer(amina, url, bank):
    for draft_id in ("", "x", "\x00", str(uuid.uuid4())):
        amina.post(f"{url}fraga/1/", {"text": "Hej", "draft_id": draft_id})

    assert InterviewAnswer.objects.count() >= 3
