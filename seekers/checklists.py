"""The points a helper goes through in a CV or a letter; at most three of them are shown to its owner."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from motesplats import audit
from motesplats.models import User
from seekers.models import ChecklistMark, ChecklistPoint, DocumentVersion

MOST_SHOWN = 3


class TooManyShown(Exception):
    """More than three points for the owner to see."""


@dataclass(frozen=True, slots=True)
class Row:
    """A point and what was found there. is_fine: None is not looked at."""

    point: ChecklistPoint
    is_fine: bool | None
    is_chosen: bool


def of(version: DocumentVersion) -> list[Row]:
    """The points in use for this kind of document, with their marks. [] for other kinds. Two queries."""
    marks = {mark.point_id: mark for mark in ChecklistMark.objects.filter(version=version)}
    points = ChecklistPoint.objects.filter(kind=version.document.kind, is_active=True).order_by("position", "pk")
    return [_row(point, marks.get(point.pk)) for point in points]


def _row(point: ChecklistPoint, mark: ChecklistMark | None) -> Row:
    return Row(point, mark.is_fine if mark else None, bool(mark and mark.is_chosen))


def shown(version: DocumentVersion) -> list[ChecklistMark]:
    """What the owner sees: the chosen points, at most three."""
    chosen = ChecklistMark.objects.filter(version=version, is_chosen=True, point__is_active=True)
    return list(chosen.select_related("point").order_by("point__position", "pk")[:MOST_SHOWN])


def mark(version: DocumentVersion, *, actor: User, found: dict[int, bool], chosen: set[int]) -> bool:
    """The marks of this version are now these and no others. -> whether what the owner sees is another.

    found: id of a point -> it is fine; those not named are not looked at. chosen: ids out of `found`. Points that are
    not of this kind of document are left out. Raises TooManyShown.
    """
    with transaction.atomic():
        DocumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        points = ChecklistPoint.objects.filter(kind=version.document.kind, is_active=True)
        known = set(points.values_list("pk", flat=True))
        chosen = chosen & known & set(found)
        if len(chosen) > MOST_SHOWN:
            raise TooManyShown
        before = _as_seen(version)
        marks = ChecklistMark.objects.filter(version=version, point__in=known)
        was = {row.point_id: row for row in marks}
        marks.exclude(point__in=[point for point in found if point in known]).delete()
        for point, is_fine in found.items():
            if point in known and _is_new(was.get(point), is_fine, point in chosen):
                ChecklistMark.objects.update_or_create(
                    version=version,
                    point_id=point,
                    defaults={"author": actor, "is_fine": is_fine, "is_chosen": point in chosen, "at": timezone.now()},
                )
        about = ("document", version.document.public_id)
        audit.record(
            "checklist.marked", actor=actor, about=about, number=version.number, marks=len(found), shown=len(chosen)
        )
        return _as_seen(version) != before


def _is_new(was: ChecklistMark | None, is_fine: bool, is_chosen: bool) -> bool:
    return was is None or (was.is_fine, was.is_chosen) != (is_fine, is_chosen)


def _as_seen(version: DocumentVersion) -> list[tuple[int, bool]]:
    return [(row.point_id, row.is_fine) for row in shown(version)]
