from datetime import timedelta

import pytest
from django.utils import timezone

from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.races import at_once
from volunteers import roster, swaps
from volunteers.models import ShiftBooking

pytestmark = pytest.mark.django_db
Cause = ShiftBooking.Cause


def soon(hours=1):
    return timezone.now() + timedelta(hours=hours)


@pytest.fixture
def bjorn():
    return make.volunteer()


@pytest.fixture
def shift(bjorn):
    made = make.shift(soon(30), seats=1)
    roster.book(bjorn, made)
    return made


def holders(shift):
    return [booking.volunteer for booking in shift.bookings.booked()]


def test_an_offered_seat_is_mine_until_another_takes_it(bjorn, shift):
    cecilia = make.volunteer("Cecilia")
    with pytest.raises(roster.ShiftFull):
        swaps.take_over(cecilia, shift)
    assert swaps.offer(bjorn, shift) and not swaps.offer(bjorn, shift)
    assert holders(shift) == [bjorn] and list(swaps.on_offer(cecilia)) == [shift] and not swaps.on_offer(bjorn)
    taken = swaps.take_over(cecilia, shift)
    assert swaps.take_over(cecilia, shift) == taken, "twice is once"
    assert holders(shift) == [cecilia]
    assert shift.bookings.get(volunteer=bjorn).cancel_cause == Cause.SWAPPED
    assert [(mail.kind, mail.to_user) for mail in OutboxMail.objects.all()] == [("shift_taken_over", bjorn.user)]
    names = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert names == ["shift.booked", "shift.offered", "shift.taken_over", "shift.booked"]


def test_withdrawn_offer_cannot_be_taken(bjorn, shift):
    swaps.offer(bjorn, shift)
    assert swaps.withdraw(bjorn, shift) and not swaps.withdraw(bjorn, shift)
    with pytest.raises(roster.ShiftFull):
        swaps.take_over(make.volunteer("Cecilia"), shift)
    assert holders(shift) == [bjorn]


def test_only_who_has_a_seat_offers_it(bjorn, shift):
    assert not swaps.offer(make.volunteer("Cecilia"), shift)
    assert not swaps.offer(bjorn, make.shift(soon(50)))


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"state": "paused"}, roster.NotApproved),
        ({"languages": ["so"]}, roster.NotFitting),
        ({"topics": ["letter"]}, roster.NotFitting),
    ],
)
def test_who_may_not_sit_may_not_take_over(bjorn, fields, refused):
    shift = make.shift(soon(30), seats=1)
    type(shift).objects.filter(pk=shift.pk).update(languages=["sv"], topics=["cv"])
    roster.book(bjorn, shift)
    swaps.offer(bjorn, shift)
    with pytest.raises(refused):
        swaps.take_over(make.volunteer("Cecilia", **fields), shift)
    assert holders(shift) == [bjorn]


def test_take_over_clashes_with_my_own_shift(bjorn, shift):
    cecilia = make.volunteer("Cecilia")
    roster.book(cecilia, make.shift(soon(31)))
    swaps.offer(bjorn, shift)
    with pytest.raises(roster.Clash):
        swaps.take_over(cecilia, shift)


def test_a_seat_handed_back_late_is_asked_about_and_an_early_one_not(bjorn, shift):
    make.volunteer("Cecilia")
    near = make.shift(soon(3))
    roster.book(bjorn, near)
    assert swaps.hand_back(bjorn, shift) and not OutboxMail.objects.exists()
    assert swaps.hand_back(bjorn, near, reason="Barnet är sjukt") and not swaps.hand_back(bjorn, near)
    assert OutboxMail.objects.get().kind == "shift_seat_free"


def test_others_asked_fit_are_free_and_get_one_mail_a_day(bjorn):
    shift, other = make.shift(soon(2)), make.shift(soon(3))
    type(shift).objects.filter(pk=shift.pk).update(languages=["ar"])
    shift.refresh_from_db()
    fits, busy = make.volunteer("Cecilia", languages=["ar"]), make.volunteer("Dawit", languages=["ar"])
    roster.book(busy, other)
    make.volunteer("Eva", languages=["ar"], state="paused")
    left = make.volunteer("Farid", languages=["ar"])
    roster.book(left, shift)
    roster.unbook(left, shift)
    assert swaps.ask_others(shift) == 1
    assert swaps.ask_others(shift) == 0 and swaps.ask_others(make.shift(soon(9))) == 3, "each once a day"
    assert [mail.to_user for mail in OutboxMail.objects.filter(data__shift=shift.pk)] == [fits.user]


def test_at_most_ten_are_asked_those_heard_from_last_first():
    for number in range(14):
        make.volunteer(f"V{number}", heartbeat_at=soon(-number - 1))
    assert swaps.ask_others(make.shift(soon(2))) == swaps.OTHERS_ASKED
    assert {mail.to_user.display_name for mail in OutboxMail.objects.all()} == {f"V{n}" for n in range(10)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(3))
def test_four_at_one_offered_seat_the_first_wins(_again, bjorn, shift):
    swaps.offer(bjorn, shift)
    people = [make.volunteer(name) for name in ("Cecilia", "Dawit", "Eva", "Farid")]
    answers = at_once(*[lambda who=who: swaps.take_over(who, shift) for who in people])
    assert sum(isinstance(answer, ShiftBooking) for answer in answers) == 1
    assert sum(isinstance(answer, roster.ShiftFull) for answer in answers) == 3
    assert len(holders(shift)) == 1 and holders(shift) != [bjorn]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(3))
def test_taken_over_and_taken_back_at_once_leaves_one_in_it(_again, bjorn, shift):
    swaps.offer(bjorn, shift)
    cecilia = make.volunteer("Cecilia")
    answers = at_once(lambda: swaps.take_over(cecilia, shift), lambda: swaps.withdraw(bjorn, shift))
    assert holders(shift) == ([bjorn] if answers[1] else [cecilia])
