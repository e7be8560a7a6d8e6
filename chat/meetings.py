"""Two people in a chat agree on a time: one suggests up to three, the other taps one (people.md: "missed meeting").

Only while a question is active with a helper. Whatever moves the question ends what was suggested or agreed on
(`follow`, called by every move in matching.py). While a time is agreed the helper's clocks stand still (presence.py).
Nobody is counted or blamed: after three times that did not happen the house offers to write instead; it says no number.

Lock order: volunteer, conversation, as everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from chat import lines, meeting_mail, promise, threads
from chat.access import Person
from chat.models import MEETING_LENGTH, Conversation, Meeting, Participant, Proposal, Side
from motesplats import audit
from motesplats.agreed_times import AgreedTime
from motesplats.layers import nudge
from motesplats.models import User
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers.models import Volunteer

TIMES_AT_MOST = 3
AHEAD = timedelta(days=14)
TRIES = 3  # so many times that did not happen, then only writing is offered


class CannotPropose(Exception):
    """These times cannot be suggested, or this one not be chosen. `reason`: a code the page has words for."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


# --- what stands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page shows of times. `open_times`: those of `proposal` that have not begun; `is_mine`: this side's own.

    `may_propose`: the door is open. `writes_instead`: it was tried often enough.
    """

    meeting: Meeting | None = None
    proposal: Proposal | None = None
    open_times: tuple[datetime, ...] = ()
    is_mine: bool = False
    may_propose: bool = False
    writes_instead: bool = False


def standing(person: Person) -> Standing:
    """For somebody who may write in an active chat; nothing for others. Two queries at the most."""
    request = person.request
    is_one_of_two = person.side == Side.SEEKER or request.helper_id == person.participant.user_id
    if request.state != HelpRequest.State.ACTIVE or not is_one_of_two or not person.participant.can_write:
        return Standing()
    rows = list(person.conversation.meetings.filter(Q(ended_at=None) | Q(ending=Meeting.Ending.MISSED)))
    if meeting := next((row for row in rows if row.ended_at is None), None):
        return Standing(meeting=meeting)
    if proposal := person.conversation.proposals.filter(ended_at=None).first():
        times = tuple(time for time in _instants(proposal) if time > timezone.now())
        return Standing(proposal=proposal, open_times=times, is_mine=_is_by(proposal, person))
    return Standing(may_propose=len(rows) < TRIES, writes_instead=len(rows) >= TRIES)


def _instants(proposal: Proposal) -> list[datetime]:
    return [datetime.fromisoformat(text) for text in proposal.times]


def _is_by(proposal: Proposal, person: Person) -> bool:
    return (proposal.by == Side.SEEKER) == (person.side == Side.SEEKER)


# --- moves of the two ------------------------------------------------------------------------------------------------


def propose(person: Person, times: Iterable[datetime]) -> Proposal:
    """Suggest one to three instants, each at a whole or half hour in the next fourteen days.

    Raises CannotPropose(none, many, past, far, odd, clash). StateConflict: the question has moved on, a time is
    suggested or agreed on already, or it was tried often enough.
    """
    now, wanted = timezone.now(), sorted(set(times))
    _stop_if_wrong(wanted, now)
    with transaction.atomic():
        conversation = _locked(person)
        if not standing(_as_now(person, conversation)).may_propose:
            raise StateConflict("propose")
        if _taken(conversation).filter(starts_at__in=wanted).exists():
            raise CannotPropose("clash")
        made = Proposal.objects.create(
            conversation=conversation,
            by=person.side,
            times=[time.isoformat() for time in wanted],
            last_time=wanted[-1],
            at=now,
        )
        audit.record("times.proposed", actor=person.user, about=_about(conversation))
        _count_as_answer(conversation, person, at=now)
        _tell(conversation, person, "times_proposed", made.public_id)
        meeting_mail.proposed(conversation, made, now)
    return made


def _count_as_answer(conversation: Conversation, person: Person, *, at: datetime) -> None:
    """A time the helper suggests or chooses is an answer, although it is no message."""
    if person.side != Side.SEEKER:
        promise.note_answer(conversation, at=at)


def _stop_if_wrong(wanted: list[datetime], now: datetime) -> None:
    if not wanted:
        raise CannotPropose("none")
    if len(wanted) > TIMES_AT_MOST:
        raise CannotPropose("many")
    if any(time.minute % 30 or time.second or time.microsecond for time in wanted):
        raise CannotPropose("odd")
    if wanted[0] <= now:
        raise CannotPropose("past")
    if wanted[-1] > now + AHEAD:
        raise CannotPropose("far")


def choose(person: Person, proposal: Proposal, starts_at: datetime) -> Meeting:
    """The other side taps one of the times: agreed. Raises StateConflict; CannotPropose(past, clash)."""
    now = timezone.now()
    with transaction.atomic():
        conversation = _locked(person)
        _as_now(person, conversation)
        if _is_by(proposal, person) or starts_at not in _instants(proposal):
            raise StateConflict("choose")
        if starts_at <= now:
            raise CannotPropose("past")
        if _taken(conversation).filter(starts_at=starts_at).exists():
            raise CannotPropose("clash")
        _end_proposal(proposal, Proposal.Ending.AGREED, at=now)
        helper = conversation.request.helper
        meeting = Meeting(conversation=conversation, helper=helper, starts_at=starts_at, agreed_at=now)
        _store(meeting)
        audit.record("meeting.agreed", actor=person.user, about=_about(conversation))
        _count_as_answer(conversation, person, at=now)
        _tell(conversation, person, "meeting_agreed", meeting.public_id, at=starts_at)
        meeting_mail.agreed(conversation, meeting)
    return meeting


def _store(meeting: Meeting) -> None:
    """A helper from IM is no volunteer and has no row to lock: there the constraint decides."""
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
    except IntegrityError:
        raise CannotPropose("clash")


def decline(person: Person, proposal: Proposal) -> None:
    """ "Ingen tid passar": the other side may suggest others now. Raises StateConflict."""
    with transaction.atomic():
        conversation = _locked(person)
        _as_now(person, conversation)
        if _is_by(proposal, person):
            raise StateConflict("decline")
        _end_proposal(proposal, Proposal.Ending.NONE_FITS, at=timezone.now())
        audit.record("times.none_fit", actor=person.user, about=_about(conversation))
        _tell(conversation, person, "times_none_fit", proposal.public_id)
        meeting_mail.none_fit(conversation, proposal)


def withdraw(person: Person, proposal: Proposal) -> None:
    """Who suggested the times takes them back. The chat says so; nobody gets a mail, since nothing was agreed on.

    Raises StateConflict.
    """
    with transaction.atomic():
        conversation = _locked(person)
        _as_now(person, conversation)
        if not _is_by(proposal, person):
            raise StateConflict("withdraw")
        _end_proposal(proposal, Proposal.Ending.WITHDRAWN, at=timezone.now())
        audit.record("times.withdrawn", actor=person.user, about=_about(conversation))
        _tell(conversation, person, "times_withdrawn", proposal.public_id)


def cancel(meeting: Meeting, participant: Participant) -> None:
    """ "Jag kan inte", also from the link of a mail; no time that was missed. Raises StateConflict when it is over."""
    person = Person(participant, participant.side, by_grant=False)
    with transaction.atomic():
        conversation = _locked(person)
        _as_now(person, conversation)
        _end_meeting(meeting, Meeting.Ending.CANCELLED, at=timezone.now())
        audit.record("meeting.cancelled", actor=person.user, about=_about(conversation))
        _tell(conversation, person, "meeting_cancelled", meeting.public_id, at=meeting.starts_at)
        meeting_mail.cancelled(conversation, meeting, by=person.side)


def _locked(person: Person) -> Conversation:
    """The helper's row, then the chat's. The helper is asked again after the lock by `_as_now`."""
    Volunteer.objects.select_for_update(of=("self",)).filter(user=person.request.helper_id).first()
    return threads.locked(person.request)


def _as_now(person: Person, conversation: Conversation) -> Person:
    """`person` with the question as it is under the lock. StateConflict: no longer these two in an active chat."""
    request = HelpRequest.objects.select_related("helper", "owner").get(pk=person.request.pk)
    fresh = Participant.objects.select_related("user").get(pk=person.participant.pk)
    conversation.request, fresh.conversation = request, conversation
    is_one_of_two = fresh.side == Side.SEEKER or request.helper_id == fresh.user_id
    is_active = request.state == HelpRequest.State.ACTIVE and request.helper_id == person.request.helper_id
    if not (is_active and is_one_of_two and fresh.can_write):
        raise StateConflict("times")
    return Person(fresh, fresh.side, by_grant=person.by_grant)


def _taken(conversation: Conversation):
    """What the helper has agreed on, in any chat."""
    return Meeting.objects.filter(helper=conversation.request.helper_id, ended_at=None)


def _end_proposal(proposal: Proposal, ending: Proposal.Ending, *, at: datetime) -> None:
    if not Proposal.objects.filter(pk=proposal.pk, ended_at=None).update(ended_at=at, ending=ending):
        raise StateConflict(ending)


def _end_meeting(meeting: Meeting, ending: Meeting.Ending, *, at: datetime) -> None:
    if not Meeting.objects.filter(pk=meeting.pk, ended_at=None).update(ended_at=at, ending=ending):
        raise StateConflict(ending)
    meeting.ended_at, meeting.ending = at, ending


def _about(conversation: Conversation) -> tuple[str, str]:
    return "request", conversation.request.public_id


def _tell(conversation: Conversation, person: Person | None, code: str, occasion: str, **params) -> None:
    """The line in the chat, and the pages shown anew."""
    name = {"name": person.user.display_name} if person else {}
    lines.add(conversation, code, occasion=occasion, **name, **params)
    threads.shown_anew(conversation)
    nudge("desk")


# --- when the question moves, and the clocks' rounds -----------------------------------------------------------------


def follow(conversation: Conversation, request: HelpRequest, *, by: User | None) -> None:
    """The question has moved, its chat is locked: times for its former helper no longer apply. Safe to repeat.

    `by`: who moved it, and so needs no mail about it.
    """
    now, is_active = timezone.now(), request.state == HelpRequest.State.ACTIVE
    meeting = conversation.meetings.filter(ended_at=None).select_related("helper").first()
    if meeting and not (is_active and meeting.helper_id == request.helper_id):
        _end_meeting(meeting, Meeting.Ending.OFF, at=now)
        lines.add(conversation, "meeting_off", occasion=meeting.public_id, at=meeting.starts_at)
        audit.record("meeting.off", actor=None, about=_about(conversation))
        if meeting.starts_at > now:
            meeting_mail.off(conversation, meeting, by=by)
    if is_active:  # a claim: nothing is suggested yet
        return
    proposal = conversation.proposals.filter(ended_at=None).first()
    if proposal:
        _end_proposal(proposal, Proposal.Ending.OFF, at=now)
        lines.add(conversation, "times_off", occasion=proposal.public_id)


def end_passed(proposal: Proposal) -> None:
    """The last of the times has begun and nobody chose. The clock has locked the chat."""
    _end_proposal(proposal, Proposal.Ending.PASSED, at=timezone.now())
    audit.record("times.passed", actor=None, about=_about(proposal.conversation))
    _tell(proposal.conversation, None, "times_passed", proposal.public_id)


def settle(meeting: Meeting) -> None:
    """The time is over, or one waits for who never came. The clock has locked the chat.

    `meeting` carries `seeker_came` and `helper_came`: seen in the chat since it began.
    """
    now, conversation = timezone.now(), meeting.conversation
    if meeting.seeker_came and meeting.helper_came:
        _end_meeting(meeting, Meeting.Ending.MET, at=now)
        audit.record("meeting.met", actor=None, about=_about(conversation))
        threads.shown_anew(conversation)
        return
    _end_meeting(meeting, Meeting.Ending.MISSED, at=now)
    names = {"asker": conversation.request.owner.display_name, "helper": meeting.helper.display_name}
    audit.record("meeting.missed", actor=None, about=_about(conversation))  # not by whom
    _tell(conversation, None, _missed_line(meeting), meeting.public_id, **names)
    meeting_mail.missed(conversation, meeting, to_seeker=not meeting.seeker_came, to_helper=not meeting.helper_came)


def _missed_line(meeting: Meeting) -> str:
    if meeting.conversation.meetings.filter(ending=Meeting.Ending.MISSED).count() >= TRIES:
        return "meeting_write_instead"
    if meeting.seeker_came:
        return "meeting_helper_away"
    return "meeting_asker_away" if meeting.helper_came else "meeting_nobody_came"


# --- for other floors (motesplats/agreed_times.py) -------------------------------------------------------------------


def of_questions(public_ids: Iterable[str]) -> dict[str, datetime]:
    """public id of a question -> the time agreed on. One query."""
    rows = Meeting.objects.filter(conversation__request__public_id__in=list(public_ids), ended_at=None)
    return dict(rows.values_list("conversation__request__public_id", "starts_at"))


def of_helper(user: User, since: datetime) -> list[AgreedTime]:
    """This helper's times that end after `since`, also those called off, the earliest first. One query."""
    rows = Meeting.objects.filter(helper=user, starts_at__gt=since - MEETING_LENGTH)
    off = (Meeting.Ending.CANCELLED, Meeting.Ending.OFF)
    return [
        AgreedTime(
            public_id=row.public_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            changed_at=row.ended_at if row.ending in off else row.agreed_at,
            is_off=row.ending in off,
            path=reverse("chat:conversation_show", args=[row.conversation.request.public_id]),
        )
        for row in rows.select_related("conversation__request").order_by("starts_at", "pk")
    ]
