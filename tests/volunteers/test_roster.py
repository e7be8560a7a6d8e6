import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from motesplats.models import AuditEntry, OutboxMail
from motesplats.moments import say_span
from tests import make
from volunteers import roster
from volunteers.models import Shift, ShiftBooking, Volunteer

pytestmark = pytest.mark.django_db


def soon(hours=1):
    return timezone.now() + timedelta(hours=hours)


def test_book_takes_a_seat_once_and_is_audited():
    bjorn, shift = make.volunteer(), make.shift(soon())
    first = roster.book(bjorn, shift)
    assert roster.book(bjorn, shift) == first
    assert list(roster.upcoming(bjorn)) == [shift]
    assert [(entry.action, entry.about_id) for entry in AuditEntry.objects.all()] == [("shift.booked", shift.public_id)]


def test_book_a_running_shift_is_allowed_a_past_one_not():
    bjorn = make.volunteer()
    roster.book(bjorn, make.shift(soon(-1), hours=2))
    with pytest.raises(roster.ShiftOver):
        roster.book(bjorn, make.shift(soon(-9), hours=2))


@pytest.mark.parametrize("state", ["applied", "paused", "ended"])
def test_book_by_somebody_not_approved_is_refused(state):
    with pytest.raises(roster.NotApproved):
        roster.book(make.volunteer(state=state), make.shift(soon()))
    assert not ShiftBooking.objects.exists()


def test_book_a_full_shift_is_refused_until_a_seat_is_given_back():
    bjorn, cecilia, shift = make.volunteer(), make.volunteer("Cecilia"), make.shift(soon(), seats=1)
    roster.book(bjorn, shift)
    with pytest.raises(roster.ShiftFull):
        roster.book(cecilia, shift)
    roster.unbook(bjorn, shift)
    roster.book(cecilia, shift)
    assert ShiftBooking.objects.booked().get().volunteer == cecilia


def test_book_two_shifts_at_the_same_time_clashes_but_not_back_to_back():
    bjorn = make.volunteer()
    roster.book(bjorn, make.shift(soon(1), hours=4))
    with pytest.raises(roster.Clash):
        roster.book(bjorn, make.shift(soon(3), hours=4))
    starts = Shift.objects.order_by("pk").first().ends_at
    roster.book(bjorn, make.shift(starts, hours=4))
    assert roster.upcoming(bjorn).count() == 2


def test_unbook_keeps_the_reason_for_staff_and_out_of_the_audit_log():
    bjorn, shift = make.volunteer(), make.shift(soon())
    roster.book(bjorn, shift)
    assert roster.unbook(bjorn, shift, reason="Barnet är sjukt")
    assert not roster.unbook(bjorn, shift), "twice is once"
    assert ShiftBooking.objects.get().cancel_reason == "Barnet är sjukt"
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["shift.booked", "shift.unbooked"]
    assert "sjukt" not in str(list(AuditEntry.objects.values()))


def test_unbook_after_the_end_is_refused():
    bjorn, shift = make.volunteer(), make.shift(soon(-9), hours=2)
    make.booking(bjorn, shift)
    with pytest.raises(roster.ShiftOver):
        roster.unbook(bjorn, shift)


def test_book_again_after_unbooking_makes_a_new_row():
    bjorn, shift = make.volunteer(), make.shift(soon())
    roster.book(bjorn, shift)
    roster.unbook(bjorn, shift)
    roster.book(bjorn, shift)
    assert ShiftBooking.objects.count() == 2


def at_once(*calls):
    """Run the calls in threads of their own, started together. -> what each returned or raised."""
    answers, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(number, call):
        try:
            gate.wait(10)
            answers[number] = call()
        except Exception as problem:
            answers[number] = type(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(5))
def test_two_at_the_last_seat_one_gets_it(_again):
    shift = make.shift(soon(), seats=1)
    people = [make.volunteer(name) for name in ("Björn", "Cecilia", "Dawit", "Eva")]
    answers = at_once(*[lambda who=who: roster.book(who, shift) for who in people])
    assert sorted(isinstance(answer, ShiftBooking) for answer in answers) == [False, False, False, True]
    assert answers.count(roster.ShiftFull) == 3
    assert ShiftBooking.objects.booked().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(5))
def test_one_person_two_clicks_on_overlapping_shifts_gets_one(_again):
    bjorn, first, second = make.volunteer(), make.shift(soon(1)), make.shift(soon(2))
    answers = at_once(lambda: roster.book(bjorn, first), lambda: roster.book(bjorn, second))
    assert answers.count(roster.Clash) == 1
    assert ShiftBooking.objects.booked().count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_two_clicks_on_one_shift_gets_one_seat():
    bjorn, shift = make.volunteer(), make.shift(soon())
    first, second = at_once(lambda: roster.book(bjorn, shift), lambda: roster.book(bjorn, shift))
    assert first == second
    assert ShiftBooking.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "hours", "start", "end"),
    [
        (date(2026, 10, 24), 9, "2026-10-24T20:00+00:00", "2026-10-25T05:00+00:00"),
        (date(2027, 3, 27), 7, "2027-03-27T21:00+00:00", "2027-03-28T04:00+00:00"),
        (date(2026, 11, 27), 8, "2026-11-27T21:00+00:00", "2026-11-28T05:00+00:00"),
    ],
)
def test_span_of_a_night_passes_midnight_and_counts_real_hours(day, hours, start, end):
    starts_at, ends_at = roster.span(day, time(22), time(6))
    assert (starts_at, ends_at) == (datetime.fromisoformat(start), datetime.fromisoformat(end))
    shift = Shift.objects.create(office=make.office(), starts_at=starts_at, ends_at=ends_at)
    shift.refresh_from_db()
    assert shift.hours == hours and isinstance(shift.hours, int)
    words = say_span(shift.starts_at, shift.ends_at)
    assert "22" in words and "06" in words


def test_span_of_an_evening_stays_on_the_day():
    assert roster.span(date(2026, 11, 24), time(18), time(22)) == (
        datetime(2026, 11, 24, 17, tzinfo=UTC),
        datetime(2026, 11, 24, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
def test_span_at_a_time_that_is_missing_or_double_is_refused(day):
    with pytest.raises(roster.NoSuchTime):
        roster.span(day, time(2, 30), time(6))


def changed(shift, **new):
    """The shift as a form would hand it over: new values, not stored."""
    return Shift(**{**{field.attname: getattr(shift, field.attname) for field in Shift._meta.fields}, **new})


def test_change_of_a_booked_shift_keeps_hours_and_seats():
    shift, disa = make.shift(soon(), seats=2), make.staff()
    roster.change(changed(shift, seats=1), by=disa)
    roster.book(make.volunteer(), shift)
    roster.change(changed(shift, seats=3), by=disa)
    for wrong in ({"seats": 0}, {"ends_at": shift.ends_at + timedelta(hours=1), "seats": 3}):
        with pytest.raises(roster.SeatsTaken):
            roster.change(changed(shift, **wrong), by=disa)
    assert Shift.objects.get().seats == 3


def test_lay_makes_a_shift_and_is_audited():
    disa, office = make.staff(), make.office()
    shift = roster.lay(Shift(office=office, starts_at=soon(1), ends_at=soon(5), seats=2), by=disa)
    assert Shift.objects.get() == shift
    assert [(entry.action, entry.actor_id) for entry in AuditEntry.objects.all()] == [("shift.laid", disa.pk)]


def test_call_off_mails_those_who_had_booked_and_gives_their_seats_back():
    bjorn, cecilia, shift, disa = make.volunteer(), make.volunteer("Cecilia"), make.shift(soon()), make.staff()
    roster.book(bjorn, shift)
    roster.book(cecilia, shift)
    roster.unbook(cecilia, shift)
    roster.call_off(shift, by=disa)
    roster.call_off(shift, by=disa)
    shift.refresh_from_db()
    assert shift.called_off_at and not Shift.objects.upcoming(soon(-99)).exists()
    assert [seat.cancelled_at is None for seat in shift.bookings.all()] == [False, False]  # kept, for the history
    assert [(mail.kind, mail.to_user) for mail in OutboxMail.objects.all()] == [("shift_called_off", bjorn.user)]
    assert AuditEntry.objects.filter(action="shift.called_off").count() == 1
    with pytest.raises(roster.ShiftOver):
        roster.book(cecilia, shift)
    assert not roster.can_change(shift, starts_at=shift.starts_at, ends_at=shift.ends_at, seats=9)
    assert roster.shifts_without_anybody(until=soon(99)).count() == 0


def test_shifts_at_the_same_time_are_those_of_the_office_that_overlap():
    shift = make.shift(soon(1))
    overlaps, after, elsewhere = make.shift(soon(2)), make.shift(soon(6)), make.shift(soon(1), at=make.office())
    assert list(roster.at_the_same_time(shift)) == [overlaps]
    roster.call_off(overlaps, by=make.staff())
    assert list(roster.at_the_same_time(shift)) == []
    assert after and elsewhere


def test_shifts_without_anybody_are_found_until_the_given_time():
    empty, booked, later = make.shift(soon(1)), make.shift(soon(2)), make.shift(soon(99))
    roster.book(make.volunteer(), booked)
    assert list(roster.shifts_without_anybody(until=soon(72))) == [empty]
    assert later not in roster.shifts_without_anybody(until=soon(72))


# --- half an hour of one's own ----------------------------------------------------------------------------------------
def test_stand_by_is_a_shift_of_half_an_hour_that_ends_by_itself():
    make.office()
    bjorn = make.volunteer()
    with time_machine.travel("2026-11-24T22:45:00Z", tick=False) as clock:
        booking = roster.stand_by(bjorn)
        assert roster.stand_by(bjorn) == booking, "twice is once"
        assert (booking.shift.hours, booking.shift.seats) == (0.5, 1)
        assert Volunteer.objects.on_duty(timezone.now()).get() == bjorn
        assert not Shift.objects.for_everybody().exists()
        clock.shift(timedelta(minutes=30))
        Volunteer.objects.update(heartbeat_at=timezone.now())
        assert not Volunteer.objects.on_duty(timezone.now()).exists()


def test_stand_by_ends_where_the_next_shift_begins_and_later_hours_are_allowed():
    bjorn, shift = make.volunteer(), make.shift(soon(0.25))
    roster.book(bjorn, shift)
    assert roster.stand_by(bjorn).shift.ends_at == shift.starts_at
    later = roster.stand_by(bjorn, starts_at=soon(48), minutes=30)
    assert later.shift.ends_at - later.shift.starts_at == timedelta(minutes=30)
    assert roster.stand_by(bjorn, starts_at=soon(0.5)).shift == shift, "inside one's own shift: that one"


def test_stand_by_in_the_past_or_when_not_approved_is_refused():
    make.office()
    with pytest.raises(roster.ShiftOver):
        roster.stand_by(make.volunteer(), starts_at=soon(-2))
    with pytest.raises(roster.NotApproved):
        roster.stand_by(make.volunteer(state="paused"))


def test_own_half_hour_given_back_is_over():
    make.office()
    bjorn = make.volunteer()
    booking = roster.stand_by(bjorn)
    roster.unbook(bjorn, booking.shift)
    assert not Shift.objects.upcoming(timezone.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_half_hour():
    make.office()
    bjorn = make.volunteer()
    first, second = at_once(lambda: roster.stand_by(bjorn), lambda: roster.stand_by(bjorn))
    assert first == second and Shift.objects.count() == 1


@pytest.mark.parametrize(
    ("for_whom", "fits"),
    [({}, True), ({"languages": ["ar", "en"]}, True), ({"languages": ["so"]}, False), ({"topics": ["letter"]}, False)],
)
def test_book_a_shift_for_certain_languages_and_topics(for_whom, fits):
    bjorn, shift = make.volunteer(topics=["cv"]), make.shift(soon())
    Shift.objects.update(**for_whom)
    if fits:
        assert roster.book(bjorn, shift)
    else:
        with pytest.raises(roster.NotFitting):
            roster.book(bjorn, shift)
