"""Notes to the next volunteer: written while helping or when leaving a question, read by those who have a right to it.

The one who asked does not meet them in the chat; they are theirs when they ask for what we keep, and they go with the
words of the chat.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chat import threads
from chat.models import CaseNote, Conversation
from motesplats import audit
from motesplats.models import User
from seekers.models import HelpRequest


@dataclass(frozen=True, slots=True)
class Note:
    """`name`: whose it is; "" when nobody's any more. `is_mine`: the reader may take it away."""

    public_id: str
    name: str
    text: str
    at: datetime
    is_mine: bool


def write(request: HelpRequest, *, author: User, text: str) -> CaseNote:
    """Keep a note for whoever helps next. The caller has checked that `author` helps with `request`."""
    with transaction.atomic():
        conversation = threads.locked(request)
        note = CaseNote.objects.create(conversation=conversation, author=author, text=text)
        audit.record("note.written", actor=author, about=("request", request.public_id))
        threads.shown_anew(conversation)
    return note


def take_away(request: HelpRequest, public_id: str, *, author: User) -> bool:
    """Remove one's own note, for good. -> False when it is gone, or somebody else's."""
    with transaction.atomic():
        conversation = threads.locked(request)
        removed, _by_model = conversation.notes.filter(public_id=public_id, author=author).delete()
        if removed:
            audit.record("note.removed", actor=author, about=("request", request.public_id))
            threads.shown_anew(conversation)
    return bool(removed)


def for_helper(conversation: Conversation, *, reader: User) -> list[Note]:
    """All notes about this question, the newest first. Never for the one who asked. One query."""
    return [
        Note(row.public_id, row.author.display_name if row.author else "", row.text, row.at, row.author_id == reader.pk)
        for row in conversation.notes.exclude(text="").select_related("author")
    ]


def remove_text(request: HelpRequest) -> None:
    """The notes go with the words of the chat. Safe to run twice."""
    CaseNote.objects.filter(conversation=request.conversation).update(text="")


def export(person: User) -> list[dict]:
    """The notes about this person's own questions, and those they wrote as a helper, ready for JSON."""
    kept = CaseNote.objects.exclude(text="")
    about = kept.filter(conversation__request__owner=person).select_related("conversation__request")
    return [
        *({"about": row.conversation.request.public_id, "text": row.text, "at": row.at.isoformat()} for row in about),
        *(
            {"written_as": "volunteer", "text": row.text, "at": row.at.isoformat()}
            for row in kept.filter(author=person)
        ),
    ]


def erase(person: User) -> None:
    """Empty the notes about this person's questions and those they wrote. Safe to run twice."""
    asked = Conversation.objects.filter(request__owner=person)
    CaseNote.objects.filter(conversation__in=asked).update(text="")
    CaseNote.objects.filter(author=person).update(text="")
