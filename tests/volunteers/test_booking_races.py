"""The last seat of a shift, a thousand times, on a database that many write to at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from seekers.help_requests import StateConflict
from tests import make
from tests.races import race
from volunteers import roster
from volunteers.models import Shift, ShiftBooking

pytestmark = pytest.mark.django_db(transaction=True)
SHIFTS = 1000


def _take(shift_id, volunteer):
    try:
        roster.book(volunteer, Shift(pk=shift_id))
    except roster.ShiftFull:
        raise StateConflict


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_the_last_seat_is_given_once_in_a_thousand_of_a_thousand(capsys):
    office, start = make.office(), timezone.now() + timedelta(days=1)
    shifts = Shift.objects.bulk_create(
        Shift(office=office, seats=1, starts_at=start + timedelta(hours=n), ends_at=start + timedelta(hours=n + 1))
        for n in range(SHIFTS)
    )
    people = [make.volunteer(f"V{number}") for number in range(4)]

    winners = race([shift.pk for shift in shifts], people, _take)

    once = sum(len(won) == 1 for won in winners)
    booked = ShiftBooking.objects.booked()
    with capsys.disabled():
        print(f"\nthe last seat was given once in {once} of {SHIFTS}; {len(people)} wanted each")
    assert once == SHIFTS
    assert booked.count() == SHIFTS == booked.values("shift").distinct().count()
    assert {won[0] for won in winners} == set(people), "everybody won some: they truly raced"
