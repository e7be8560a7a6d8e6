"""The 290 municipalities of Sweden: found by words, known by their code.

A form takes a `municipality_field.MunicipalityField`; a model keeps the code ("1480"), whose first two digits are the
region's. The concept id is what JobTech's interfaces call it.

Source: JobtechSwe/elastic-importers (Apache-2.0), codes of Statistics Sweden. `municipalities.tsv` has one a line, by
code: code, name, region code, region, concept id.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODE_LENGTH = 4
SHOWN = 8
_FILE = Path(__file__).with_name("municipalities.tsv")


@dataclass(frozen=True, slots=True)
class Municipality:
    """`code`: four digits. `region_code`: the first two of them. `concept_id`: JobTech's ("PVZL_BQT_XtL")."""

    code: str
    name: str
    region_code: str
    region: str
    concept_id: str

    def __str__(self) -> str:
        return self.name


@cache
def _all() -> dict[str, Municipality]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {row.code: row for row in (Municipality(*line.split("\t")) for line in lines)}


@cache
def _by_concept() -> dict[str, Municipality]:
    return {row.concept_id: row for row in _all().values()}


def by_code(code: str) -> Municipality | None:
    """The municipality with this code."""
    return _all().get(code)


def name_of(code: str) -> str:
    """What the municipality with this code is called, "" when there is none."""
    found = by_code(code)
    return found.name if found else ""


def by_concept_id(concept_id: str) -> Municipality | None:
    """The municipality that JobTech calls so."""
    return _by_concept().get(concept_id)


def by_name(text: str) -> Municipality | None:
    """The one that is called exactly this, capitals and spaces aside; "Göteborgs kommun" is Göteborg."""
    wanted = _plain(text)
    found = [row for row in _all().values() if wanted in (row.name.casefold(), f"{row.name.casefold().rstrip('s')}s")]
    return found[0] if len(found) == 1 else None


def search(text: str, limit: int = SHOWN) -> list[Municipality]:
    """Those whose name begins so, then those that hold it; [] for fewer than two letters."""
    wanted = _plain(text)
    if len(wanted) < 2:
        return []
    found = [row for row in _all().values() if wanted in row.name.casefold()]
    return sorted(found, key=lambda row: (not row.name.casefold().startswith(wanted), row.name))[:limit]


def of_region(code: str) -> list[Municipality]:
    """Those of the region with this code, by name."""
    return sorted((row for row in _all().values() if row.region_code == code), key=lambda row: row.name)


@cache
def regions() -> dict[str, str]:
    """Region code -> its name, in the order of the codes."""
    return {row.region_code: row.region for row in _all().values()}


def _plain(text: str) -> str:
    return " ".join(text.casefold().removesuffix(" kommun").split())
