"""A second volunteer helps the one who has the question ("Cecilia hjälper Björn att svara dig.").

The helper asks for one by name, or for whoever can; the helper or the one who asked may ask for somebody who reads a
certain language. Whoever was asked comes within CLOCKS["second_asked"], or the asking lapses. Then both may write. The
first keeps the question and its clocks: a second volunteer is no live case of theirs. The one who asked may say no; the
second leaves by one tap, or together with the case (chat/beside.py).

Lock order: volunteer, conversation. Every page reads a late asking as over, whether the clock has run or not.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from chat import alerts, fit, lines, membership, threads
from chat.models import Conversation, Participant, SecondAsk, Side
from motesplats import audit
from motesplats.languages import overlaps, own_names
from motesplats.layers import nudge
from motesplats.models import User
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers import conduct, course
from volunteers.models import Volunteer

End, Part, State = SecondAsk.End, Participant.Part, HelpRequest.State
NAMED_AT_MOST = 10


class NobodyHere(Exception):
    """No volunteer who could come is here right now."""


# --- asking ----------------------------------------------------------------------------------------------------------


def who_could(request: HelpRequest, at: datetime) -> list[Volunteer]:
    """Those on duty who fit beside the helper, for asking by name; the least busy first."""
    return list(_could(request, at).select_related("user")[:NAMED_AT_MOST])


def ask(request: HelpRequest, *, actor: User, to: Volunteer | None = None, language: str = "") -> SecondAsk:
    """Ask one by name, whoever reads `language`, or whoever can. By the helper or the one who asked.

    Raises StateConflict (no longer theirs to ask, or asked already) and NobodyHere.
    """
    now = timezone.now()
    with transaction.atomic():
        conversation = threads.locked(request)
        question = conversation.request
        if question.state != State.ACTIVE or actor.pk not in (question.helper_id, question.owner_id):
            raise StateConflict("ask")
        _end(conversation.second_asks.filter(taken_at=None, until__lte=now), End.LATE)
        if conversation.second_asks.filter(ended_at=None).exists():
            raise StateConflict("asked")
        could = _could(question, now)
        could = could.filter(pk=to.pk) if to else could
        could = could.filter(overlaps("languages", [language])) if language else could
        asked = list(could)
        if not asked:
            raise NobodyHere
        made = SecondAsk.objects.create(
            conversation=conversation, asked_by=actor, asked=to.user if to else None, language=language,
            at=now, until=now + settings.CLOCKS["second_asked"],
        )  # fmt: skip
        told = {"asked": to.pk if to else None, "language": language}
        audit.record("second.asked", actor=actor, about=("request", question.public_id), **told)
        threads.shown_anew(conversation)
        nudge("desk")
        transaction.on_commit(lambda: alerts.tell_asked_in(conversation, asked, at=now), robust=True)
    return made


def _could(request: HelpRequest, at: datetime) -> QuerySet[Volunteer]:
    return _fits(request, fit.candidates(request, round_number=2, at=at))


def _fits(request: HelpRequest, volunteers: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """Not the helper, nobody kept apart from the helper, nobody the one who asked has said no to in this chat.

    Nor a fadder while they read along in it. Women only, where a woman was wished for.
    """
    rows = fit.without_refused(fit.never_apart(volunteers, request.helper_id), request)
    readers = Participant.objects.filter(conversation__request=request, part=Part.READER, left_at=None)
    rows = rows.exclude(user_id__in=readers.values("user"))
    return rows.filter(is_woman=True) if request.wants_woman else rows


# --- coming ----------------------------------------------------------------------------------------------------------


def asked_of(volunteer: Volunteer, at: datetime) -> QuerySet[SecondAsk]:
    """What this volunteer is asked right now: by name, or as one of those who could. For the desk. One query.

    Nothing while they have the course to read before the first question.
    """
    helper, end = volunteer.user_id, "conversation__request"
    open_to_all = Q(asked=None, language__in=["", *volunteer.languages])
    questions = fit.questions_fitting(HelpRequest.objects.filter(state=State.ACTIVE), volunteer).exclude(helper=helper)
    questions = questions if volunteer.is_woman else questions.exclude(wants_woman=True)
    rows = SecondAsk.objects.filter(Q(asked=helper) | open_to_all, ended_at=None, taken_at=None, until__gt=at)
    rows = rows.filter(conversation__request__in=fit.not_refusing(questions, volunteer))
    rows = rows.filter(Exists(Volunteer.objects.ready().filter(pk=volunteer.pk)))
    return rows.select_related(f"{end}__helper", "asked_by").order_by("at", "pk")


def still_asks(volunteer: Volunteer, public_id: str) -> SecondAsk | None:
    """The asking about this question, while this volunteer may say yes."""
    return asked_of(volunteer, timezone.now()).filter(conversation__request__public_id=public_id).first()


def accept(request: HelpRequest, volunteer: Volunteer) -> None:
    """Comes: may read and write beside the helper. StateConflict: somebody was faster, or it is over.

    Raises course.CourseFirst, conduct.RulesFirst.
    """
    now = timezone.now()
    with transaction.atomic():
        volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("user").get(pk=volunteer.pk)
        course.stop_unless_read(volunteer)
        conduct.stop_unless_accepted(volunteer)
        conversation = threads.locked(request)
        question = conversation.request
        row = asked_of(volunteer, now).filter(conversation=conversation).first()
        may = _fits(question, Volunteer.objects.approved()).filter(pk=volunteer.pk).exists()
        if row is None or not may or question.state != State.ACTIVE:
            raise StateConflict("accept")
        free = SecondAsk.objects.filter(pk=row.pk, taken_at=None, ended_at=None, until__gt=now)
        if not free.update(taken_by=volunteer.user, taken_at=now):
            raise StateConflict("accept")
        membership.let_in(conversation, volunteer.user, Side.VOLUNTEER, part=Part.SECOND)
        audit.record("second.came", actor=volunteer.user, about=("request", question.public_id))
        names = {"name": volunteer.user.display_name, "helper": question.helper.display_name}
        lines.add(conversation, "second_in", occasion=f"{row.pk}", **names)
        reads = own_names(volunteer.languages)
        lines.add(conversation, "helper_reads", occasion=f"second/{row.pk}", name=names["name"], languages=reads)
        threads.shown_anew(conversation)
        nudge("desk")


def decline(request: HelpRequest, volunteer: Volunteer) -> None:
    """ "Jag kan inte" of the one asked by name. StateConflict: it is over."""
    with transaction.atomic():
        conversation = threads.locked(request)
        rows = conversation.second_asks.filter(asked=volunteer.user, taken_at=None, until__gt=timezone.now())
        _nobody_came(conversation, rows, End.DECLINED, actor=volunteer.user)


# --- going -----------------------------------------------------------------------------------------------------------


def leave(request: HelpRequest, *, actor: User) -> None:
    """The second volunteer has helped. StateConflict: was not there."""
    _go(request, End.LEFT, actor=actor, only={"taken_by": actor})


def refuse(request: HelpRequest, *, actor: User) -> None:
    """The one who asked wants only the helper: no reason asked; not this second one again in this chat.

    What is still asked is taken back. StateConflict: there is neither.
    """
    _go(request, End.REFUSED, actor=actor, only={})


def _go(request: HelpRequest, end: str, *, actor: User, only: dict) -> None:
    with transaction.atomic():
        conversation = threads.locked(request)
        row = conversation.second_asks.filter(ended_at=None, **only).select_related("taken_by").first()
        if row is None or not _end(SecondAsk.objects.filter(pk=row.pk), end):
            raise StateConflict(end)
        helper = conversation.request.helper.display_name
        if row.taken_by:
            membership.let_out(conversation, row.taken_by)
        name = row.taken_by.display_name if row.taken_by else ""
        code = "second_left" if end == End.LEFT else "second_refused"
        lines.add(conversation, code, occasion=f"{row.pk}", name=name, helper=helper)
        audit.record(f"second.{end}", actor=actor, about=("request", request.public_id))
        threads.shown_anew(conversation)
        nudge("desk")


# --- the clock -------------------------------------------------------------------------------------------------------


def end_late() -> int:
    """Nobody came in time, or who came is no longer a volunteer: over. -> how many. Safe to run twice."""
    late = SecondAsk.objects.filter(ended_at=None, taken_at=None, until__lte=timezone.now())
    former = SecondAsk.objects.filter(ended_at=None, taken_at__isnull=False).exclude(
        taken_by__in=Volunteer.objects.approved().values("user")
    )
    return sum(map(_end_late, late.order_by("pk"))) + sum(map(_end_former, former.order_by("pk")))


def _end_late(row: SecondAsk) -> bool:
    with transaction.atomic():
        conversation = threads.locked_by_id(row.conversation_id)
        try:
            _nobody_came(conversation, SecondAsk.objects.filter(pk=row.pk, taken_at=None), End.LATE, actor=None)
        except StateConflict:
            return False
        return True


def _end_former(row: SecondAsk) -> bool:
    with transaction.atomic():
        conversation = threads.locked_by_id(row.conversation_id)
        if not _end(SecondAsk.objects.filter(pk=row.pk), End.LEFT):
            return False
        row.refresh_from_db(fields=["taken_by"])  # somebody may have come before the chat was locked
        if row.taken_by:
            membership.let_out(conversation, row.taken_by)
        threads.shown_anew(conversation)
        return True


def _nobody_came(conversation: Conversation, rows: QuerySet[SecondAsk], end: str, *, actor: User | None) -> None:
    row = rows.filter(ended_at=None).first()
    if row is None or not _end(SecondAsk.objects.filter(pk=row.pk, taken_at=None), end):
        raise StateConflict(end)
    question = conversation.request
    code = "second_none" if row.asked_by_id == question.owner_id else "second_none_helper"
    lines.add(conversation, code, occasion=f"{row.pk}", name=question.helper.display_name)
    audit.record(f"second.{end}", actor=actor, about=("request", question.public_id))
    threads.shown_anew(conversation)
    nudge("desk")


def _end(rows: QuerySet[SecondAsk], end: str) -> int:
    return rows.filter(ended_at=None).update(ended_at=timezone.now(), end=end)


def export(person: User) -> list[dict]:
    """When this person asked a second volunteer in, was asked, or came; not whose chat it was."""
    mine = Q(asked_by=person) | Q(asked=person) | Q(taken_by=person)
    return [
        {
            "at": row.at.isoformat(),
            "asked_for": row.asked_by_id == person.pk,
            "was_asked": row.asked_id == person.pk,
            "came": row.taken_by_id == person.pk,
        }
        for row in SecondAsk.objects.filter(mine).order_by("pk")
    ]


def erase(person: User) -> None:
    """Each asking stays as a count, without this person; one that was open ends, and who sat beside is let out.

    Safe to run twice.
    """
    mine = Q(asked_by=person) | Q(asked=person) | Q(taken_by=person)
    for row in SecondAsk.objects.filter(mine, ended_at=None).order_by("conversation"):
        _end_former(row)
    for field in ("asked_by", "asked", "taken_by"):
        SecondAsk.objects.filter(**{field: person}).update(**{field: None})
