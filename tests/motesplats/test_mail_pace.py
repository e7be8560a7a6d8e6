"""How many mails may leave in a minute."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from motesplats import mail_pace
from tests import races

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def leaving(limit: int, *, seconds: int) -> list[datetime]:
    """When mails leave while more wait than may leave, after a long rest."""
    used_until, at, left = NOON - timedelta(days=1), NOON, []
    while at < NOON + seconds * SECOND:
        after = mail_pace.next_use(used_until, now=at, limit=limit)
        if after is None:
            at += SECOND / 4
        else:
            used_until = after
            left.append(at)
    return left


@pytest.mark.parametrize("limit", [4, 7, 60, 300, 1000])
def test_no_minute_has_more_than_the_limit_and_hardly_fewer(limit):
    left = leaving(limit, seconds=180)
    a_minute = [sum(start <= at < start + mail_pace.MINUTE for at in left) for start in left]
    assert max(a_minute) <= limit
    assert len(left) >= limit * 2


def test_a_quarter_of_a_minute_s_mails_leave_at_once_after_a_rest():
    assert sum(at == NOON for at in leaving(60, seconds=1)) == 15


@pytest.mark.django_db
def test_places_are_taken_until_there_are_none_and_come_back(settings):
    settings.MAILS_PER_MINUTE = 8
    now = timezone.now()
    assert [mail_pace.take_place(now) for _ in range(4)] == [True, True, False, False]
    assert mail_pace.take_place(now + timedelta(seconds=10))
    assert not mail_pace.take_place(now + timedelta(seconds=11))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_two_workers_never_take_the_same_place(settings):
    settings.MAILS_PER_MINUTE = 16  # four at once
    now = timezone.now()
    took = races.at_once(*[lambda: transaction.atomic(mail_pace.take_place)(now)] * 8)
    assert sorted(took) == [False] * 4 + [True] * 4
