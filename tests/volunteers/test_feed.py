from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import gettext, override
from icalendar import Calendar

from motesplats.models import AuditEntry
from motesplats.moments import STOCKHOLM
from tests import make
from volunteers import approval, feed, privacy, roster, rules, swaps
from volunteers.models import Shift, Volunteer

pytestmark = pytest.mark.django_db
PAGE = "/pass/kalender/"


@pytest.fixture
def bjorn():
    made = make.volunteer()
    feed.open_feed(made)
    made.refresh_from_db()
    return made


def path_of(volunteer):
    return feed.url_for(volunteer).partition("/pass/")[1] + feed.url_for(volunteer).partition("/pass/")[2]


def entries(volunteer):
    """What a calendar reads: {uid: event}."""
    parsed = Calendar.from_ical(feed.calendar_of(volunteer))
    assert not parsed.errors
    return {str(event["uid"]): event for event in parsed.walk("VEVENT")}


def only(volunteer):
    (event,) = entries(volunteer).values()
    return event


def booked(volunteer, day, opens, closes, **fields):
    shift = Shift(office=make.office(), seats=2, **fields)
    shift.starts_at, shift.ends_at = rules.instant(day, opens), rules.instant(day + timedelta(closes <= opens), closes)
    shift.save()
    roster.book(volunteer, shift)
    return shift


@pytest.mark.parametrize(
    ("day", "opens", "closes", "hours"),
    [
        (date(2030, 10, 26), time(22), time(6), 9),
        (date(2030, 10, 27), time(2, 30), time(4), 2.5),
        (date(2030, 3, 30), time(22), time(6), 7),
        (date(2030, 3, 31), time(2, 30), time(4), 1),
        (date(2032, 2, 29), time(18), time(0), 6),
    ],
)
def test_both_nights_the_clock_changes_are_read_back_right(bjorn, day, opens, closes, hours):
    shift = booked(bjorn, day, opens, closes)
    event = only(bjorn)
    start, end = event.decoded("dtstart"), event.decoded("dtend")
    assert (start, end) == (shift.starts_at, shift.ends_at)
    assert (end - start).total_seconds() / 3600 == hours
    shown = start.astimezone(STOCKHOLM)
    assert shown.date() == day and (shown.hour, shown.minute) in [(opens.hour, opens.minute), (3, 0)]


def test_sequence_grows_and_uid_stays_through_all_that_happens(bjorn):
    cecilia, disa = make.volunteer("Cecilia"), make.staff()
    shift = booked(bjorn, date(2030, 5, 7), time(18), time(21))
    seen = [only(bjorn)]

    def look():
        seen.append(only(bjorn))

    roster.unbook(bjorn, shift)
    look()
    shift.refresh_from_db()
    shift.starts_at -= timedelta(hours=1)
    roster.change(shift, by=disa)
    look()
    roster.book(bjorn, shift)
    look()
    swaps.offer(bjorn, shift)
    swaps.take_over(cecilia, shift)
    look()
    roster.book(bjorn, shift)
    roster.call_off(shift, by=disa)
    look()
    assert len({str(event["uid"]) for event in seen}) == 1
    numbers = [int(event["sequence"]) for event in seen]
    assert numbers == sorted(set(numbers)), numbers
    assert [str(event["status"]) for event in seen] == [
        "CONFIRMED", "CANCELLED", "CANCELLED", "CONFIRMED", "CANCELLED", "CANCELLED"
    ]  # fmt: skip


def test_a_calendar_holds_ones_own_shifts_of_a_month_back_and_on(bjorn):
    with time_machine.travel("2030-01-01T12:00:00Z") as clock:
        booked(bjorn, date(2030, 1, 7), time(18), time(21))
        clock.move_to("2030-02-01T12:00:00Z")
        kept = booked(bjorn, date(2030, 2, 7), time(18), time(21))
        booked(make.volunteer("Cecilia"), date(2030, 2, 8), time(18), time(21))
        assert len(entries(bjorn)) == 2
        clock.move_to("2030-02-20T12:00:00Z")
        assert [uid.partition("@")[0] for uid in entries(bjorn)] == [kept.public_id]


def test_place_is_said_for_the_office_only(bjorn):
    shift = booked(bjorn, date(2030, 5, 7), time(18), time(21), place="office")
    assert only(bjorn)["location"] == shift.office.name
    Shift.objects.update(place="online")
    assert "location" not in only(bjorn)


def test_calendar_is_fetched_without_logging_in_and_not_twice_the_same(client, bjorn):
    shift = booked(bjorn, date(2030, 5, 7), time(18), time(21))
    first = client.get(path_of(bjorn))
    assert first.status_code == 200 and first["Content-Type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(first.content).walk("VEVENT")
    again = client.get(path_of(bjorn), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path_of(bjorn), headers={"If-None-Match": f'W/{first["ETag"]}, "x"'}).status_code == 304
    roster.unbook(bjorn, shift)
    assert client.get(path_of(bjorn), headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert client.head(path_of(bjorn)).status_code == 200


def test_calendar_is_the_same_bytes_from_day_to_day(bjorn):
    booked(bjorn, timezone.localdate() + timedelta(days=9), time(18), time(21))
    today = feed.calendar_of(bjorn)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert feed.calendar_of(bjorn) == today


def test_lines_and_ends_are_those_of_the_standard(bjorn):
    booked(bjorn, date(2030, 5, 7), time(18), time(21))
    content = feed.calendar_of(bjorn)
    assert content.startswith(b"BEGIN:VCALENDAR\r\n") and content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n")) and b"\n" not in content.replace(b"\r\n", b"")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in content


def test_only_the_right_address_is_a_calendar(client, bjorn):
    path = path_of(bjorn)
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert client.get(path).status_code == 200
    for wrong in (f"{token}x", "x", "W10.x", token.replace(".", ":"), token[:-1]):
        assert client.get(f"{PAGE}{wrong}.ics").status_code == 404
    feed.open_feed(bjorn)
    assert client.get(path).status_code == 404, "a new address ends the old one"
    bjorn.refresh_from_db()
    newest = path_of(bjorn)
    assert client.get(newest).status_code == 200
    assert feed.close_feed(bjorn) and not feed.close_feed(bjorn)
    assert client.get(newest).status_code == 404
    feed.open_feed(bjorn)
    assert client.get(newest).status_code == 404, "an ended address never comes back"
    assert AuditEntry.objects.filter(action__startswith="feed.").count() == 4


def test_a_paused_volunteer_sees_the_seats_go_and_a_closed_account_nothing(client, bjorn):
    booked(bjorn, date(2030, 5, 7), time(18), time(21))
    approval.pause(bjorn, by=make.staff())
    assert str(only(bjorn)["status"]) == "CANCELLED" and client.get(path_of(bjorn)).status_code == 200
    bjorn.user.is_active = False
    bjorn.user.save()
    assert client.get(path_of(bjorn)).status_code == 404


def test_the_address_ends_when_the_person_is_erased(client, bjorn):
    privacy.erase(bjorn.user)
    assert client.get(path_of(bjorn)).status_code == 404


def test_page_makes_an_address_shows_it_and_ends_it(client):
    bjorn = make.volunteer()
    client.force_login(bjorn.user)
    assert ".ics" not in client.get(PAGE).content.decode()
    assert client.post(PAGE).status_code == 302
    bjorn.refresh_from_db()
    page = client.get(PAGE)
    assert feed.url_for(bjorn) in page.content.decode() and "webcal://" in page.content.decode()
    client.post(PAGE, {"end": "1"})
    assert Volunteer.objects.get().feed_opened_at is None
    assert ".ics" not in client.get(PAGE).content.decode()


def test_calendar_costs_the_same_queries_for_one_and_three(client, bjorn, django_assert_num_queries):
    for number in range(1, 4):
        booked(bjorn, date(2030, 5, number), time(18), time(21))
        with django_assert_num_queries(3):
            client.get(path_of(bjorn))


def test_words_are_in_the_volunteers_language(bjorn):
    booked(bjorn, date(2030, 5, 7), time(18), time(21))
    with override("sv"):
        assert str(only(bjorn)["summary"]) == gettext("Shift at Mötesplats")


def test_moments_are_utc(bjorn):
    booked(bjorn, date(2030, 5, 7), time(18), time(21))
    event = only(bjorn)
    assert event.to_ical().count(b"20300507T160000Z") == 1
    assert isinstance(event.decoded("dtstamp"), datetime)
