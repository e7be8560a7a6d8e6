"""When somebody at an office reads what waits: its staffed hours without its closed days, in Europe/Stockholm."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.conf import settings

from motesplats.models import Office
from motesplats.moments import STOCKHOLM, local

ROUNDED_TO = timedelta(minutes=30)
_LOOKED_AHEAD_DAYS = 60


def staffed_until(office: Office | None, at: datetime) -> datetime:
    """The end of the office's next staffed hours that leave time to answer. Without any: three days from `at`."""
    for end in _ends_of_staffed_hours(office, at):
        if end > at + settings.CLOCKS["promise_margin"]:
            return end
    return rounded_up(at + settings.CLOCKS["promise_horizon"])


def rounded_up(moment: datetime) -> datetime:
    """The next half hour, or that moment when it is one."""
    over = timedelta(
        minutes=moment.minute % (ROUNDED_TO.seconds // 60), seconds=moment.second, microseconds=moment.microsecond
    )
    return moment if not over else moment - over + ROUNDED_TO


def _ends_of_staffed_hours(office: Office | None, at: datetime) -> Iterator[datetime]:
    if office is None:
        return
    hours = list(office.hours.all())
    closed = [(period.first_day, period.last_day) for period in office.closed_periods.all()]
    first = local(at).date()
    for day in (first + timedelta(days=n) for n in range(_LOOKED_AHEAD_DAYS)):
        if any(begin <= day <= end for begin, end in closed):
            continue
        for row in hours:
            if row.weekday == day.isoweekday():
                closes: time = row.closes
                yield datetime.combine(day, closes, tzinfo=STOCKHOLM).astimezone(at.tzinfo)
