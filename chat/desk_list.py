"""What the desk shows one volunteer: the questions that wait and fit, and their own chats. Constant queries."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from chat import alerts, beside, care, colleagues, conversations, fadder_notes, fit, missed, seconds
from chat.models import Conversation, HandOver, Participant, Side
from motesplats import occupations
from seekers.models import HelpRequest
from volunteers import care as volunteer_care
from volunteers import duty, shift_end
from volunteers.models import Volunteer

CARDS = 30
LATE_AFTER_MINUTES = 5
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """A waiting question as a volunteer sees it before taking it: no name, one line of the need."""

    question: HelpRequest
    is_here: bool  # the asker is in the chat right now
    is_late: bool
    line: str
    left_by: str | None  # who asks this volunteer by name to take over

    @property
    def has_ad(self) -> bool:
        """An ad came with it: one that was read here, or a text that was pasted."""
        return bool(self.question.about_title or self.question.ad)

    @property
    def occupation(self) -> str:
        """What the asker works with or wants to, in Swedish; "" when not said."""
        return "".join(occupations.labels([self.question.occupation]))


def of(volunteer: Volunteer, *, note_read_at: datetime | None = None) -> dict:
    """The desk's whole context. `note_read_at`: when the volunteer read that somebody went on with another."""
    at = timezone.now()
    cards = waiting_cards(volunteer, at)
    standing = shift_end.standing(volunteer, at)
    chats = own_chats(volunteer, at)
    asked = list(seconds.asked_of(volunteer, at))
    unread = sum(chat.unread for chat in chats)
    return {
        "volunteer": volunteer,
        **alerts.shown_on_desk(volunteer),
        "is_here": duty.is_here(volunteer, at),
        "shift": standing.shift,
        "shift_ends_at": standing.ends_at,
        "shift_is_over": standing.is_over,
        "is_paused": missed.is_paused(volunteer, at),
        "others_here": Volunteer.objects.on_duty(at).exclude(pk=volunteer.pk).count(),
        "cards": cards,
        "chats": chats,
        "asked_in": asked,
        "beside": list(beside.chats_of(volunteer.user)),
        "asks_care": care.to_ask(volunteer, at),
        "rests": volunteer_care.rests(volunteer, at),
        "went_on": conversations.lost_lately(volunteer.user, since=note_read_at).exists(),
        "words_of_fadder": fadder_notes.unread_by(volunteer),
        "colleague_questions": colleagues.unanswered_for(volunteer, at),
        "count": len(cards) + len(asked) + unread,
    }


def own_chats(volunteer: Volunteer, at: datetime) -> list[Conversation]:
    """The volunteer's open chats with `answer_by` (None: nobody waits for them), what is most urgent first."""
    chats = list(conversations.of_helper(volunteer.user))
    for chat in chats:
        chat.answer_by = _answer_by(chat, at)
    return sorted(chats, key=lambda chat: chat.answer_by or LAST)


def _answer_by(chat: Conversation, at: datetime) -> datetime | None:
    """Until when the volunteer keeps the question: the time agreed on, what they said, else what the clocks give."""
    if chat.request.state == HelpRequest.State.ON_HOLD:
        return None
    if chat.meets_at:
        return chat.meets_at
    if chat.away_until and chat.away_until > at:
        return chat.away_until
    if chat.request.first_message_by and not chat.has_written:
        return chat.request.first_message_by
    return chat.last_message_at + settings.CLOCKS["helper_lapsed"] if chat.last_side == Side.SEEKER else None


def waiting_cards(volunteer: Volunteer, at: datetime) -> list[Card]:
    """Questions this volunteer may and can take, in the order they shall be answered. One query."""
    here = Participant.objects.filter(
        conversation__request=OuterRef("pk"), side=Side.SEEKER, seen_at__gt=at - settings.PRESENCE_FRESH
    )
    offer = HandOver.objects.filter(
        conversation__request=OuterRef("pk"),
        taken_at=None,
        asked=volunteer.user_id,
        conversation__offered_to=volunteer.user_id,
        conversation__offered_until__gt=at,
    )
    left_by = Subquery(offer.values("left_by__display_name")[:1])
    rows = fit.questions_for(volunteer, at).annotate(is_here=Exists(here), left_by=left_by)
    return [_card(row, at) for row in rows[:CARDS]]


def _card(row: HelpRequest, at: datetime) -> Card:
    waited_minutes = (at - row.queued_at).total_seconds() / 60
    line = next((text.strip() for text in row.need.splitlines() if text.strip()), "")
    return Card(
        row, is_here=row.is_here, is_late=waited_minutes >= LATE_AFTER_MINUTES, line=line[:160], left_by=row.left_by
    )


def fingerprint(content: bytes) -> str:
    """The same for the same desk: the CSRF tokens of its forms differ each time and do not count."""
    return hashlib.sha256(re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", content)).hexdigest()[:24]
