"""What the hub asks the database about its open sockets: constant queries, whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.sessions.models import Session
from django.utils import timezone

from chat import frames
from chat.access import may_read
from chat.models import Conversation, Message, Participant, Side
from motesplats import access
from volunteers import conduct
from volunteers.models import Volunteer

PAGE = 100  # messages read at once when a socket lacks some


@dataclass(slots=True)
class Standing:
    """How a conversation stands now. `here`, `read`: by side."""

    last_seq: int
    version: int
    here: dict[str, bool] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)  # participants who said they would be away a while


def of(conversation_ids: Iterable[int]) -> dict[int, Standing]:
    """How these conversations stand. Two queries."""
    ids = list(conversation_ids)
    rows = Conversation.objects.filter(pk__in=ids).values_list("pk", "last_seq", "version")
    stands = {pk: Standing(last_seq, version) for pk, last_seq, version in rows}
    now = timezone.now()
    people = Participant.objects.filter(conversation_id__in=ids, left_at=None).exclude(side=Side.SYSTEM)
    for participant in people.exclude(part=Participant.Part.READER):  # who only reads is not seen
        stand, side = stands.get(participant.conversation_id), participant.side
        if stand:
            stand.here[side] = stand.here.get(side, False) or participant.is_present(now)
            stand.away |= {participant.pk} if participant.away_until else set()
            stand.read[side] = max(stand.read.get(side, 0), participant.read_seq)
    return stands


def newer(conversation_id: int, seq: int) -> list[tuple[int, str]]:
    """The next messages after `seq`, oldest first, at most PAGE, as (seq, frame)."""
    rows = (
        Message.objects.filter(conversation_id=conversation_id, seq__gt=seq)
        .order_by("seq")
        .values_list(
            "seq", "sender__side", "client_id", "kind", "body", "created_at",
            "sender__part", "sender__user__display_name",
        )[:PAGE]
    )  # fmt: skip
    return [(row[0], _frame(row)) for row in rows]


def _frame(row: tuple) -> str:
    seq, side, cid, kind, body, at, part, name = row
    return frames.message(seq=seq, side=side, cid=cid, kind=kind, body=body, at=at, name=frames.name_of(part, name))


def without_right(sockets: list) -> list:
    """Those of `sockets` whose session, account, link or role has ended, or whose rules are old. Four queries."""
    now = timezone.now()
    keys = {socket.session_key for socket in sockets}
    sessions = {row.session_key: row for row in Session.objects.filter(session_key__in=keys, expire_date__gt=now)}
    participants = {
        participant.pk: participant
        for participant in Participant.objects.filter(
            pk__in={socket.participant_id for socket in sockets if socket.participant_id}
        ).select_related("user__volunteer", "conversation__request")
    }
    desks = {socket.user_id for socket in sockets if not socket.participant_id}
    volunteers = {
        row.user_id: row for row in Volunteer.objects.approved().filter(user_id__in=desks).select_related("user")
    }
    rules = conduct.current_version() if any(person.only_reads for person in participants.values()) else ""
    ended = []
    for socket in sockets:
        if socket.participant_id:
            participant = participants.get(socket.participant_id)
            right = (
                participant is not None
                and participant.user_id == socket.user_id
                and participant.part == socket.part
                and (not socket.by_grant or participant.link_version == socket.link_version)
                and may_read(participant, now)
                and not (participant.only_reads and participant.user.volunteer.conduct_version != rules)
            )
        else:
            participant = volunteers.get(socket.user_id)
            right = participant is not None
        session = sessions.get(socket.session_key)
        if not right or session is None or _has_lost_its_second_key(session, participant.user):
            ended.append(socket)
    return ended


def _has_lost_its_second_key(session: Session, user) -> bool:
    """Staff whose session is idle or worn out. Only theirs is decoded."""
    return access.is_staff(user) and access.is_held_back(session.get_decoded(), user)
