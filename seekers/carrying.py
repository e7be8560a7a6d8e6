"""Comments follow to the next version, where the words they are about still stand.

What was done or used stays behind, and so does what has no words (a spot on a photo, a second of a sound): it is shown
marked with the version it was about. Praise follows also when it was read.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from seekers.models import Comment, DocumentPage, DocumentVersion

OPEN = (Comment.Answer.OPEN, Comment.Answer.UNCLEAR)
LONG_ENOUGH = 12  # characters: a shorter quote must stand as words of its own, not inside other words


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a version: its page, what a helper sees of it, where it starts in this text and in version.text."""

    page: int
    words: str
    at: int
    start: int
    whole: str
    box: list[float] | None


class Lines:
    """The text of a version as its helpers see it: one long text with single spaces, and the lines it is made of."""

    def __init__(self, pages: Iterable[DocumentPage]):
        self.lines: list[Line] = []
        at = 0
        for page in pages:
            for line in page.lines:
                words = _single_spaced(line["masked"])
                if words:
                    self.lines.append(Line(page.number, words, at, line["start"], line["text"], line.get("box")))
                    at += len(words) + 1
        self.text = " ".join(line.words for line in self.lines)
        self._starts = [line.at for line in self.lines]

    def places_of(self, quote: str) -> list[int]:
        """Where these words stand: offsets in `text`."""
        wanted = re.escape(quote)
        found = [match.start() for match in re.finditer(rf"(?<!\w){wanted}(?!\w)", self.text)]
        if not found and len(quote) >= LONG_ENOUGH:
            found = [match.start() for match in re.finditer(wanted, self.text)]
        return found

    def lines_at(self, at: int, length: int) -> list[Line]:
        """The lines that this stretch of `text` touches."""
        first, last = (bisect_right(self._starts, place) - 1 for place in (at, at + length - 1))
        return self.lines[first : last + 1]


def carry_over(version: DocumentVersion) -> int:
    """Copy what is sent and open on the version before to where its words stand in `version`. -> how many were copied.

    Safe to run twice: each comment is copied to a version once. Call when `version` is ready.
    """
    if version.source == DocumentVersion.Source.SOUND:
        return 0
    with transaction.atomic():
        DocumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        before = _version_before(version)
        if before is None:
            return 0
        standing = Q(answer__in=OPEN) | Q(reason=Comment.Reason.GOOD)
        waiting = before.comments.exclude(quote="").filter(standing, sent_at__isnull=False, second=None)
        waiting = list(waiting.exclude(carried_to__version=version))
        if not waiting:
            return 0
        was, now = Lines(before.pages.all()), Lines(version.pages.filter(is_released=True))
        copies = [copy for comment in waiting if (copy := _copy(comment, version, was, now))]
        Comment.objects.bulk_create(copies)
    return len(copies)


def _version_before(version: DocumentVersion) -> DocumentVersion | None:
    earlier = DocumentVersion.objects.filter(
        document_id=version.document_id, number__lt=version.number, state=DocumentVersion.State.READY
    )
    return earlier.order_by("-number").first()


def _copy(comment: Comment, version: DocumentVersion, was: Lines, now: Lines) -> Comment | None:
    quote = _single_spaced(comment.quote)
    places = now.places_of(quote) if quote else []
    if not places:
        return None
    before = _share_before(comment, was)
    at = min(places, key=lambda place: abs(place / len(now.text) - before))
    return Comment(
        version=version, carried_from=comment, author_id=comment.author_id, reason=comment.reason,
        note=comment.note, before=comment.before, after=comment.after, quote=comment.quote,
        sent_at=comment.sent_at, answer=comment.answer, answered_at=comment.answered_at,
        **_place(now.lines_at(at, len(quote)), quote),
    )  # fmt: skip


def _share_before(comment: Comment, was: Lines) -> float:
    """How far into its text the comment stood, 0–1: of several places with the same words the nearest is meant."""
    if comment.start is not None:
        standing = [line.at for line in was.lines if line.start <= comment.start]
    else:
        height = comment.box[1]
        standing = [
            line.at
            for line in was.lines
            if (line.page, line.box[1] if line.box else 0) <= (comment.page, height + 0.005)
        ]
    return (standing[-1] if standing else 0) / max(len(was.text), 1)


def _place(lines: list[Line], quote: str) -> dict:
    """page, start and end in version.text, and the box around the lines where they stand on a picture."""
    first = lines[0]
    inside = first.whole.find(quote) if len(lines) == 1 else -1
    if inside >= 0:
        start, end = first.start + inside, first.start + inside + len(quote)
    else:
        start, end = first.start, lines[-1].start + len(lines[-1].whole)
    boxes = [line.box for line in lines if line.box and line.page == first.page]
    return {"page": first.page, "box": _around(boxes) if boxes else None, "start": start, "end": end}


def _around(boxes: list[list[float]]) -> list[float]:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return [round(value, 4) for value in (left, top, right - left, bottom - top)]


def _single_spaced(words: str) -> str:
    return " ".join(words.split())
