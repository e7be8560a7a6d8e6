"""A fadder writes to the new volunteer about a chat."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import fadder_notes, fadders, matching, privacy, retention
from chat.models import FadderNote, FadderReading
from motesplats.models import AuditEntry
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh
from tests.races import at_once
from volunteers import conduct

pytestmark = pytest.mark.django_db
LIST = "/jour/fadder/"
WORDS = "Du skriver kort och vänligt."


@pytest.fixture
def url(chat) -> str:
    return f"{LIST}{chat.request.public_id}/"


def write(text: str = WORDS) -> FadderNote:
    reading = FadderReading.objects.get()
    return fadder_notes.write(reading, text, by=reading.pair.fadder)


# --- the note --------------------------------------------------------------------------------------------------------
def test_she_writes_while_reading_and_he_finds_it_at_his_desk(chat, url, bjorn, cecilia):
    fadder, newcomer = logged_in(cecilia.user), logged_in(bjorn.user)
    assert url in fadder.get(f"/chatt/{chat.request.public_id}/").content.decode()
    assert LIST not in newcomer.get("/jour/lista/").content.decode()
    assert fadder.post(url, {"text": WORDS}).url == url
    assert LIST in newcomer.get("/jour/lista/").content.decode()
    page = newcomer.get(LIST).content.decode()
    assert WORDS in page and "Cecilia" in page
    for _again in range(2):
        newcomer.post(LIST)
    assert LIST not in newcomer.get("/jour/lista/").content.decode() and WORDS in newcomer.get(LIST).content.decode()
    assert AuditEntry.objects.filter(action="fadder.wrote").count() == 1


def test_the_one_who_asked_and_other_volunteers_do_not_see_it(chat, url, cecilia):
    write()
    for person in (make.seeker_of(chat).user, make.volunteer("Olof").user):
        for path in (f"/chatt/{chat.request.public_id}/", f"/chatt/{chat.request.public_id}/utskrift/", LIST, url):
            assert WORDS not in logged_in(person).get(path).content.decode(), path
        assert logged_in(person).post(url, {"text": "Hej"}).status_code == 404
    assert WORDS not in str(privacy.export(chat.request.owner))


def test_a_week_after_the_chat_it_is_too_late(chat, url, bjorn, cecilia, clock):
    matching.resolve(fresh(chat).request, actor=bjorn.user)
    assert logged_in(cecilia.user).post(url, {"text": WORDS}).status_code == 302
    clock(timedelta(days=7, minutes=1))
    assert logged_in(cecilia.user).get(url).status_code == 404
    with pytest.raises(fadder_notes.CannotWrite):
        write()
    assert FadderNote.objects.count() == 1


@pytest.mark.parametrize("why", ["refused", "never_opened"])
def test_who_was_refused_or_has_read_nothing_writes_nothing(chat, url, cecilia, why):
    if why == "refused":
        fadders.refuse(fresh(chat).request, actor=chat.request.owner)
    else:
        FadderReading.objects.update(read_at=None)
    assert logged_in(cecilia.user).post(url, {"text": WORDS}).status_code == 404
    assert not FadderNote.objects.exists()


@pytest.mark.parametrize(("text", "said"), [("", "Skriv något först."), (1001 * "x", "för lång")])
def test_bad_words_are_said_and_stay(chat, url, cecilia, text, said):
    answer = logged_in(cecilia.user).post(url, {"text": text})
    assert answer.status_code == 400 and said in answer.content.decode() and text in answer.content.decode()


def test_five_notes_and_one_taken_away(chat, url, cecilia):
    browser = logged_in(cecilia.user)
    for number in range(6):
        answer = browser.post(url, {"text": f"Ord {number}"})
    assert answer.status_code == 400 and "Ord 5" in answer.content.decode() and FadderNote.objects.count() == 5
    note = FadderNote.objects.first()
    for _again in range(2):
        assert browser.post(f"{url}{note.public_id}/ta-bort/").status_code == 302
    assert FadderNote.objects.count() == 4
    other = logged_in(make.volunteer("Olof").user)
    assert other.post(f"{url}{FadderNote.objects.first().public_id}/ta-bort/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_sent_at_once_keep_the_limit(chat, monkeypatch):
    monkeypatch.setattr(fadder_notes, "NOTES_PER_CHAT", 1)
    found = at_once(write, write)
    assert sorted(type(one).__name__ for one in found) == ["CannotWrite", "FadderNote"]


def test_it_is_given_out_to_both_and_goes_with_whoever_asks_for_it(chat, bjorn, cecilia):
    write()
    assert privacy.export(bjorn.user)["words_of_fadders"][0]["text"] == WORDS
    assert privacy.export(cecilia.user)["words_of_fadders"][0]["to"] == "a new volunteer"
    assert "Cecilia" not in str(privacy.export(bjorn.user)["words_of_fadders"])
    for who in (bjorn.user, cecilia.user, chat.request.owner):
        FadderNote.objects.update(text=WORDS)
        for _again in range(2):
            fadder_notes.erase(who)
        assert FadderNote.objects.get().text == "", who


def test_it_goes_with_the_words_of_the_chat(chat, bjorn, clock):
    write()
    matching.resolve(fresh(chat).request, actor=bjorn.user)
    type(chat.request).objects.update(need="", ad="")
    chat.messages.update(body="")
    clock(timedelta(days=91))
    for left in (1, 0):
        assert retention.remove_old_text() == left
    assert FadderNote.objects.get().text == ""


def test_the_list_asks_as_much_for_one_as_for_three(chat, bjorn):
    browser, counts = logged_in(bjorn.user), []
    for _more in range(3):
        write()
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(LIST).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_whose_rules_are_old_reads_them_first(chat, url, cecilia):
    browser = logged_in(cecilia.user)
    conduct.publish(make.conduct_version(), {"text_sv": "Jag är snäll."}, by=make.staff())
    for page in (url, LIST):
        assert browser.get(page).url == f"/volontar/regler/?efter={page.replace('/', '%2F')}"
    browser.post(url, {"text": WORDS})
    assert not FadderNote.objects.exists()
