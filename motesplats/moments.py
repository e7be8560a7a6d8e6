"""Times in words. Always weekday and date, 24 hours, Europe/Stockholm; never a locale's short date (domain.md §9).

Every function but `say_date` takes aware datetimes. All answer in the active language.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local(moment: datetime) -> datetime:
    """The same instant on a clock in Sweden."""
    return moment.astimezone(STOCKHOLM)


def today() -> date:
    """The date in Sweden now."""
    return local(timezone.now()).date()


def last_time_it_was(hour: int, now: datetime) -> datetime:
    """The latest moment, not after `now`, when clocks in Sweden showed this full hour."""
    at = local(now).replace(hour=hour, minute=0, second=0, microsecond=0)
    return at if at <= now else at - timedelta(days=1)  # wall time: also on the days when the clocks change


def say_clock(moment: datetime) -> str:
    """'kl. 21.40'"""
    at = local(moment)
    return clock_pattern() % {"hour": f"{at.hour:02}", "minute": f"{at.minute:02}"}


def say_day(moment: datetime) -> str:
    """'torsdag 26 november'"""
    return say_date(local(moment))


def say_date(day: date) -> str:
    """The same of a date, as it stands in a calendar."""
    return date_format(day, "l j F")


def say_moment(moment: datetime) -> str:
    """'torsdag 26 november kl. 20.00'"""
    # Translators: a day and a time of day, for example "torsdag 26 november" and "kl. 20.00".
    return _("%(day)s %(clock)s") % {"day": say_day(moment), "clock": say_clock(moment)}


def say_span(start: datetime, end: datetime) -> str:
    """'tisdag 24 november kl. 18.00–22.00', or with both days when it passes midnight."""
    if local(start).date() == local(end).date():
        return f"{say_moment(start)}–{say_time(end)}"
    # Translators: from one day and time until another day and time.
    return _("%(start)s–%(end)s") % {"start": say_moment(start), "end": say_moment(end)}


def say_time(moment: datetime) -> str:
    """'21.40', where the word before it would only repeat."""
    at = local(moment)
    return time_pattern() % {"hour": f"{at.hour:02}", "minute": f"{at.minute:02}"}


def time_pattern() -> str:
    """How the digits of a time are written, for pages that fill it in themselves."""
    # Translators: only the digits of a time; Swedish writes "21.40".
    return _("%(hour)s:%(minute)s")


def clock_pattern() -> str:
    """The same with the word before it."""
    # Translators: a time of day; Swedish writes "kl. 21.40".
    return _("at %(hour)s:%(minute)s")


def say_waited(start: datetime, now: datetime) -> str:
    """How long somebody has waited, in minutes, hours or days."""
    minutes = max(0, int((now - start).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def say_duration(hours: float) -> str:
    """How long something took: 1.25 -> '1 timme 15 minuter'. To the minute."""
    whole, minutes = divmod(round(hours * 60), 60)
    said_hours = ngettext("%(n)d hour", "%(n)d hours", whole) % {"n": whole}
    if whole and not minutes:
        return said_hours
    said_minutes = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    # Translators: for example "1 hour" and "15 minutes".
    return _("%(hours)s %(minutes)s") % {"hours": said_hours, "minutes": said_minutes} if whole else said_minutes


def say_second(second: int) -> str:
    """Where in a recording: '0:12'"""
    return f"{second // 60}:{second % 60:02}"
