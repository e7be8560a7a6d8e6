"""Times in words, on a clock in Sweden, also when the clock is changed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.utils.translation import override

from motesplats import moments


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture(autouse=True, params=["en"])
def english(request):
    """The msgids are English; the Swedish catalogue is tested on its own."""
    with override(request.param):
        yield


def test_moment_holds_weekday_date_and_24_hour_time():
    assert moments.say_moment(utc(2026, 11, 26, 19, 0)) == "Thursday 26 November at 20:00"
    assert moments.say_day(utc(2026, 11, 26, 23, 30)) == "Friday 27 November"
    assert moments.say_clock(utc(2026, 11, 26, 5, 7)) == "at 06:07"


@pytest.mark.parametrize(
    ("instant", "clock"),
    [
        (utc(2026, 10, 25, 0, 30), "at 02:30"),  # summer time
        (utc(2026, 10, 25, 1, 30), "at 02:30"),  # the same wall time once more, winter time
        (utc(2026, 10, 25, 2, 30), "at 03:30"),
        (utc(2027, 3, 28, 0, 59), "at 01:59"),
        (utc(2027, 3, 28, 1, 0), "at 03:00"),  # 02:00-03:00 does not exist
    ],
)
def test_clock_is_right_on_the_nights_when_it_is_changed(instant, clock):
    assert moments.say_clock(instant) == clock


@pytest.mark.parametrize(
    ("start", "end", "hours", "words"),
    [
        (utc(2026, 10, 24, 20), utc(2026, 10, 25, 5), 9, "Saturday 24 October at 22:00–Sunday 25 October at 06:00"),
        (utc(2027, 3, 27, 21), utc(2027, 3, 28, 4), 7, "Saturday 27 March at 22:00–Sunday 28 March at 06:00"),
        (utc(2026, 11, 24, 17), utc(2026, 11, 24, 21), 4, "Tuesday 24 November at 18:00–22:00"),
    ],
)
def test_span_of_a_night_shift_shows_both_days_and_lasts_as_long_as_it_does(start, end, hours, words):
    assert moments.say_span(start, end) == words
    assert end - start == timedelta(hours=hours)


def test_span_that_ends_at_midnight_shows_both_days():
    assert moments.say_span(utc(2026, 11, 24, 17), utc(2026, 11, 24, 23)) == (
        "Tuesday 24 November at 18:00–Wednesday 25 November at 00:00"
    )


def test_today_is_the_date_in_sweden():
    with time_machine.travel(utc(2026, 11, 24, 23, 30)):
        assert moments.today().isoformat() == "2026-11-25"
    with time_machine.travel(utc(2026, 7, 24, 21, 59)):
        assert moments.today().isoformat() == "2026-07-24"


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=-5), "0 minutes"),  # two machines' clocks
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_waited_is_in_the_unit_people_would_use(waited, words):
    now = utc(2026, 11, 24, 12)
    assert moments.say_waited(now - waited, now) == words


@pytest.mark.parametrize("language", ["sv", "en", "ar", "fa", "prs", "uk", "so", "ti"])
def test_every_language_can_say_every_form_with_western_digits(language):
    start = utc(2026, 11, 24, 20, 40)
    with override(language):
        said = [
            moments.say_clock(start),
            moments.say_day(start),
            moments.say_moment(start),
            moments.say_span(start, start + timedelta(hours=9)),
            moments.say_waited(start, start + timedelta(minutes=5)),
        ]
    assert all(said) and "24" in said[1] and "21" in said[0] and "40" in said[0]
    assert "%(" not in "".join(said)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.25, "15 minutes"), (1, "1 hour"), (8.0, "8 hours"), (1.25, "1 hour 15 minutes"), (0, "0 minutes")],
)
def test_duration_is_in_hours_and_minutes_and_never_a_fraction(hours, words):
    assert moments.say_duration(hours) == words


def test_filters_say_the_same_as_the_functions():
    at = utc(2026, 11, 26, 19, 0)
    shown = Template("{{ at|moment }}; {{ at|day }}; {{ at|clock }}").render(Context({"at": at}))
    assert shown == f"{moments.say_moment(at)}; {moments.say_day(at)}; {moments.say_clock(at)}"
