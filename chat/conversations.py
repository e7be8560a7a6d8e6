"""What people do in a chat besides the moves: write by form or mail, say that they do not understand, read on."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from chat import cards, lines, matching, pace, presence
from chat.access import Person
from chat.models import Conversation, FlaggedMessage, Meeting, Message, Participant, Refusal, Side
from chat.writer import Post, Refused, save_batch
from motesplats import audit
from motesplats.layers import nudge
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest

SHOWN_AT_ONCE = 50


def post_message(person: Person, *, client_id: UUID, body: str, kind: str = Message.Kind.TEXT) -> Post:
    """Store a message that somebody wrote or a card they picked, by form or mail. -> the stored Post.

    As `store_message`; and Refused("slow") for whoever writes faster than the house allows.
    """
    if not pace.may_write(person.participant.pk):
        raise Refused("slow")
    return store_message(person, client_id=client_id, body=body, kind=kind)


def store_message(person: Person, *, client_id: UUID, body: str, kind: str = Message.Kind.TEXT) -> Post:
    """Store a message that did not come by socket; a resolved question is reopened first. -> the stored Post.

    `body` has passed `frames.clean_body`, or is made by cards.py. Raises Refused(code).
    """
    post = Post(person.conversation.pk, person.participant.pk, client_id, body, kind=kind)
    save_batch([post])
    if post.error == "reopen":
        with suppress(StateConflict):  # closed or stopped meanwhile: the writer says which
            matching.reopen(person.request, actor=person.user)
        save_batch([post])
    if post.error:
        raise Refused(post.error)
    if person.participant.away_until:
        presence.come_back(person.participant)
    nudge(f"request:{person.request.public_id}")
    return post


def flag_not_understood(person: Person, *, seq: int) -> None:
    """ "Jag förstår inte" on a message of the other side. Once for each message and person."""
    message = Message.objects.filter(conversation=person.conversation, seq=seq).exclude(kind=Message.Kind.SYSTEM)
    message = message.select_related("sender").first()
    if message is None or message.sender.side == person.side:
        return
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=person.conversation.pk)
        if conversation.refusal in (Refusal.CLOSED, Refusal.HOLD) or not _may_write(person):
            return
        _flag, made = FlaggedMessage.objects.get_or_create(message=message, participant=person.participant)
        if not made:
            return
        name = person.user.display_name
        lines.add(
            conversation, "not_understood", occasion=f"{message.pk}/{person.participant.pk}", name=name, number=seq
        )
        audit.record("message.not_understood", actor=person.user, about=("request", person.request.public_id), seq=seq)
        nudge(f"request:{person.request.public_id}")


def _may_write(person: Person) -> bool:
    return Participant.objects.filter(pk=person.participant.pk, can_write=True).exists()


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a page shows it."""

    seq: int
    kind: str
    side: str
    mine: bool
    name: str
    body: str
    at: datetime
    client_id: UUID
    code: str  # of a system line
    faces: list[cards.Face]  # of a card


def messages_for(person: Person, *, before: int | None = None, everything: bool = False) -> list[Shown]:
    """The newest 50 (or those before seq `before`), oldest first, system lines in this side's words. One query."""
    rows = Message.objects.filter(conversation=person.conversation).select_related("sender__user").order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    rows = list(rows if everything else rows[:SHOWN_AT_ONCE])
    return [_shown(row, person) for row in reversed(rows)]


def _shown(row: Message, person: Person) -> Shown:
    is_system = row.kind == Message.Kind.SYSTEM
    faces = cards.faces(row.body) if row.kind == Message.Kind.CARD else []
    return Shown(
        seq=row.seq,
        kind=row.kind,
        side=row.sender.side,
        mine=row.sender_id == person.participant.pk,
        name=row.sender.user.display_name if row.sender.user else "",
        body=lines.say(row.body, side=person.side) if is_system else "" if faces else row.body,
        at=row.created_at,
        client_id=row.client_id,
        code=lines.code_of(row.body) if is_system else "",
        faces=faces,
    )


def shows_names(people: Iterable[Participant]) -> bool:
    """Two of one side write here, or have written: whose a message is has to stand beside it."""
    return any(one.part == Participant.Part.SECOND for one in people)


def names_of(people: Iterable[Participant], *, reader: Person) -> dict[str, str]:
    """side -> the name beside messages that carry none: not the reader's own, not a second volunteer's."""
    named = [one for one in people if one != reader.participant and one.part == Participant.Part.HELPER]
    return {one.side: one.user.display_name for one in named}


def of_helper(user) -> QuerySet[Conversation]:
    """Chats this volunteer has, newest first: with `unread`, `has_written`, `away_until` of theirs, `meets_at`."""
    mine = Participant.objects.filter(conversation=OuterRef("pk"), user=user)
    read_seq = mine.values("read_seq")[:1]
    written = Message.objects.filter(
        conversation=OuterRef("pk"), sender__user=user, created_at__gte=OuterRef("request__claimed_at")
    )
    agreed = Meeting.objects.filter(conversation=OuterRef("pk"), helper=user, ended_at=None)
    return (
        Conversation.objects.filter(
            request__helper=user, request__state__in=[HelpRequest.State.ACTIVE, HelpRequest.State.ON_HOLD]
        )
        .select_related("request__owner")
        .annotate(read_seq=Subquery(read_seq), away_until=Subquery(mine.values("away_until")[:1]))
        .annotate(has_written=Exists(written), meets_at=Subquery(agreed.values("starts_at")[:1]))
        .annotate(
            unread=Count("messages", filter=Q(messages__seq__gt=Subquery(read_seq), messages__sender__side=Side.SEEKER))
        )
        .prefetch_related(Prefetch("participants", Participant.objects.filter(side=Side.SEEKER), to_attr="seekers"))
        .order_by("-last_message_at", "-pk")
    )


def lost_lately(user, *, since: datetime | None = None) -> QuerySet[Participant]:
    """Chats that went on without this volunteer in the last day, to say so kindly on the desk.

    `since`: when the volunteer read the last such note.
    """
    day_ago = timezone.now() - timedelta(days=1)
    after = max(day_ago, since) if since else day_ago
    return Participant.objects.filter(user=user, side=Side.VOLUNTEER, is_barred=True, left_at__gt=after)
