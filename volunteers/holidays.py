"""Public holidays in Sweden, computed. Pure: no Django, no table to keep up.

Source: lag (1989:253) om allmänna helgdagar. Ordinary Sundays, which the act also names, are left out: shifts on them
are ordinary. Midsummer's, Christmas and New Year's Eve are counted in, as semesterlagen (1977:480) 3 a § does.
"""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 6


def is_holiday(day: date) -> bool:
    """True when Sweden is closed that day."""
    return day in holidays(day.year)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Every public holiday of `year`, with the three eves."""
    easter = easter_sunday(year)
    midsummer = _saturday_from(date(year, 6, 20))
    fixed = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
    from_easter = (-2, 0, 1, 39, 49)  # Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday
    return frozenset(
        [
            *(date(year, month, day) for month, day in fixed),
            *(easter + timedelta(days=days) for days in from_easter),
            midsummer,
            midsummer - timedelta(days=1),
            _saturday_from(date(year, 10, 31)),  # All Saints' Day
        ]
    )


def easter_sunday(year: int) -> date:
    """Western Easter, by the Gregorian computus of Meeus, Jones and Butcher (Nature, 20 April 1876)."""
    century, year_of_century = divmod(year, 100)
    moon_cycle = year % 19
    leap_century, rest = divmod(century, 4)
    drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * moon_cycle + century - leap_century - drift + 15) % 30
    leap, rest_of_leap = divmod(year_of_century, 4)
    to_sunday = (32 + 2 * rest + 2 * leap - epact - rest_of_leap) % 7
    late = (moon_cycle + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(day: date) -> date:
    """The first Saturday on or after `day`."""
    return day + timedelta(days=(SATURDAY - day.isoweekday()) % 7)
