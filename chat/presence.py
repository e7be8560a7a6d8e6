"""Who is here: written from open sockets and, without JavaScript, from page visits; read from the database by all.

A hub writes one UPDATE per table and 20 s for all its sockets. Leaving is expiry, never the disconnect event, so a
killed process, a dead phone and a closed tab look alike (design §5).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat import lines, threads
from chat.models import Conversation, Meeting, Message, Participant, Side
from motesplats.moments import local
from seekers.models import HelpRequest
from volunteers import duty

AWAY_FOR = {Participant.Away.READING: timedelta(minutes=10), Participant.Away.SHORT: timedelta(minutes=15)}


def heard_from(*, participant_ids: Iterable[int], user_ids: Iterable[int]) -> None:
    """These participants have the chat open, these people any of our live pages. Two UPDATEs."""
    now = timezone.now()
    ids = list(participant_ids)
    if ids:
        Participant.objects.filter(pk__in=ids).update(seen_at=now)
    people = list(user_ids)
    if people:
        duty.heard_from(people, now)


def visited(participant: Participant) -> None:
    """A page was fetched: for browsers without JavaScript this is the sign of life."""
    people = [participant.user_id] if participant.side == Side.VOLUNTEER else []
    heard_from(participant_ids=[participant.pk], user_ids=people)
    participant.seen_at = timezone.now()


def read_up_to(participant_id: int, seq: int) -> bool:
    """The read mark moves forward only. -> True when it moved.

    It is presence: what an open page has shown. So a page that is fetched may move it, as it says who is here.
    """
    is_written = Exists(Conversation.objects.filter(pk=OuterRef("conversation"), last_seq__gte=seq))
    return bool(Participant.objects.filter(is_written, pk=participant_id, read_seq__lt=seq).update(read_seq=seq))


def helped_by_somebody_not_away(at: datetime) -> QuerySet[HelpRequest]:
    """Active questions whose clocks run: those of a helper who said when they are back stand still until then.

    So do those whose two people have agreed on a time, until it is over.
    """
    away = Participant.objects.filter(conversation__request=OuterRef("pk"), user=OuterRef("helper"), away_until__gt=at)
    agreed = Meeting.objects.filter(conversation__request=OuterRef("pk"), ended_at=None)
    active = HelpRequest.objects.filter(state=HelpRequest.State.ACTIVE).exclude(Exists(away) | Exists(agreed))
    return active.select_related("helper", "conversation")


def with_helper_gone(at: datetime, for_time: timedelta) -> QuerySet[HelpRequest]:
    """The one rule for "gone": was here, not heard from for `for_time` without a word, and promised no later time."""
    gone = Participant.objects.filter(
        conversation__request=OuterRef("pk"), user=OuterRef("helper"), seen_at__lt=at - for_time
    )
    has_time = Q(first_message_by__gte=at) & ~Exists(written_by_helper())
    since_taken = Q(claimed_at__lt=at - for_time) & (Q(unheld_at=None) | Q(unheld_at__lt=at - for_time))
    return helped_by_somebody_not_away(at).filter(since_taken, Exists(gone)).exclude(has_time)


def written_by_helper() -> QuerySet[Message]:
    """For a query of questions: messages of the helper since taking the question."""
    return Message.objects.filter(
        conversation__request=OuterRef("pk"), sender__user=OuterRef("helper"), created_at__gte=OuterRef("claimed_at")
    )


def is_helper_gone(request: HelpRequest, at: datetime) -> bool:
    """The helper has been gone for three minutes: the asker may choose another. The clock says the same."""
    return with_helper_gone(at, settings.CLOCKS["helper_gone_told"]).filter(pk=request.pk).exists()


def go_away(participant: Participant, kind: Participant.Away) -> None:
    """One tap of the volunteer: "Jag läser", "Strax tillbaka", "Vi fortsätter i morgon".

    Clocks stand still until then.
    """
    now = timezone.now()
    until = now + AWAY_FOR[kind] if kind in AWAY_FOR else tomorrow_evening(now)
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=participant.conversation_id)
        _set_away(participant, conversation, until=until, kind=kind)
        name = participant.user.display_name
        lines.add(conversation, str(kind), occasion=now.isoformat(), name=name, at=until, clock=until)
        threads.shown_anew(conversation)


def come_back(participant: Participant) -> None:
    """The volunteer writes or presses "Jag är tillbaka". Nothing when they were not away."""
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=participant.conversation_id)
        if not Participant.objects.filter(pk=participant.pk).exclude(away_until=None).exists():
            return
        _set_away(participant, conversation, until=None, kind=Participant.Away.NO)
        lines.add(conversation, "back", occasion=timezone.now().isoformat(), name=participant.user.display_name)
        threads.shown_anew(conversation)


def come_back_by_id(participant_id: int) -> None:
    """The same, for a socket, which knows only the id."""
    participant = Participant.objects.select_related("conversation__request", "user").filter(pk=participant_id).first()
    if participant:
        come_back(participant)


def tomorrow_evening(now: datetime) -> datetime:
    """Until when "i morgon" is: 22.00 the next day."""
    return (local(now) + timedelta(days=1)).replace(hour=22, minute=0, second=0, microsecond=0)


def _set_away(participant: Participant, conversation: Conversation, *, until, kind) -> None:
    conversation.participants.filter(pk=participant.pk).update(away_until=until, away_kind=kind)
    participant.away_until, participant.away_kind = until, kind
