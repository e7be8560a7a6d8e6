"""The two maps of coverage.py as rows and columns with places to draw them at: for an SVG, and for the table under it.

A row is an hour on the clock, a column a day. The Sunday when the clock goes back has its second hour two in a row of
its own; the one when it goes forward has no hour two.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat import coverage
from motesplats.moments import local

LABEL, WIDE, HIGH = 36, 36, 22  # in the SVG's own units; 288 across is what a phone of 320 px has room for
MONDAY = date(2024, 1, 1)  # any


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` ends the name of a class of the stylesheet; `text` is a number, with a sign that needs no colour."""

    kind: str
    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    y: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    x: int


@dataclass(frozen=True, slots=True)
class Map:
    """What the template draws."""

    columns: list[Column]
    rows: list[Row]

    @property
    def height(self) -> int:
        return (len(self.rows) + 1) * HIGH


def of_coming(hours: dict[datetime, coverage.Coming], at: datetime) -> Map:
    """The coming seven days: how many are booked; "!" where people asked and nobody who fits is booked."""
    days = coverage.week_from(local(at).date())
    by_place = {(local(hour).date(), *_clock(hour)): cell for hour, cell in hours.items()}
    clocks = sorted({_clock(hour) for hour in hours})
    said = [[_coming(by_place.get((day, *clock)), at) for day in days] for clock in clocks]
    return _drawn([date_format(day, "D j") for day in days], [_label(*clock) for clock in clocks], said)


def of_past(places: dict[tuple[int, int], coverage.Past]) -> Map:
    """The last four weeks, Monday to Sunday: how many asked; "!2/3" where two of three met nobody."""
    days = [date_format(MONDAY + timedelta(days=n), "D") for n in range(coverage.DAYS)]
    said = [[_past(places.get((weekday, hour))) for weekday in range(1, 8)] for hour in range(24)]
    return _drawn(days, [_label(hour, 0) for hour in range(24)], said)


def _clock(hour: datetime) -> tuple[int, int]:
    """(hour on the clock, 1 when it is that hour for the second time that night)."""
    wall = local(hour)
    return wall.hour, wall.fold


def _label(hour: int, again: int) -> str:
    # Translators: an hour that comes twice the night the clock goes back, for example "02 igen". Very short.
    return _("%(hour)s again") % {"hour": f"{hour:02}"} if again else f"{hour:02}"


def _coming(hour: coverage.Coming | None, at: datetime) -> tuple[str, str]:
    if hour is None:
        return "none", "×"
    if hour.starts_at + coverage.HOUR <= at:
        return "over", str(hour.seats)
    return ("red", f"!{hour.seats}") if hour.is_red else (f"{min(hour.seats, 3)}", str(hour.seats))


def _past(hour: coverage.Past | None) -> tuple[str, str]:
    if hour is None:
        return "over", "0"
    return ("red", f"!{hour.missed}/{hour.asked}") if hour.missed else (f"{min(hour.asked, 3)}", str(hour.asked))


def _drawn(days: list[str], labels: list[str], said: list[list[tuple[str, str]]]) -> Map:
    columns = [Column(label, LABEL + n * WIDE) for n, label in enumerate(days)]
    rows = [
        Row(label, y, [Cell(kind, text, column.x, y) for column, (kind, text) in zip(columns, cells, strict=True)])
        for y, label, cells in zip(range(HIGH, (len(labels) + 1) * HIGH, HIGH), labels, said, strict=True)
    ]
    return Map(columns, rows)
