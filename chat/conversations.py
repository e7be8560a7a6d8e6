"""What people do in a chat besides the moves: write by form or mail, say that they do not understand, read on."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from chat import cards, lines, matching, pace, presence, reply_address
from chat.access import Person
from chat.models import Conversation, FlaggedMessage, Meeting, Message, Participant, Refusal, Side
from chat.writer import Post, Refused, save_batch
from motesplats import audit
from motesplats.layers import nudge
from motesplats.models import User
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
    leads_to: str  # path of what a card shows, "" for none


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
        leads_to=cards.path_of(row.body) if faces else "",
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


# --- what is kept about a person -------------------------------------------------------------------------------------


def export(person: User) -> list[dict]:
    """The chats this person is in, for JSON. Who asked gets all that was said; a helper what they wrote, not to whom.

    System lines are said in the active language.
    """
    parts = Participant.objects.filter(user=person).select_related("conversation__request").order_by("pk")
    parts = parts.prefetch_related(
        Prefetch("conversation__messages", Message.objects.select_related("sender__user").order_by("seq")),
        "conversation__promises",
        "conversation__meetings",
        "conversation__proposals",
    )
    flagged = FlaggedMessage.objects.filter(participant__user=person)
    flags = dict(flagged.values_list("participant").annotate(n=Count("pk")))
    return [_exported(part, flags.get(part.pk, 0)) for part in parts]


def _exported(part: Participant, flags: int) -> dict:
    chat, is_seeker = part.conversation, part.side == Side.SEEKER
    about = {"question": chat.request.public_id, "promises": _promised(chat)} if is_seeker else {}
    is_theirs = is_seeker or chat.request.helper_id == part.user_id
    said = [row for row in chat.messages.all() if is_seeker or row.sender_id == part.pk]
    return {
        **about,
        "as": part.side,
        "since": part.joined_at.isoformat(),
        "until": part.left_at.isoformat() if part.left_at else None,
        "messages": [_said(row, part) for row in said],
        "not_understood": flags,
        "times_suggested": [row.times for row in chat.proposals.all() if row.by == part.side and is_theirs],
        "times_agreed": [
            row.starts_at.isoformat() for row in chat.meetings.all() if is_seeker or row.helper_id == part.user_id
        ],
    }


def _promised(chat: Conversation) -> list[dict]:
    return [
        {"answer_by": row.answer_by.isoformat(), "kept": row.kept_at is not None, "broken": row.broken_at is not None}
        for row in chat.promises.all()
    ]


def _said(row: Message, part: Participant) -> dict:
    if row.kind == Message.Kind.SYSTEM:
        body = lines.say(row.body, side=part.side)
    else:
        body = "\n".join(face.text for face in cards.faces(row.body)) if row.kind == Message.Kind.CARD else row.body
    name = row.sender.user.display_name if row.sender.user else ""
    return {"number": row.seq, "by": row.sender.side, "name": name, "text": body, "at": row.created_at.isoformat()}


@transaction.atomic
def erase(person: User) -> None:
    """Blank what this person wrote, and every line that names them; their way back into the chats is void.

    Numbers, times and sides stay. Each chat is locked, so that nothing is written meanwhile. Safe to run twice.
    """
    mine = Conversation.objects.filter(participants__user=person).order_by("pk")
    chats = list(mine.select_for_update(of=("self",)).values_list("pk", flat=True))
    here = Participant.objects.filter(user=person)
    here.update(can_write=False, away_until=None, away_kind="", link_version=F("link_version") + 1)
    reply_address.void(here)
    said = Message.objects.filter(conversation__in=chats)
    said.filter(sender__in=Subquery(here.values("pk"))).update(body="")
    others = Participant.objects.filter(conversation__in=chats).exclude(user=person)
    others = set(others.values_list("user__display_name", flat=True))
    named = said.filter(kind=Message.Kind.SYSTEM).exclude(body="").values_list("pk", "body")
    said.filter(pk__in=[pk for pk, body in named if lines.names_in(body) - others]).update(body="")
