"""Coverage and demand: who is booked, who met nobody, on any night, and half an hour taken from the map."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import claiming, coverage, coverage_map
from chat.coverage import Choice, Past
from motesplats.moments import STOCKHOLM, local
from seekers import help_requests
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.motesplats import door
from tests.volunteers.test_rules import TEN_YEARS
from volunteers.models import Shift, ShiftBooking

pytestmark = pytest.mark.django_db
URL, TAKE = "/jour/tackning/", "/jour/tackning/ta/"
ALL = Choice()


def at(text: str) -> datetime:
    """Wall time in Sweden."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


NOW = at("2026-11-24 21:30")  # a Tuesday evening


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        make.office()
        yield lambda text: travel.move_to(at(text))


def booked(start: str, *, hours: float = 3, **fields) -> ShiftBooking:
    return make.booking(make.volunteer(**fields), make.shift(at(start), hours=hours))


def seats(choice: Choice = ALL) -> dict[str, int]:
    """'25 18' -> how many, where there is somebody."""
    found = coverage.coming(choice, NOW)
    return {f"{local(hour):%d %H}": cell.seats for hour, cell in found.items() if cell.seats}


def red(choice: Choice = ALL) -> list[str]:
    return [f"{local(hour):%d %H}" for hour, cell in coverage.coming(choice, NOW).items() if cell.is_red]


def asked(clock, when: str, **fields):
    clock(when)
    return make.conversation(**fields)


# --- the days ----------------------------------------------------------------------------------------------------------
def test_each_day_of_ten_years_has_its_hours():
    day, found = TEN_YEARS[0], {}
    while day <= TEN_YEARS[1]:
        hours = coverage.hours_of_day(day)
        assert {local(hour).date() for hour in hours} == {day} and local(hours[0]).hour == 0
        found.setdefault(len(hours), []).append(day)
        day += timedelta(days=1)
    assert {n: len(days) for n, days in found.items()} == {24: 3652 - 20, 23: 10, 25: 10}
    assert date(2026, 3, 29) in found[23] and date(2026, 10, 25) in found[25] and date(2028, 2, 29) in found[24]


def drawn(clock, when: str) -> coverage_map.Map:
    clock(when)
    return coverage_map.of_coming(coverage.coming(ALL, at(when)), at(when))


def test_the_sunday_of_25_hours_has_its_second_hour_two_in_a_row_of_its_own(clock):
    make.booking(make.volunteer(), make.shift(at("2026-10-25 02:00").replace(fold=1), hours=1))
    shown = drawn(clock, "2026-10-21 12:00")
    assert [row.label for row in shown.rows][:5] == ["00", "01", "02", "02 igen", "03"]
    second = shown.rows[3].cells
    assert [cell.text for cell in second] == ["×", "×", "×", "×", "1", "×", "×"]
    assert shown.rows[2].cells[4].text == "0" and len(shown.rows) == 25


def test_the_sunday_of_23_hours_has_no_hour_two(clock):
    make.booking(make.volunteer(), make.shift(at("2027-03-28 01:00"), hours=2))  # 01–02 and 03–04
    shown = drawn(clock, "2027-03-24 12:00")
    assert [row.cells[4].text for row in shown.rows][:5] == ["0", "1", "×", "1", "0"]
    assert len(shown.rows) == 24 and [cell.text for cell in shown.rows[2].cells].count("×") == 1


# --- seats -------------------------------------------------------------------------------------------------------------
def test_seats_of_each_hour_with_a_language_and_a_topic():
    booked("2026-11-25 18:00", languages=["sv", "ar"], topics=["cv"])
    booked("2026-11-25 20:30", hours=1, languages=["sv"])
    booked("2026-11-25 22:50", hours=0.25, languages=["sv"])  # ten minutes and five: not worth a quarter
    assert seats() == {"25 18": 1, "25 19": 1, "25 20": 2, "25 21": 1}
    assert seats(Choice(language="ar")) == {"25 18": 1, "25 19": 1, "25 20": 1} == seats(Choice("ar", "cv"))
    assert seats(Choice(topic="letter")) == {"25 20": 1, "25 21": 1} and seats(Choice("ar", "letter")) == {}


def test_seats_given_back_called_off_or_of_somebody_paused_are_none():
    gone, off, paused = (booked("2026-11-25 18:00") for _ in range(3))
    assert seats()["25 18"] == 3
    ShiftBooking.objects.filter(pk=gone.pk).update(cancelled_at=NOW)
    Shift.objects.filter(pk=off.shift_id).update(called_off_at=NOW)
    type(paused.volunteer).objects.filter(pk=paused.volunteer_id).update(state="paused")
    assert seats() == {}


# --- who met nobody ----------------------------------------------------------------------------------------------------
def test_nobody_was_there_is_counted_from_what_happened(clock):
    bjorn = make.volunteer()
    asked(clock, "2026-11-17 21:10")  # nobody
    late = asked(clock, "2026-11-17 21:15")
    clock("2026-11-17 21:46")
    claiming.claim(late.request, bjorn)  # too late
    taken = asked(clock, "2026-11-10 21:05")
    claiming.claim(
        HelpRequest.objects.get(pk=taken.request.pk), make.volunteer()
    )  # somebody, before a word was written
    back = asked(clock, "2026-11-10 21:20")
    help_requests.withdraw(HelpRequest.objects.get(pk=back.request.pk), actor=back.request.owner)  # we cannot know
    asked(clock, "2026-11-10 21:30", is_adult=False)  # for IM only
    asked(clock, "2026-10-20 21:20")  # five weeks ago
    make.help_request(created_at=at("2026-11-03 09:00"))  # nobody has opened its chat
    clock("2026-11-24 21:10")
    make.conversation()  # its half hour is not over
    assert coverage.past(ALL, NOW) == {(2, 21): Past(asked=4, missed=2), (2, 9): Past(asked=1, missed=1)}
    assert coverage.past(Choice(language="uk"), NOW) == {} == coverage.past(Choice(topic="letter"), NOW)


def test_an_hour_is_red_until_somebody_who_fits_is_booked(clock):
    asked(clock, "2026-11-18 20:10", languages=["ar"], topic="cv")
    asked(clock, "2026-11-10 20:10")  # Tuesdays at 20, which today has passed
    assert red() == ["25 20"]
    booked("2026-11-25 18:00", languages=["sv"])
    booked("2026-11-25 18:00", languages=["ar"], topics=["letter"])
    assert red() == ["25 20"] == red(Choice("ar"))
    assert red(Choice("sv")) == []
    booked("2026-11-25 20:30", hours=0.5, languages=["ar"])
    assert red() == []


def test_what_we_promise_is_the_promise_itself():
    booked("2026-11-25 18:00", languages=["ar"], topics=["cv"])
    said = dict(coverage.promises("cv", NOW))
    assert (said["ar"].answer_by, said["ar"].by_staff) == (at("2026-11-25 19:30"), False)
    assert (said["sv"].answer_by, said["sv"].by_staff) == (at("2026-11-25 16:00"), True)
    assert dict(coverage.promises("letter", NOW))["ar"].by_staff
    assert HelpRequest.objects.count() == 0


# --- the pages ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def page(clock):
    """Björn, who reads Swedish, and a red hour of each kind: tomorrow at 20, and Thursday at 21 in Arabic."""
    asked(clock, "2026-11-18 20:10", languages=["sv"])
    asked(clock, "2026-11-19 21:10", languages=["ar"])
    clock("2026-11-24 21:30")
    return make.volunteer()


def buttons(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('name="hour" value="')[1:]]


def test_page_shows_the_maps_and_a_button_where_one_would_help(page):
    html = logged_in(page.user).get(URL).content.decode()
    assert html.count('<svg class="map') == 2 == html.count('class="hours"') and "style=" not in html
    assert buttons(html) == ["2026-11-25T19:00:00+00:00"]
    assert html.count(">!0<") == 4 and html.count(">!1/1<") == 4  # two hours, in the picture and in the table
    arabic = logged_in(page.user).get(URL, {"sprak": "ar"}).content.decode()
    assert buttons(arabic) == [] and arabic.count(">!0<") == 2


def test_a_choice_that_is_not_there_is_said_and_all_is_shown(page):
    answer = logged_in(page.user).get(URL, {"sprak": "xx", "amne": "'"})
    assert answer.status_code == 200 and answer.content.decode().count(">!0<") == 4


def test_half_an_hour_is_taken_once_and_the_hour_is_red_no_more(page):
    browser = logged_in(page.user)
    for _twice in range(2):
        answer = browser.post(f"{TAKE}?sprak=sv", {"hour": "2026-11-25T19:00:00+00:00"})
        assert (answer.status_code, answer["Location"]) == (302, f"{URL}?sprak=sv")
    shift = ShiftBooking.objects.get(volunteer=page).shift
    assert (shift.starts_at, shift.ends_at, shift.is_personal) == (
        at("2026-11-25 20:00"),
        at("2026-11-25 20:30"),
        True,
    )
    page.refresh_from_db()
    assert page.switched_on_at is None, "it is tomorrow that they are here"
    assert red() == ["26 21"] and buttons(browser.get(URL).content.decode()) == []


@pytest.mark.parametrize(
    "hour", ["", "x", "2026-11-24T20:00:00+00:00", "2026-12-01T23:00:00+00:00", "2026-11-25T19:10:00+00:00"]
)
def test_only_a_coming_hour_of_the_map_can_be_taken(page, hour):
    answer = logged_in(page.user).post(TAKE, {"hour": hour}, follow=True)
    assert "Välj en annan" in answer.content.decode() and not ShiftBooking.objects.exists()


def test_the_pages_are_for_volunteers_and_for_im(page):
    for method in ("get", "post"):
        url = URL if method == "get" else TAKE
        assert getattr(Client(), method)(url).status_code == 302
        assert getattr(logged_in(make.user()), method)(url).status_code == 404
    assert not ShiftBooking.objects.exists()


def test_staff_see_the_same_maps_from_their_start_page_without_buttons(page):
    door.staff_client(browser := Client())
    assert 'href="/admin/chat/promise/tackning/"' in browser.get("/admin/").content.decode()
    html = browser.get("/admin/chat/promise/tackning/").content.decode()
    assert html.count('<svg class="map') == 2 and html.count(">!0<") == 4 and buttons(html) == []


def test_queries_are_as_many_with_one_row_as_with_three(page, clock):
    browser = logged_in(page.user)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(URL).status_code == 200
        return len(queries)

    count()
    first = count()
    for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
        asked(clock, f"{day} 19:10")
    clock("2026-11-24 21:30")
    for day in (25, 26, 27):
        booked(f"2026-11-{day} 10:00")
    assert (first, count()) == (24, 24)
