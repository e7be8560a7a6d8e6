"""Earlier versions of a resource, as staff read them: when, who, what changed."""

from dataclasses import dataclass
from datetime import datetime

from library.models import Resource
from library.publishing import WRITTEN

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Version:
    """One time it was saved. `fields`: names of what differs from the version before; empty of the first."""

    id: int
    at: datetime
    by: str
    title: str
    fields: list[str]
    is_now: bool


def versions_of(resource: Resource) -> list[Version]:
    """The newest first, at most 50. One query."""
    rows = list(resource.history.select_related("history_user").order_by("-history_date", "-history_id")[: SHOWN + 1])
    named = {name: str(resource._meta.get_field(name.removesuffix("_id")).verbose_name) for name in WRITTEN}
    now = {name: getattr(resource, name) for name in WRITTEN}
    found = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        said = {name: getattr(row, name) for name in WRITTEN}
        changed = [named[name] for name in WRITTEN if before and said[name] != getattr(before, name)]
        found.append(
            Version(row.history_id, row.history_date, str(row.history_user or ""), row.title_sv, changed, said == now)
        )
    return found[:SHOWN]
