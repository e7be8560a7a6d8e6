"""Lets the demo's past happen at its own time: inside `Clock.at(moment)` the whole house believes it is that moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


class _AnyDatetime(type):
    def __instancecheck__(cls, instance) -> bool:
        return isinstance(instance, datetime)


class _Stopped(datetime, metaclass=_AnyDatetime):
    """Stands in for `datetime` where Django asks what time it is; everything else is as always."""

    moment: datetime

    @classmethod
    def now(cls, tz=None):
        return cls.moment.astimezone(tz)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Inside, `timezone.now()`, also as the default of a field, answers `moment`. Only for a process of its own.

    Every domain function asks `timezone.now()`, so what they write is dated as if it had happened then.
    """
    real = timezone.datetime
    _Stopped.moment = moment
    timezone.datetime = _Stopped
    try:
        yield
    finally:
        timezone.datetime = real
