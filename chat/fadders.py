"""A fadder, an experienced volunteer, may read along in the first two cases of a new volunteer.

The one who asked is told at the claim and may say no, at any time and without a reason. The fadder reads and cannot
write. Two cases are two questions in which the new volunteer has written as the one who has it; then it ends by itself.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat import capacity, fit, lines, membership, threads
from chat.models import Conversation, Fadder, FadderReading, Participant, Side
from motesplats import audit
from motesplats.layers import nudge
from motesplats.models import User
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers.models import Volunteer

FIRST_CASES = 2
NEW_FOR = timedelta(days=30)  # after the approval; later IM is not reminded
ONE_ROW = timedelta(minutes=10)  # what is read in one sitting is one row of the audit log
Part = Participant.Part


class NotNameable(Exception):
    """args[0]: oneself, not_approved, too_new (the fadder), past_it (the new one has had the first cases), has_one."""


def name(newcomer: Volunteer, fadder: Volunteer, *, by: User) -> Fadder:
    """`fadder` may read along in the first cases of `newcomer`. Raises NotNameable."""
    if problem := problem_with(newcomer, fadder):
        raise NotNameable(problem)
    try:
        with transaction.atomic():
            pair = Fadder.objects.create(newcomer=newcomer, fadder=fadder, named_by=by)
            audit.record("fadder.named", actor=by, about=("volunteer", newcomer.pk), fadder=fadder.pk)
    except IntegrityError:
        raise NotNameable("has_one") from None
    return pair


def problem_with(newcomer: Volunteer, fadder: Volunteer) -> str:
    """Why these two cannot be a pair: a code of NotNameable; "" when they can."""
    if newcomer.pk == fadder.pk:
        return "oneself"
    if newcomer.state == Volunteer.State.ENDED or not fadder.is_approved:
        return "not_approved"
    if not capacity.may_choose(fadder):
        return "too_new"
    if _cases(newcomer) >= FIRST_CASES:
        return "past_it"
    return "has_one" if Fadder.objects.filter(newcomer=newcomer, ended_at=None).exists() else ""


def to_name_for(at: datetime) -> QuerySet[Volunteer]:
    """New volunteers for whom no fadder was ever named; none while nobody has helped enough to be one."""
    helped = capacity.with_cases(Volunteer.objects.approved())
    new = helped.filter(cases__lt=FIRST_CASES, approved_at__gt=at - NEW_FOR)
    new = new.filter(~Exists(Fadder.objects.filter(newcomer=OuterRef("pk"))))
    return new if helped.filter(cases__gte=capacity.CASES_FIRST).exists() else new.none()


def end(pair: Fadder, *, by: User | None) -> None:
    """No more reading along: also out of the chats where the fadder reads now. Safe to repeat.

    Lock order as for a claim: the newcomer's row, then (erasing, all in one transaction) the chats.
    """
    with transaction.atomic():
        Volunteer.objects.select_for_update(of=("self",)).get(pk=pair.newcomer_id)
        if Fadder.objects.filter(pk=pair.pk, ended_at=None).update(ended_at=timezone.now()):
            audit.record("fadder.ended", actor=by, about=("volunteer", pair.newcomer_id), fadder=pair.fadder_id)
    for reading in pair.readings.filter(ended_at=None).select_related("conversation__request").order_by("pk"):
        with transaction.atomic():
            conversation = threads.locked(reading.conversation.request)
            end_readings(conversation, fadder=pair.fadder.user)
            _let_out(conversation, pair.fadder.user)
            threads.shown_anew(conversation)
            nudge("desk")


def read_along(conversation: Conversation, request: HelpRequest, volunteer: Volunteer) -> None:
    """A claim: the fadder of `volunteer`, if there is one who may, reads along, and the chat says so.

    Not one the one who asked has said no to in this question, whoever has it; only a woman, where one was wished for.
    Call inside the transaction of the claim, with the chat locked.
    """
    mine = Fadder.objects.select_for_update(of=("self",)).filter(newcomer=volunteer, ended_at=None)
    pair = mine.select_related("fadder__user").first()
    if pair is None:
        return
    if _cases(volunteer) >= FIRST_CASES:
        Fadder.objects.filter(pk=pair.pk).update(ended_at=timezone.now())
        return
    may = fit.without_refused(fit.never_apart(Volunteer.objects.approved(), request.owner_id), request)
    may = may.filter(is_woman=True) if request.wants_woman else may
    if not may.filter(pk=pair.fadder_id).exists():
        return
    FadderReading.objects.update_or_create(pair=pair, conversation=conversation, defaults={"ended_at": None})
    membership.let_in(conversation, pair.fadder.user, Side.VOLUNTEER, part=Part.READER)
    audit.record("fadder.let_in", actor=None, about=("request", request.public_id), fadder=pair.fadder_id)
    occasion = f"{pair.pk}/{request.claimed_at.isoformat()}"
    lines.add(conversation, "fadder_in", occasion=occasion, name=pair.fadder.user.display_name)


def refuse(request: HelpRequest, *, actor: User) -> None:
    """The one who asked says no: the fadder is let out of this question at once. StateConflict: nobody reads along."""
    with transaction.atomic():
        conversation = threads.locked(request)
        open_now = _open(conversation)
        fadder = User.objects.filter(volunteer__fadder_of__readings__in=open_now).first()
        if fadder is None or not open_now.update(refused_at=timezone.now(), ended_at=timezone.now()):
            raise StateConflict("refuse")
        _let_out(conversation, fadder)
        audit.record("fadder.refused", actor=actor, about=("request", request.public_id))
        lines.add(conversation, "fadder_out", occasion=timezone.now().isoformat(), name=fadder.display_name)
        threads.shown_anew(conversation)
        nudge("desk")


def end_readings(conversation: Conversation, *, fadder: User | None = None) -> None:
    """The case is over, or the fadder is let out of it: so is the reading; after the last case, the pair.

    Call with the chat locked; who let them out says so.
    """
    readings = _open(conversation)
    if fadder is not None:
        readings = readings.filter(pair__in=Fadder.objects.filter(fadder__user=fadder))
    pairs = list(Fadder.objects.filter(readings__in=readings).select_related("newcomer"))
    readings.update(ended_at=timezone.now())
    over = [pair.pk for pair in pairs if _cases(pair.newcomer) >= FIRST_CASES]
    if over:
        Fadder.objects.filter(pk__in=over, ended_at=None).update(ended_at=timezone.now())


def note_reading(participant: Participant) -> None:
    """A fadder has opened the chat: written down, once for each sitting. Nothing for anybody else. A GET may do it."""
    if not participant.only_reads:
        return
    now = timezone.now()
    mine = FadderReading.objects.filter(conversation=participant.conversation_id, ended_at=None)
    with transaction.atomic():
        if mine.filter(Q(read_at=None) | Q(read_at__lte=now - ONE_ROW)).update(read_at=now):
            about = ("request", participant.conversation.request.public_id)
            audit.record("fadder.read", actor=participant.user, about=about)


def _let_out(conversation: Conversation, fadder: User) -> None:
    if conversation.participants.filter(user=fadder, part=Part.READER, left_at=None).exists():
        membership.let_out(conversation, fadder)


def _open(conversation: Conversation):
    return FadderReading.objects.filter(conversation=conversation, ended_at=None)


def _cases(volunteer: Volunteer) -> int:
    return capacity.cases(volunteer).filter(part=Part.HELPER).count()


def export(person: User) -> list[dict]:
    """When this person was a fadder or had one; not who the other is, nor whose chats were read."""
    mine = Q(newcomer__user=person) | Q(fadder__user=person)
    rows = Fadder.objects.filter(mine).select_related("fadder").prefetch_related("readings").order_by("pk")
    return [
        {
            "as": "fadder" if row.fadder.user_id == person.pk else "newcomer",
            "named_at": row.named_at.isoformat(),
            "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            "chats": len(row.readings.all()),
        }
        for row in rows
    ]


def erase(person: User) -> None:
    """Nobody reads along with this person any more, nor this person with anybody. Rows stay. Safe to run twice."""
    mine = Q(newcomer__user=person) | Q(fadder__user=person)
    for pair in Fadder.objects.filter(mine, ended_at=None).select_related("fadder__user").order_by("pk"):
        end(pair, by=None)
