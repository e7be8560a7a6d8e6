"""A fadder writes a few words to the new volunteer about a chat, while reading along and for a week after.

Only the two of them read it here. The one who asked never meets it, nor is it about them; still it goes with the words
of their chat. The new volunteer gets it in the copy of what we keep. IM sees only that something was written.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from chat.models import FadderNote, FadderReading
from motesplats import audit
from motesplats.models import User
from seekers.models import HelpRequest
from volunteers.models import Volunteer

AFTER_THE_CHAT = timedelta(days=7)
NOTES_PER_CHAT = 5


class CannotWrite(Exception):
    """The week is over, the one who asked has said no, or there are five notes already."""


def may_write_about(fadder: Volunteer, at: datetime) -> QuerySet[FadderReading]:
    """The chats about which this fadder may write now, the newest first. Adds `written`: notes so far."""
    open_still = Q(ended_at=None) | Q(ended_at__gt=at - AFTER_THE_CHAT)
    mine = FadderReading.objects.filter(open_still, pair__fadder=fadder, refused_at=None, read_at__isnull=False)
    mine = mine.select_related("pair__newcomer__user", "pair__fadder__user", "conversation__request")
    return mine.annotate(written=Count("notes")).order_by("-at", "-pk")


def write(reading: FadderReading, text: str, *, by: Volunteer) -> FadderNote:
    """Keep a note; the new volunteer finds it at the desk. Raises CannotWrite."""
    with transaction.atomic():
        FadderReading.objects.select_for_update(of=("self",)).get(pk=reading.pk)  # two sent at once count one by one
        now = may_write_about(by, timezone.now()).filter(pk=reading.pk).first()
        if now is None or now.written >= NOTES_PER_CHAT:
            raise CannotWrite
        note = FadderNote.objects.create(reading=reading, text=text)
        audit.record("fadder.wrote", actor=by.user, about=("volunteer", reading.pair.newcomer_id))
    return note


def take_away(public_id: str, *, by: Volunteer) -> bool:
    """Remove one's own note, for good. -> False when it is gone, or somebody else's."""
    mine = FadderNote.objects.filter(public_id=public_id, reading__pair__fadder=by)
    with transaction.atomic():
        removed, _by_model = mine.delete()
        if removed:
            audit.record("fadder.note_removed", actor=by.user, about=("volunteer", by.pk))
    return bool(removed)


def notes_to(newcomer: Volunteer) -> QuerySet[FadderNote]:
    """What fadders have written to this volunteer, the newest first."""
    kept = FadderNote.objects.exclude(text="").filter(reading__pair__newcomer=newcomer)
    return kept.select_related("reading__pair__fadder__user", "reading__conversation__request")


def unread_by(newcomer: Volunteer) -> int:
    """How many of them were not seen yet. One query."""
    return notes_to(newcomer).filter(read_at=None).count()


def mark_read(newcomer: Volunteer) -> None:
    """The new volunteer has pressed that it is read. Safe to repeat."""
    unread = list(notes_to(newcomer).filter(read_at=None).values_list("pk", flat=True))
    FadderNote.objects.filter(pk__in=unread, read_at=None).update(read_at=timezone.now())


def remove_text(request: HelpRequest) -> None:
    """The notes go with the words of the chat. Safe to run twice."""
    readings = list(FadderReading.objects.filter(conversation=request.conversation).values_list("pk", flat=True))
    FadderNote.objects.filter(reading__in=readings).update(text="")


def export(person: User) -> list[dict]:
    """What was written to this person as a new volunteer, and what they wrote as a fadder; not to or by whom."""
    kept = FadderNote.objects.exclude(text="").order_by("pk")
    return [
        {"to": to, "text": row.text, "at": row.at.isoformat()}
        for to, whose in (
            ("me", {"reading__pair__newcomer__user": person}),
            ("a new volunteer", {"reading__pair__fadder__user": person}),
        )
        for row in kept.filter(**whose)
    ]


def erase(person: User) -> None:
    """Empty what they wrote, what was written to them, and about chats of theirs. Safe to run twice."""
    theirs = Q(pair__newcomer__user=person) | Q(pair__fadder__user=person) | Q(conversation__request__owner=person)
    readings = list(FadderReading.objects.filter(theirs).values_list("pk", flat=True))
    FadderNote.objects.filter(reading__in=readings).update(text="")
