from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone

from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.races import at_once
from volunteers import reminders, roster, rules, seat_links
from volunteers.models import ShiftBooking, Volunteer

pytestmark = pytest.mark.django_db
START = "2026-11-22T12:00:00Z"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as moved:
        yield moved


@pytest.fixture
def bjorn():
    return make.volunteer()


def booked(volunteer, *, hours):
    return roster.book(volunteer, make.shift(timezone.now() + timedelta(hours=hours)))


def mails(kind=None):
    rows = OutboxMail.objects.filter(kind=kind) if kind else OutboxMail.objects.all()
    return rows.count()


def test_reminded_the_day_before_and_the_hour_before_once_each(clock, bjorn):
    booked(bjorn, hours=48)
    assert reminders.remind() == 0
    clock.shift(timedelta(hours=24))
    assert (reminders.remind(), reminders.remind(), mails()) == (1, 0, 1)
    clock.shift(timedelta(hours=23))
    assert (reminders.remind(), reminders.remind(), mails("shift_reminder")) == (1, 0, 2)


def test_who_booked_late_gets_no_reminder_that_has_passed(clock, bjorn):
    booked(bjorn, hours=10)
    assert reminders.remind() == 0
    clock.shift(timedelta(hours=9))
    assert reminders.remind() == 1


def test_sweep_that_slept_past_the_day_before_reminds_once(clock, bjorn):
    booked(bjorn, hours=48)
    clock.shift(timedelta(hours=47, minutes=30))
    assert reminders.remind() == 1 and mails() == 1


def test_nobody_is_reminded_of_a_seat_given_back_or_a_shift_called_off(clock, bjorn):
    given_back, off = booked(bjorn, hours=48), booked(make.volunteer("Cecilia"), hours=47)
    roster.unbook(bjorn, given_back.shift)
    roster.call_off(off.shift, by=make.staff())
    OutboxMail.objects.all().delete()
    clock.shift(timedelta(hours=24))
    assert reminders.remind() == 0 and mails() == 0


def test_not_seen_ten_minutes_into_a_shift_is_asked_once(clock, bjorn):
    booking = booked(bjorn, hours=2)
    clock.shift(timedelta(hours=2, minutes=9))
    assert reminders.ask_missing() == 0
    clock.shift(MINUTE)
    assert (reminders.ask_missing(), reminders.ask_missing(), mails("shift_missed")) == (1, 0, 1)
    booking.refresh_from_db()
    assert booking.asked_at == timezone.now() and booking.cancelled_at is None


@pytest.mark.parametrize("seen_after", [0, 5])
def test_who_was_seen_since_the_shift_began_is_not_asked(clock, bjorn, seen_after):
    booked(bjorn, hours=2)
    clock.shift(timedelta(hours=2, minutes=seen_after))
    Volunteer.objects.update(heartbeat_at=timezone.now())
    clock.shift(timedelta(minutes=15))
    assert reminders.ask_missing() == 0


def test_who_booked_in_the_middle_has_ten_minutes_too(clock, bjorn):
    shift = make.shift(timezone.now() - timedelta(hours=1))
    roster.book(bjorn, shift)
    assert reminders.ask_missing() == 0
    clock.shift(timedelta(minutes=10))
    assert reminders.ask_missing() == 1


def silent(clock, bjorn):
    booking = booked(bjorn, hours=2)
    clock.shift(timedelta(hours=2, minutes=10))
    reminders.ask_missing()
    return booking


def test_silence_frees_the_seat_and_asks_others(clock, bjorn):
    booking = silent(clock, bjorn)
    cecilia = make.volunteer("Cecilia")
    clock.shift(timedelta(minutes=9))
    assert reminders.free_silent() == 0
    clock.shift(MINUTE)
    assert (reminders.free_silent(), reminders.free_silent()) == (1, 0)
    booking.refresh_from_db()
    assert booking.cancelled_at and booking.cancel_cause == ShiftBooking.Cause.SILENCE
    told = set(OutboxMail.objects.values_list("kind", "to_user"))
    assert told == {
        ("shift_missed", bjorn.user_id),
        ("shift_freed", bjorn.user_id),
        ("shift_seat_free", cecilia.user_id),
    }
    assert AuditEntry.objects.get(action="shift.unbooked").actor_id is None, "the clock did it"


def test_yes_keeps_the_seat_and_a_sign_of_life_too(clock, bjorn):
    booking = silent(clock, bjorn)
    assert reminders.say_yes(booking) and reminders.say_yes(booking)
    seen = make.volunteer("Cecilia")
    other = make.booking(seen, booking.shift)
    ShiftBooking.objects.filter(pk=other.pk).update(asked_at=timezone.now())
    clock.shift(timedelta(minutes=5))
    Volunteer.objects.filter(pk=seen.pk).update(heartbeat_at=timezone.now())
    clock.shift(timedelta(minutes=10))
    assert reminders.free_silent() == 0 and ShiftBooking.objects.booked().count() == 2


def test_yes_after_the_seat_is_gone_says_so(clock, bjorn):
    booking = silent(clock, bjorn)
    clock.shift(timedelta(minutes=11))
    reminders.free_silent()
    assert not reminders.say_yes(booking)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(10))
def test_yes_and_the_clock_at_once_agree(_again, bjorn):
    shift = make.shift(timezone.now() - timedelta(minutes=30))
    booking = make.booking(bjorn, shift)
    ShiftBooking.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    said, freed = at_once(lambda: reminders.say_yes(booking), reminders.free_silent)
    booking.refresh_from_db()
    assert (said, freed) in [(True, 0), (False, 1)]
    assert (booking.cancelled_at is None) == said


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_mail_once(bjorn):
    shift = make.shift(timezone.now() + timedelta(minutes=40))
    make.booking(bjorn, shift)
    ShiftBooking.objects.update(booked_at=timezone.now() - timedelta(days=3))
    assert sorted(at_once(reminders.remind, reminders.remind)) == [0, 1]
    assert mails() == 1


# --- the letters and the page behind their button ----------------------------------------------------------------------
def page_of(booking):
    return seat_links.path_for(booking.pk)


@pytest.mark.django_db(transaction=True)
def test_every_letter_is_written_and_opens_the_page_without_logging_in(client, bjorn):
    booking = booked(bjorn, hours=2)
    shift = booking.shift
    new = {"new_starts_at": shift.starts_at.isoformat(), "new_ends_at": shift.ends_at.isoformat()}
    kinds = {"shift_reminder": {}, "shift_missed": {}, "shift_freed": {}, "shift_taken_over": {}}
    for kind, data in {**kinds, "shift_rule_changed": new}.items():
        outbox.queue(kind, to=bjorn.user, dedupe_key=kind, booking=booking.pk, **data)
    outbox.queue("shift_rule_changed", to=bjorn.user, dedupe_key="off", booking=booking.pk)
    outbox.queue("shift_seat_free", to=bjorn.user, dedupe_key="free", shift=shift.pk)
    for row in OutboxMail.objects.order_by("pk"):
        assert outbox.deliver(row.pk) == "sent"
    assert len(django_mail.outbox) == 7
    path = page_of(booking)
    assert sum(path in letter.body for letter in django_mail.outbox) == 4
    assert client.get(path).status_code == 200


def test_letters_that_came_too_late_are_not_sent(bjorn):
    booking = booked(bjorn, hours=2)
    reminder = outbox.queue("shift_reminder", to=bjorn.user, dedupe_key="a", booking=booking.pk)
    changed = outbox.queue("shift_rule_changed", to=bjorn.user, dedupe_key="b", booking=booking.pk)
    missed = outbox.queue("shift_missed", to=bjorn.user, dedupe_key="c", booking=booking.pk)
    roster.unbook(bjorn, booking.shift)
    assert not any(outbox._is_wanted(mail) for mail in (reminder, changed, missed))


def test_i_cannot_come_is_one_tap_on_the_page_of_the_mail(client, bjorn):
    booking = booked(bjorn, hours=2)
    page = client.get(page_of(booking))
    assert 'value="leave"' in page.content.decode()
    assert "<h2>Kan du inte komma?</h2>" in page.content.decode()
    assert ShiftBooking.objects.booked().exists(), "opening it changes nothing"
    done = client.post(page_of(booking), {"act": "leave", "reason": "Barnet är sjukt"})
    assert (done.status_code, done.url) == (302, page_of(booking))
    booking.refresh_from_db()
    assert booking.cancelled_at and booking.cancel_reason == "Barnet är sjukt"
    after = client.get(page_of(booking))
    assert after.status_code == 200 and 'value="leave"' not in after.content.decode()
    assert client.post(page_of(booking), {"act": "leave"}).status_code == 302, "twice is once"


def test_the_page_asks_and_takes_a_yes(client, clock, bjorn):
    booking = silent(clock, bjorn)
    assert 'value="yes"' in client.get(page_of(booking)).content.decode()
    client.post(page_of(booking), {"act": "yes"})
    booking.refresh_from_db()
    assert booking.answered_at and 'value="yes"' not in client.get(page_of(booking)).content.decode()


def test_only_the_right_address_opens_a_seat(client, bjorn):
    path = page_of(booked(bjorn, hours=2))
    assert client.get(path).status_code == 200
    token = path.rstrip("/").rpartition("/")[2]
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "W10.x", "x", f"{token}x"):
        assert client.get(f"/pass/plats/{wrong}/").status_code == 404
    bjorn.user.is_active = False
    bjorn.user.save()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("act", ["", "nothing", "\x00"])
def test_a_button_that_is_not_there_does_nothing(client, bjorn, act):
    booking = booked(bjorn, hours=2)
    assert client.post(page_of(booking), {"act": act}).status_code == 302
    assert ShiftBooking.objects.booked().exists()


def test_a_changed_weekly_shift_may_be_kept_or_left(client, clock, bjorn):
    made, disa = make.shift_rule(), make.staff()
    rules.expand(made)
    shift = made.shifts.order_by("starts_at").first()
    booking = roster.book(bjorn, shift)
    assert 'value="keep"' not in client.get(page_of(booking)).content.decode()
    made.opens = made.opens.replace(hour=19)
    rules.change(made, by=disa)
    page = client.get(page_of(booking)).content.decode()
    assert 'value="keep"' in page and "19" in page
    client.post(page_of(booking), {"act": "keep"})
    booking.refresh_from_db()
    assert booking.kept_at and booking.cancelled_at is None
    assert 'value="keep"' not in client.get(page_of(booking)).content.decode()
