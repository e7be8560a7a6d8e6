"""The short course: what a volunteer has read of it, and whether it comes before the first question.

Nobody is examined: a part is read when the reader says so. A new volunteer reads all parts in use before taking a first
question; who was approved before there was a course is only offered it. A part that IM adds later, or changes so much
that its version is raised, stops nobody who has taken questions.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from motesplats import audit
from motesplats.layers import nudge
from volunteers.models import CoursePart, CourseRead, Rehearsal, Volunteer
from volunteers.models.course import count_of_read, has_part_to_read


class CourseFirst(Exception):
    """A new volunteer reads the course before the first question."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text. kind: "heading", "list" (a line is an item) or "paragraph" (lines of one paragraph)."""

    kind: str
    lines: list[str]


def blocks(text: str) -> list[Block]:
    """Text as IM types it, in pieces: an empty line parts them, "# " begins a heading and "- " an item of a list."""
    found: list[Block] = []
    after_gap = True
    for line in text.splitlines():
        line = line.strip()
        if not line:
            after_gap = True
            continue
        kind, words = _kind_of(line)
        if found and found[-1].kind == kind != "heading" and not after_gap:
            found[-1].lines.append(words)
        else:
            found.append(Block(kind, [words]))
        after_gap = False
    return found


def _kind_of(line: str) -> tuple[str, str]:
    for mark, kind in (("#", "heading"), ("-", "list")):
        if line.startswith(f"{mark} "):
            return kind, line[len(mark) :].strip()
    return "paragraph", line


def parts_for(volunteer: Volunteer) -> QuerySet[CoursePart]:
    """The parts in use in their order. Has `is_read`: this volunteer has read the part as it is now."""
    return CoursePart.objects.in_use().annotate(is_read=Exists(_reads(volunteer)))


def parts_left(volunteer: Volunteer) -> QuerySet[CoursePart]:
    """What this volunteer has not read, in its order."""
    return CoursePart.objects.in_use().filter(~Exists(_reads(volunteer)))


def _reads(volunteer: Volunteer) -> QuerySet[CourseRead]:
    return CourseRead.objects.filter(volunteer=volunteer, part=OuterRef("pk"), version=OuterRef("version"))


@transaction.atomic
def mark_read(volunteer: Volunteer, part: CoursePart) -> None:
    """ "Läst": this version of the part is read. Safe to repeat, and twice at once."""
    Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)  # the last two parts, one after the other
    _row, is_new = CourseRead.objects.get_or_create(volunteer=volunteer, part=part, version=part.version)
    if is_new:
        audit.record("course.read", actor=volunteer.user, about=("volunteer", volunteer.pk), part=part.pk)
    settle(volunteer)


def settle(volunteer: Volunteer) -> bool:
    """Once there is nothing left to read, the course never holds this volunteer back again.

    -> False when something is left, and when it was settled before.
    """
    waits = Volunteer.objects.filter(pk=volunteer.pk, must_read_course=True)
    settled = waits.filter(~has_part_to_read()).update(must_read_course=False)
    if settled:
        nudge("desk")
    return bool(settled)


def with_progress(volunteers: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """Adds `parts_read` and `parts_in_all` (numbers of parts in use), and `practised_at` (None: not yet)."""
    every = CoursePart.objects.in_use().order_by().values("is_active").annotate(many=Count("pk")).values("many")
    return volunteers.annotate(
        parts_read=count_of_read(), parts_in_all=Coalesce(Subquery(every), 0), practised_at=F("rehearsal__practised_at")
    )


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """How far somebody is before the first question. `parts_left`, `parts`: of the course."""

    has_practised: bool
    parts_left: int
    parts: int


def first_steps(volunteer: Volunteer) -> FirstSteps:
    """One query."""
    row = with_progress(Volunteer.objects.filter(pk=volunteer.pk)).get()
    return FirstSteps(row.practised_at is not None, row.parts_in_all - row.parts_read, row.parts_in_all)


def stop_unless_read(volunteer: Volunteer) -> None:
    """Before a question is taken, with the volunteer's row locked and fresh. Raises CourseFirst."""
    if volunteer.must_read_course and not settle(volunteer):
        raise CourseFirst


def export(volunteer: Volunteer) -> dict:
    """What is kept of the course and the practice, for JSON."""
    reads = CourseRead.objects.filter(volunteer=volunteer).select_related("part")
    return {
        "course_read": [{"part": str(row.part), "version": row.version, "at": row.at.isoformat()} for row in reads],
        "practice_chats": sum(Rehearsal.objects.filter(volunteer=volunteer).values_list("times", flat=True)),
    }


def forget(volunteer: Volunteer) -> None:
    """The person asked to be erased."""
    CourseRead.objects.filter(volunteer=volunteer).delete()
    Rehearsal.objects.filter(volunteer=volunteer).delete()
