"""The pages where two people agree on a time: forms alone, wrong words kept, whose it is, and the mail's address."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import meeting_links, meetings
from chat.models import Meeting, Proposal
from tests import make
from tests.chat.house import logged_in, with_grant
from tests.chat.state_of import fresh
from volunteers import roster

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, 10, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 27, 19, tzinfo=UTC)
GIVEN = {"day_1": "2026-11-27", "clock_1": "20:00"}


@pytest.fixture(autouse=True)
def travel():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def meeting(chat) -> Meeting:
    proposal = meetings.propose(make.person_of(make.helper_of(chat)), [TOMORROW])
    return meetings.choose(make.person_of(make.seeker_of(chat)), proposal, TOMORROW)


def text(answer) -> str:
    return answer.content.decode()


def test_the_whole_way_by_forms_alone(chat, url, amina, bjorn):
    assert f"{url}tid/" in text(bjorn.get(url))
    assert bjorn.post(f"{url}tid/", {**GIVEN, "day_2": "2026-11-28", "clock_2": "09:30"}).url == url
    proposal = Proposal.objects.get()
    page = text(amina.get(url))
    assert "fredag 27 november kl. 20.00" in page and "lördag 28 november kl. 09.30" in page
    amina.post(f"{url}tid/svar/", {"proposal": proposal.public_id, "time": proposal.times[1]})
    for browser in (amina, bjorn):
        assert "Ni ses här i chatten lördag 28 november kl. 09.30." in text(browser.get(url))
    assert "lördag 28 november kl. 09.30" in text(amina.get("/mina-fragor/"))
    assert "lördag 28 november kl. 09.30" in text(bjorn.get("/jour/"))
    bjorn.post(f"{url}tid/kan-inte/", {"meeting": Meeting.objects.get().public_id})
    assert Meeting.objects.get().ending == "cancelled" and "day_1" in text(amina.get(f"{url}tid/"))


def test_none_fits_leads_to_suggesting_oneself(chat, url, amina, bjorn):
    bjorn.post(f"{url}tid/", GIVEN)
    answer = amina.post(f"{url}tid/svar/", {"proposal": Proposal.objects.get().public_id, "none": "1"}, follow=True)
    assert "day_1" in text(answer)
    amina.post(f"{url}tid/", {**GIVEN, "clock_1": "18:00"})
    mine = Proposal.objects.get(ended_at=None)
    assert mine.public_id in text(amina.get(f"{url}tid/"))
    amina.post(f"{url}tid/ta-tillbaka/", {"proposal": mine.public_id})
    assert not Proposal.objects.filter(ended_at=None)


@pytest.mark.parametrize(
    "given, words",
    [
        ({}, "Välj en dag och en tid."),
        ({"day_1": "2026-11-27"}, "Välj en dag och en tid."),
        ({"day_1": "2026-11-26", "clock_1": "13:00"}, "Välj en dag och en tid."),
        ({"day_1": "2027-11-26", "clock_1": "13:00"}, "Välj en av de här."),
        ({"day_1": "\x00", "clock_1": "20:15"}, "Välj en av de här."),
    ],
)
def test_wrong_times_are_said_plainly_and_nothing_is_suggested(chat, url, amina, given, words):
    answer = amina.post(f"{url}tid/", {**given, "day_3": "2026-11-29"})
    assert answer.status_code == 400 and not Proposal.objects.exists()
    assert '<option value="2026-11-29" selected>' in text(answer)
    assert words in text(answer)


def test_a_time_that_has_passed_is_said_and_kept(chat, url, amina):
    answer = amina.post(f"{url}tid/", {"day_1": "2026-11-26", "clock_1": "13:00"})
    assert answer.status_code == 400 and "Den tiden har passerat. Välj en senare tid." in text(answer)
    assert '<option value="13:00" selected>' in text(answer)


def test_a_time_the_clock_jumps_over_is_said(chat, url, amina, travel):
    travel.move_to(datetime(2027, 3, 27, 12, tzinfo=UTC))
    amina = logged_in(make.seeker_of(chat).user)
    answer = amina.post(f"{url}tid/", {"day_1": "2027-03-28", "clock_1": "02:30"})
    assert answer.status_code == 400 and "Klockan ställs om den natten." in text(answer)
    with pytest.raises(roster.NoSuchTime):
        roster.instant(date(2027, 3, 28), time(2, 30))


@pytest.mark.parametrize("given", [{}, {"proposal": "x"}, {"time": "i morgon"}, {"proposal": "\x00", "none": "1"}])
def test_a_wrong_answer_changes_nothing(chat, url, amina, bjorn, given):
    bjorn.post(f"{url}tid/", GIVEN)
    answer = amina.post(f"{url}tid/svar/", given)
    assert answer.status_code in (302, 404) and Proposal.objects.get().ended_at is None


def test_others_do_not_see_it(chat, url, meeting):
    for browser in (
        logged_in(make.volunteer("Cecilia").user),
        Client(),
        with_grant(make.seeker_of(make.conversation())),
    ):
        assert browser.get(f"{url}tid/").status_code == 404
        assert browser.post(f"{url}tid/kan-inte/", {"meeting": meeting.public_id}).status_code == 404
    assert Meeting.objects.get().ended_at is None


def test_a_time_of_another_chat_is_404(chat, url, amina, meeting):
    other = make.claimed(make.volunteer("Cecilia"))
    theirs = meetings.propose(make.person_of(make.helper_of(other)), [TOMORROW])
    assert amina.post(f"{url}tid/svar/", {"proposal": theirs.public_id, "none": "1"}).status_code == 404
    cecilia = logged_in(make.helper_of(other).user)
    answer = cecilia.post(f"/chatt/{other.request.public_id}/tid/kan-inte/", {"meeting": meeting.public_id})
    assert answer.status_code == 404


def test_the_address_in_a_mail_asks_before_it_cancels(chat, meeting):
    for participant in (make.seeker_of(chat), make.helper_of(chat)):
        path = meeting_links.path_for(meeting, participant)
        page = Client().get(path)
        assert "fredag 27 november kl. 20.00" in text(page)
    assert Meeting.objects.get().ended_at is None
    phone = Client()
    path = meeting_links.path_for(meeting, make.seeker_of(chat))
    assert phone.post(path, {"open": "1"}).url == f"/chatt/{chat.request.public_id}/"
    assert phone.get(f"/chatt/{chat.request.public_id}/").status_code == 200
    for _ in range(2):
        assert "Tiden gäller inte längre" in text(phone.post(path, {"no": "1"}, follow=True))
    assert Meeting.objects.get().ending == "cancelled"


def test_the_address_in_a_mail_is_no_key_for_good(chat, meeting, travel):
    path = meeting_links.path_for(meeting, make.seeker_of(chat))
    Meeting.objects.update(ended_at=TOMORROW, ending="met")
    travel.move_to(TOMORROW + timedelta(hours=23))
    assert Client().post(path, {"open": "1"}).url == f"/chatt/{chat.request.public_id}/"
    assert 'name="open"' in text(Client().get(path))
    travel.move_to(TOMORROW + timedelta(hours=25))
    phone = Client()
    page = text(phone.get(path))
    assert 'name="open"' not in page and "/konto/logga-in/" in page and "Tiden gäller inte längre" in page
    assert 'name="open"' in text(phone.get(meeting_links.path_for(meeting, make.helper_of(chat))))  # logs in, as ever
    answer = phone.post(path, {"open": "1"})
    assert answer.status_code == 404 and "Logga in" in text(answer)
    assert phone.get(f"/chatt/{chat.request.public_id}/").status_code != 200
    assert meeting_links.lets_in(meeting)  # as long as it is agreed on


def test_only_the_right_address_opens_a_time(chat, meeting):
    participant = make.seeker_of(chat)
    path = meeting_links.path_for(meeting, participant)
    assert Client().get(f"{path[:-2]}x/").status_code == 404
    participant.link_version += 1
    participant.save()
    assert Client().post(path, {"no": "1"}).status_code == 404  # its links were ended
    assert Meeting.objects.get().ended_at is None


def test_after_three_tries_the_door_is_words(chat, url, amina, bjorn):
    owner = fresh(chat).request.helper
    for day in range(3):
        Meeting.objects.create(
            conversation=chat, helper=owner, starts_at=NOW - timedelta(days=day + 1), ended_at=NOW, ending="missed"
        )
    for browser in (amina, bjorn):
        assert "Det är svårt att hitta en tid. Skriv här i stället" in text(browser.get(url))
        assert "day_1" not in text(browser.get(f"{url}tid/"))
        browser.post(f"{url}tid/", GIVEN)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("missed", [1, 2])
def test_the_page_asks_the_same_however_often_it_was_tried(chat, url, amina, missed):
    for day in range(missed):
        Meeting.objects.create(
            conversation=chat, helper=fresh(chat).request.helper, starts_at=NOW - timedelta(days=day + 1),
            ended_at=NOW, ending="missed",
        )  # fmt: skip
    amina.get(f"{url}tid/")
    with CaptureQueriesContext(connection) as queries:
        amina.get(f"{url}tid/")
    assert len(queries) == 7
