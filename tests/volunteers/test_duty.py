from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats.models import AuditEntry
from tests import make
from volunteers import duty
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
NOW = timezone.datetime.fromisoformat("2026-11-24T20:30:00+00:00")  # a Tuesday, 21.30 in Sweden


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def on_duty(volunteer):
    return Volunteer.objects.on_duty(timezone.now()).filter(pk=volunteer.pk).exists()


def hear(volunteer):
    duty.heard_from([volunteer.user_id], timezone.now())


def test_switch_here_outside_a_shift_puts_on_duty_and_is_audited(clock):
    bjorn = make.volunteer()
    assert not on_duty(bjorn)
    duty.switch(bjorn, to="here", actor=bjorn.user)
    assert on_duty(bjorn) and duty.is_here(bjorn, NOW)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["duty.here"]
    assert AuditEntry.objects.get().actor_id == bjorn.user_id


def test_switch_away_outside_a_shift_takes_off_duty(clock):
    bjorn = make.volunteer(on_duty=True)
    assert on_duty(bjorn)
    duty.switch(bjorn, to="away", actor=bjorn.user)
    assert not on_duty(bjorn)


def test_switch_by_somebody_not_approved_is_refused(clock):
    for state in (Volunteer.State.APPLIED, Volunteer.State.PAUSED, Volunteer.State.ENDED):
        volunteer = make.volunteer(state=state)
        with pytest.raises(duty.NotApproved):
            duty.switch(volunteer, to="here", actor=volunteer.user)
        assert not on_duty(volunteer)
    assert not AuditEntry.objects.exists()


def test_booked_shift_with_a_fresh_heartbeat_is_on_duty_without_the_switch(clock):
    bjorn, cecilia = make.volunteer(), make.volunteer("Cecilia")
    shift = make.shift(NOW - timedelta(hours=1))
    make.booking(bjorn, shift)
    hear(bjorn), hear(cecilia)
    assert duty.covering_shift(bjorn, NOW) == shift and duty.covering_shift(cecilia, NOW) is None
    assert on_duty(bjorn) and not on_duty(cecilia)
    clock.shift(timedelta(seconds=76))
    assert not on_duty(bjorn)


def test_away_inside_a_shift_holds_for_that_shift_only(clock):
    bjorn = make.volunteer(on_duty=True)
    make.booking(bjorn, make.shift(NOW - timedelta(hours=1), hours=2))
    make.booking(bjorn, make.shift(NOW + timedelta(hours=1), hours=2))
    duty.switch(bjorn, to="away", actor=bjorn.user)
    hear(bjorn)
    assert not on_duty(bjorn)
    clock.shift(timedelta(hours=1))
    hear(bjorn)
    assert on_duty(bjorn), "the next shift has forgotten it"


def test_here_again_inside_the_same_shift_counts_and_ends_with_it(clock):
    bjorn = make.volunteer()
    make.booking(bjorn, make.shift(NOW - timedelta(hours=1), hours=2))
    duty.switch(bjorn, to="away", actor=bjorn.user)
    duty.switch(bjorn, to="here", actor=bjorn.user)
    assert on_duty(bjorn)
    clock.shift(timedelta(hours=1))
    hear(bjorn)
    assert not on_duty(bjorn), "a shift ends by itself"


def test_cancelled_booking_is_no_shift(clock):
    bjorn = make.volunteer()
    seat = make.booking(bjorn, make.shift(NOW - timedelta(hours=1)))
    hear(bjorn)
    assert on_duty(bjorn)
    seat.cancelled_at = NOW
    seat.save()
    assert not on_duty(bjorn)


def test_switch_of_yesterday_is_forgotten_at_the_first_heartbeat_after_a_long_silence(clock):
    bjorn = make.volunteer(on_duty=True)
    clock.shift(timedelta(hours=11))
    hear(bjorn)
    hear(bjorn)
    assert not on_duty(bjorn) and not duty.is_here(bjorn, timezone.now())


def test_switch_lasts_twelve_hours_with_the_page_open(clock):
    bjorn = make.volunteer(on_duty=True)
    for _hour in range(11):
        clock.shift(timedelta(hours=1))
        hear(bjorn)
        assert on_duty(bjorn)
    clock.shift(timedelta(hours=1))
    hear(bjorn)
    assert not on_duty(bjorn)


def test_here_after_a_long_silence_is_not_forgotten_by_the_next_heartbeat(clock):
    bjorn = make.volunteer(heartbeat_at=NOW - timedelta(days=3))
    duty.switch(bjorn, to="here", actor=bjorn.user)
    clock.shift(timedelta(seconds=20))
    hear(bjorn)
    assert on_duty(bjorn)


def test_heartbeats_of_many_are_one_query(clock, django_assert_num_queries):
    people = [make.volunteer() for _ in range(3)]
    with django_assert_num_queries(1):
        assert duty.heard_from([person.user_id for person in people] + [0], NOW) == 3


def test_blocked_person_is_not_on_duty(clock):
    bjorn = make.volunteer(on_duty=True)
    assert on_duty(bjorn)
    bjorn.user.is_active = False
    bjorn.user.save()
    assert not on_duty(bjorn)
