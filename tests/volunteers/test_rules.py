from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from motesplats.models import AuditEntry, ClosedPeriod, OutboxMail
from motesplats.moments import STOCKHOLM
from tests import make, roles
from tests.motesplats import door
from tests.races import at_once
from volunteers import roster, rules
from volunteers.holidays import is_holiday
from volunteers.models import Shift, ShiftBooking, ShiftRule

START = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
TUESDAY = date(2026, 11, 24)


def rule(**fields):
    given = {"weekday": 2, "opens": time(18), "closes": time(21), "first_day": date(2026, 11, 1), "seats": 2, **fields}
    return ShiftRule(**given)


def laid(**fields):
    return rules.lay(rule(office=make.office(), **fields), by=make.staff())


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as moved:
        yield moved


# --- ten years of nights, without a database -------------------------------------------------------------------------
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 45, 59]))
TEN_YEARS = date(2026, 1, 1), date(2035, 12, 31)


def changes_of(year):
    """The nights the clock changes: the last Sundays of March and October."""
    for month in (3, 10):
        last = date(year, month, 31)
        yield last - timedelta(days=last.isoweekday() % 7)


@runs(max_examples=300, deadline=None)
@given(weekday=st.integers(1, 7), opens=times, closes=times, on_holidays=st.booleans())
def test_ten_years_of_any_rule_keep_wall_time(weekday, opens, closes, on_holidays):
    made = rule(weekday=weekday, opens=opens, closes=closes, on_holidays=on_holidays, first_day=TEN_YEARS[0])
    days = list(rules.days_of(made, *TEN_YEARS))
    every = [TEN_YEARS[0] + timedelta(days=n) for n in range((TEN_YEARS[1] - TEN_YEARS[0]).days + 1)]
    assert days == [d for d in every if d.isoweekday() == weekday and (on_holidays or not is_holiday(d))]
    before = None
    for day in days:
        hours = rules.hours_of(made, day)
        last = day if closes > opens else day + timedelta(days=1)
        if hours is None:  # only a night in March, between two and three
            assert last in changes_of(day.year) and opens.hour <= 2
            continue
        for moment, at, on in ((hours.starts_at, opens, day), (hours.ends_at, closes, last)):
            shown = moment.astimezone(STOCKHOLM).replace(tzinfo=None)
            jumped = on in changes_of(on.year) and on.month == 3 and at.hour == 2
            assert shown == (datetime.combine(on, time(3)) if jumped else datetime.combine(on, at))
            assert moment.astimezone(STOCKHOLM).fold == 0, "of two equal minutes the first"
        assert timedelta(0) < hours.ends_at - hours.starts_at <= timedelta(hours=25)
        assert before is None or hours.starts_at > before
        before = hours.starts_at


@runs(max_examples=200, deadline=None)
@given(
    first=st.dates(*TEN_YEARS),
    length=st.integers(0, 400),
    weekday=st.integers(1, 7),
    off=st.lists(st.dates(*TEN_YEARS), max_size=5),
    closed=st.lists(st.tuples(st.dates(*TEN_YEARS), st.integers(0, 30)), max_size=3),
)
def test_no_day_outside_the_rule_or_in_its_exceptions(first, length, weekday, off, closed):
    periods = [(begin, begin + timedelta(days=days)) for begin, days in closed]
    last = first + timedelta(days=length)
    made = rule(weekday=weekday, first_day=first, last_day=last, days_off=[day.isoformat() for day in off])
    found = set(rules.days_of(made, *TEN_YEARS, closed=periods))
    for n in range(length + 1):
        day = first + timedelta(days=n)
        is_out = day in off or is_holiday(day) or any(begin <= day <= end for begin, end in periods)
        assert (day in found) == (day.isoweekday() == weekday and not is_out and day <= TEN_YEARS[1])
    assert all(first <= day <= last for day in found)


@pytest.mark.parametrize(
    ("day", "at", "found"),
    [
        (date(2027, 3, 28), time(2, 30), "2027-03-28T01:00+00:00"),  # jumped over: three o'clock
        (date(2027, 3, 28), time(3), "2027-03-28T01:00+00:00"),
        (date(2026, 10, 25), time(2, 30), "2026-10-25T00:30+00:00"),  # met twice: the first
        (date(2028, 2, 29), time(22), "2028-02-29T21:00+00:00"),
    ],
)
def test_instants_on_nights_that_differ(day, at, found):
    assert rules.instant(day, at) == datetime.fromisoformat(found)


def test_leap_day_is_a_day_like_another():
    days = list(rules.days_of(rule(first_day=date(2028, 2, 1)), date(2028, 2, 20), date(2028, 3, 10)))
    assert days == [date(2028, 2, 22), date(2028, 2, 29), date(2028, 3, 7)]


# --- the shifts they make ----------------------------------------------------------------------------------------------
def days_laid():
    return list(Shift.objects.filter(called_off_at=None).order_by("rule_day").values_list("rule_day", flat=True))


@pytest.mark.django_db
def test_lay_makes_eight_weeks_of_shifts_once(clock):
    made = laid(last_day=None, languages=["ar"], place="office")
    found = days_laid()
    assert found == [TUESDAY + timedelta(weeks=n) for n in range(8)]
    one = Shift.objects.get(rule_day=TUESDAY)
    assert (one.languages, one.place, one.seats, one.office_id) == (["ar"], "office", 2, made.office_id)
    assert one.starts_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert rules.expand_all() == 0 and days_laid() == found
    clock.shift(timedelta(weeks=1))
    assert rules.expand_all() == 1
    assert AuditEntry.objects.filter(action="shift_rule.laid").count() == 1


@pytest.mark.django_db
def test_holidays_closed_weeks_and_exceptions_have_no_shift(clock):
    office = make.office()
    ClosedPeriod.objects.create(office=office, first_day=date(2026, 12, 14), last_day=date(2026, 12, 18))
    rules.lay(rule(office=office, weekday=4, days_off=["2026-12-03"]), by=make.staff())
    assert days_laid() == [date(2026, 11, 26), date(2026, 12, 10), date(2027, 1, 7), date(2027, 1, 14)]


@pytest.mark.django_db
def test_change_moves_free_shifts_and_never_booked_ones(clock):
    made, bjorn, disa = laid(), make.volunteer(), make.staff()
    booked, free = Shift.objects.order_by("starts_at")[:2]
    roster.book(bjorn, booked)
    made.opens, made.seats = time(19), 3
    rules.change(made, by=disa)
    rules.expand_all()
    kept, moved = Shift.objects.order_by("starts_at")[:2]
    assert (kept.starts_at, kept.ends_at, kept.seats) == (booked.starts_at, booked.ends_at, 3)
    assert moved.pk == free.pk and moved.starts_at == free.starts_at + timedelta(hours=1)
    assert moved.sequence == free.sequence + 1
    told = OutboxMail.objects.get(kind="shift_rule_changed")
    assert (told.to_user, told.data["new_starts_at"]) == (bjorn.user, "2026-11-24T18:00:00+00:00")
    roster.unbook(bjorn, kept)
    rules.expand_all()
    kept.refresh_from_db()
    assert kept.starts_at == datetime(2026, 11, 24, 18, tzinfo=UTC), "nobody in it: it follows again"


@pytest.mark.django_db
def test_fewer_seats_never_take_one_that_is_taken(clock):
    made, shift = laid(seats=3), Shift.objects.order_by("starts_at").first()
    for name in ("Björn", "Cecilia"):
        roster.book(make.volunteer(name), shift)
    made.seats = 1
    rules.change(made, by=make.staff())
    assert list(Shift.objects.order_by("starts_at").values_list("seats", flat=True)[:2]) == [2, 1]
    assert not OutboxMail.objects.filter(kind="shift_rule_changed").exists(), "seats are nothing to tell"


@pytest.mark.django_db
def test_end_takes_free_shifts_away_and_keeps_booked_ones(clock):
    made, bjorn, disa = laid(), make.volunteer(), make.staff()
    shift = Shift.objects.order_by("starts_at").first()
    roster.book(bjorn, shift)
    assert rules.end(made, by=disa) and not rules.end(made, by=disa)
    rules.expand_all()
    assert days_laid() == [TUESDAY] and ShiftBooking.objects.booked().count() == 1
    assert OutboxMail.objects.filter(kind="shift_rule_changed").count() == 1
    assert rules.plan_of(shift) is None


@pytest.mark.django_db
def test_an_exception_taken_back_gives_the_shift_back(clock):
    made, disa = laid(), make.staff()
    made.days_off = ["2026-11-24"]
    rules.change(made, by=disa)
    assert TUESDAY not in days_laid()
    made.days_off = []
    rules.change(made, by=disa)
    assert TUESDAY in days_laid() and Shift.objects.filter(rule_day=TUESDAY).count() == 1


@pytest.mark.django_db
def test_what_staff_did_by_hand_stays(clock):
    made, disa = laid(), make.staff()
    called_off, changed = Shift.objects.order_by("starts_at")[:2]
    roster.call_off(called_off, by=disa)
    changed.ends_at += timedelta(hours=1)
    roster.change(changed, by=disa)
    made.opens = time(17)
    rules.change(made, by=disa)
    now_off, now_changed = Shift.objects.order_by("rule_day")[:2]
    assert now_off.called_off_at
    assert (now_changed.starts_at, now_changed.ends_at) == (changed.starts_at, changed.ends_at)


@pytest.mark.django_db
def test_a_shift_that_has_begun_is_not_touched(clock):
    made = laid()
    clock.move_to(datetime(2026, 11, 24, 18, tzinfo=UTC))
    made.opens = time(20)
    rules.change(made, by=make.staff())
    begun = Shift.objects.get(rule_day=TUESDAY)
    assert begun.starts_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert Shift.objects.filter(rule_day=TUESDAY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_shift_once():
    made = rule(office=make.office(), weekday=timezone.now().isoweekday() % 7 + 1, first_day=date(2026, 1, 1))
    made.save()
    answers = at_once(*[lambda: rules.expand(made)] * 3)
    assert sorted(answers)[:2] == [0, 0] and answers.count(0) == 2
    assert Shift.objects.count() == max(answers) == len(set(Shift.objects.values_list("rule_day", flat=True)))


# --- staff -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def staff(client, settings):
    disa = make.staff()
    door.give_app(disa)
    client.cookies[settings.SESSION_COOKIE_NAME] = roles.session_of(disa, has_shown_key=True)
    return disa


def filled(**fields):
    given = {"office": make.office().pk, "weekday": 2, "opens": "18:00", "closes": "21:00", "first_day": "2026-11-01"}
    return {**given, "seats": 2, "place": "online", **fields}


@pytest.mark.django_db
def test_staff_lay_change_and_end_a_rule(client, staff):
    add, change = "/admin/volunteers/shiftrule/add/", "/admin/volunteers/shiftrule/{}/change/"
    assert client.post(add, filled(languages=["ar"], days_off="2026-12-22, 2026-12-08")).status_code == 302
    made = ShiftRule.objects.get()
    assert (made.days_off, made.languages) == (["2026-12-08", "2026-12-22"], ["ar"])
    assert Shift.objects.filter(rule=made, languages=["ar"]).exists()
    page = client.get(change.format(made.pk)).content.decode()
    assert "2026-12-08\n2026-12-22" in page
    assert client.post(change.format(made.pk), filled(office=made.office_id, seats=4)).status_code == 302
    assert set(Shift.objects.values_list("seats", flat=True)) == {4}
    done = client.post(f"/admin/volunteers/shiftrule/{made.pk}/do/end/", {"sure": "1"})
    assert done.status_code == 302 and not Shift.objects.filter(called_off_at=None).exists()
    assert client.get("/admin/volunteers/shiftrule/").status_code == 200
    actions = AuditEntry.objects.filter(about_kind="shift_rule").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["shift_rule.laid", "shift_rule.changed", "shift_rule.ended"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days_off": "julafton"}, "days_off"),
        ({"days_off": "2026-13-40"}, "days_off"),
        ({"closes": "18:00"}, "closes"),
        ({"last_day": "2026-10-01"}, "last_day"),
        ({"seats": 0}, "seats"),
        ({"weekday": 9}, "weekday"),
        ({"languages": ["xx"]}, "languages"),
    ],
)
def test_a_wrong_rule_is_refused_in_words_and_keeps_what_was_typed(client, staff, wrong, field):
    answer = client.post("/admin/volunteers/shiftrule/add/", filled(**wrong))
    assert answer.status_code == 200 and field in answer.context["adminform"].form.errors
    assert not ShiftRule.objects.exists()
