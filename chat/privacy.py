"""What is kept of the chats, for how long, and how it is given out and taken away (design §3)."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from chat import (
    alerts,
    blocks,
    bounces,
    colleagues,
    conversations,
    fadder_notes,
    fadders,
    handover,
    inbound,
    matching,
    missed,
    notes,
    phrases,
    seconds,
)
from chat.retention import ALERTS_KEPT, PAUSES_KEPT
from motesplats.models import User
from seekers import help_requests
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest

State = HelpRequest.State
_TEXT = settings.CLOCKS["text_removed"]
# table -> how long its words stay after the question has ended; the rows stay as counts. (Alerts, pauses, what was
# written to colleagues, mails that came in: after it was made, then the rows go.) None = times and marks without
# words, or it goes with the account, or it holds nothing about a person.
RETENTION: dict[str, timedelta | None] = {
    "chat.Alert": ALERTS_KEPT,
    "chat.Block": None,
    "chat.BouncedAddress": bounces.STRANGERS_KEPT,  # of nobody's account; a person's goes when mail arrives, or with it
    "chat.CaseNote": _TEXT,
    "chat.ColleaguePost": colleagues.KEPT,
    "chat.Conversation": None,
    "chat.Fadder": None,
    "chat.FadderNote": _TEXT,
    "chat.FadderReading": None,
    "chat.FavouritePhrase": None,
    "chat.FlaggedMessage": None,
    "chat.HandOver": None,
    "chat.HardWord": None,
    "chat.InboundMail": inbound.QUARANTINE_KEPT,
    "chat.MailboxPoll": None,
    "chat.Meeting": None,
    "chat.Message": _TEXT,
    "chat.MissedPause": PAUSES_KEPT,
    "chat.Participant": None,
    "chat.Phrase": None,
    "chat.Promise": None,
    "chat.Proposal": None,
    "chat.SecondAsk": None,
}


def export(person: User) -> dict:
    """Everything this app keeps about a person, who asks or helps, ready for JSON. {} when there is nothing."""
    found = {
        "chats": conversations.export(person),
        "notes": notes.export(person),
        "to_colleagues": colleagues.export(person),
        "favourite_phrases": phrases.export(person),
        "left_to_others": handover.export(person),
        "helped_together": seconds.export(person),
        "read_along": fadders.export(person),
        "words_of_fadders": fadder_notes.export(person),
        "told_of_questions": alerts.export(person),
        "pauses": missed.export(person),
        "never_again": blocks.export(person),
        "mails_in": inbound.export(person),
    }
    return found if any(found.values()) else {}


@transaction.atomic
def erase(person: User) -> None:
    """End this person's questions and empty what they wrote in any chat, now. Rows, numbers and counts stay.

    Call it before the other apps': it needs to know the person's chats. A question they help with goes back to the
    queue by the clock that follows whoever is no longer a volunteer. Safe to run twice.
    """
    for question in HelpRequest.objects.filter(owner=person).exclude(state=State.CLOSED).order_by("pk"):
        _end(question, person)
    for module in (
        fadders, fadder_notes, seconds, conversations, notes, colleagues, phrases, handover, alerts, missed, blocks,
        inbound,
    ):  # fmt: skip
        module.erase(person)


def _end(question: HelpRequest, person: User) -> None:
    """Closed, whatever it was. One whose chat was never opened has none."""
    has_chat = hasattr(question, "conversation")
    with suppress(StateConflict):  # it had ended, or IM has stopped it
        if has_chat:
            matching.finish(question, actor=person)
        else:
            help_requests.withdraw(question, actor=person)
    (matching if has_chat else help_requests).close(question, actor=person, why="erased")
