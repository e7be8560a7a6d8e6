from datetime import date

import pytest
from dateutil.easter import easter

from volunteers.holidays import easter_sunday, holidays, is_holiday


def test_easter_is_that_of_another_library_for_three_hundred_years():
    assert [easter_sunday(year) for year in range(1900, 2200)] == [easter(year) for year in range(1900, 2200)]


def test_holidays_of_a_year_are_those_of_the_calendar():
    """As printed in the almanac for 2026: thirteen holidays, Easter Sunday among them, and three eves."""
    assert sorted(f"{day:%m-%d}" for day in holidays(2026)) == [
        "01-01", "01-06", "04-03", "04-05", "04-06", "05-01", "05-14", "05-24", "06-06", "06-19", "06-20", "10-31",
        "12-24", "12-25", "12-26", "12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "day", [date(2024, 3, 29), date(2025, 6, 8), date(2027, 11, 6), date(2028, 6, 24), date(2030, 12, 24)]
)
def test_moving_days_of_other_years_are_found(day):
    assert is_holiday(day)


def test_an_ordinary_sunday_is_no_holiday():
    assert not is_holiday(date(2026, 11, 22))
