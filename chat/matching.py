"""Every move of a question as the chat sees it: one transaction that locks, moves, sets who may write, and says so.

Lock order everywhere: volunteer, conversation, question. Each function is safe to call twice: the second call raises
StateConflict, or, for the clock's own functions, does nothing. Taking a question is in claiming.py.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat import about, alerts, beside, fit, lines, meetings, membership, notifications, offers, promise
from chat.models import Conversation, Participant, Refusal, Side
from motesplats import audit, office_hours
from motesplats.layers import nudge
from motesplats.models import Report, User
from seekers import help_requests
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest

State = HelpRequest.State


# --- asking ----------------------------------------------------------------------------------------------------------


def route(request: HelpRequest) -> Conversation:
    """Give a waiting question its chat, its promise, its receipt and its first alert. Safe to repeat.

    Called by the first GET of the chat page and by a 15 s sweep, so a closed tab or a lost task loses nothing.
    """
    with transaction.atomic():
        conversation, made = Conversation.objects.get_or_create(request=request)
        if not made:
            return conversation
        Participant.objects.create(
            conversation=conversation, user=request.owner, side=Side.SEEKER, can_write=True, seen_at=None
        )
        about.remember(request)
        offers.ask_women_first(conversation, request)
        promise.give(conversation, request, at=timezone.now())
        offers.offer_to_same(conversation, request)
        notifications.receipt(conversation, request)
        nudge("desk")
        transaction.on_commit(lambda: alerts.tell_of(request), robust=True)
    return conversation


# --- a volunteer leaves -----------------------------------------------------------------------------------------------


def release(request: HelpRequest, *, actor: User | None, why: str = "released") -> None:
    """active -> waiting: the volunteer who has it leaves it, or a clock (`actor` None) takes it back.

    `why`: released (by the helper), gone (helper vanished), unanswered (48 h): first in line. lapsed (silent claim):
    the place in the queue stays.
    """
    with transaction.atomic():
        conversation = locked(request)
        helper = request.helper
        if helper is None or actor is not None and actor != helper:
            raise StateConflict("release")
        occasion = f"{request.claimed_at.isoformat()}"
        help_requests.release(request, actor=actor, helper=helper, why=why)
        membership.let_out(conversation, helper)
        code = why if why in ("released", "lapsed") else "requeued"
        lines.add(conversation, code, occasion=occasion, name=helper.display_name)
        _promise_anew(conversation, request)
        changed(conversation, request, by=actor)


def swap_volunteer(request: HelpRequest, *, actor: User) -> None:
    """The one who asks continues with somebody else. No reason asked; never the same volunteer again."""
    with transaction.atomic():
        conversation = locked(request)
        helper = request.helper
        if helper is None or not has_volunteer(request):
            raise StateConflict("swap")
        occasion = request.claimed_at.isoformat()
        help_requests.release(request, actor=actor, helper=helper, why="swapped")
        membership.let_out(conversation, helper, bar=True)
        lines.add(conversation, "swapped", occasion=occasion)
        _promise_anew(conversation, request)
        changed(conversation, request, by=actor)


def part(request: HelpRequest, volunteer: User, *, actor: User) -> None:
    """This volunteer never meets the one who asked again: a question they have goes back. Safe to repeat.

    Only blocks.py calls it, with the volunteer's row locked.
    """
    with transaction.atomic():
        conversation = locked(request)
        if request.state == State.ACTIVE and request.helper_id == volunteer.pk:
            occasion = request.claimed_at.isoformat()
            help_requests.release(request, actor=actor, helper=volunteer, why="blocked")
            code = "swapped" if actor.pk == request.owner_id else "released"
            lines.add(conversation, code, occasion=occasion, name=volunteer.display_name)
            _promise_anew(conversation, request)
        membership.let_out(conversation, volunteer, bar=True)
        beside.end_of(conversation, volunteer)
        changed(conversation, request, by=actor)


def has_volunteer(request: HelpRequest) -> bool:
    """A volunteer has the question, not IM."""
    helper = Participant.objects.filter(conversation__request=request, user=request.helper_id, side=Side.VOLUNTEER)
    return request.helper_id is not None and helper.exists()


# --- the end, and after it ------------------------------------------------------------------------------------------


def resolve(request: HelpRequest, *, actor: User | None, why: str = "done") -> None:
    """Done, for now: reopened by one click or a new message for 30 days. A volunteer may end only what they have."""
    with transaction.atomic():
        conversation = locked(request)
        is_theirs = actor is None or actor.pk == request.helper_id
        if not is_theirs and conversation.participants.filter(user=actor, side=Side.VOLUNTEER).exists():
            raise StateConflict("resolve")
        help_requests.resolve(request, actor=actor, why=why)
        lines.add(conversation, "resolved", occasion=request.resolved_at.isoformat())
        changed(conversation, request, by=actor, refusal=Refusal.REOPEN)


def finish(request: HelpRequest, *, actor: User) -> None:
    """ "Avsluta" by the one who asks: taken back when nobody has answered yet, else done."""
    with transaction.atomic():
        conversation = locked(request)
        unanswered = request.state == State.WAITING and conversation.first_answer_at is None
        move = withdraw if unanswered else resolve
        move(request, actor=actor)


def withdraw(request: HelpRequest, *, actor: User) -> None:
    """Taken back before an answer."""
    with transaction.atomic():
        conversation = locked(request)
        help_requests.withdraw(request, actor=actor)
        conversation.promises.filter(kept_at=None, broken_at=None).delete()
        lines.add(conversation, "withdrawn", occasion="once")
        changed(conversation, request, refusal=Refusal.CLOSED)


def reopen(request: HelpRequest, *, actor: User | None) -> None:
    """resolved -> active with the same helper within 24 h when that volunteer still may, else -> waiting.

    Already open is no error: the same message may arrive by two doors.
    """
    now = timezone.now()
    with transaction.atomic():
        conversation = locked(request)
        if request.state in (State.WAITING, State.ACTIVE):
            return
        helper = _same_helper(request, now)
        help_requests.reopen(
            request, actor=actor, helper=helper, first_message_by=now + settings.CLOCKS["same_helper_first"]
        )
        for former in conversation.participants.filter(side=Side.VOLUNTEER, left_at=None).exclude(user=helper):
            membership.let_out(conversation, former.user)
        if helper:
            membership.let_in(conversation, helper, Side.VOLUNTEER)
        lines.add(conversation, "reopened", occasion=now.isoformat())
        if not helper:
            offers.ask_women_first(conversation, request)
            promise.give(conversation, request, at=now, later_allowed=True)
        changed(conversation, request, refusal=Refusal.NONE)


def _same_helper(request: HelpRequest, now: datetime) -> User | None:
    if request.last_helper_id is None or request.resolved_at is None:
        return None
    if request.resolved_at < now - settings.CLOCKS["same_helper_first"]:
        return None
    still = fit.fitting_volunteers(request).filter(user_id=request.last_helper_id).exists()
    return request.last_helper if still else None


def close(request: HelpRequest, *, actor: User | None, why: str) -> None:
    """Read only from now, until retention removes it."""
    with transaction.atomic():
        conversation = locked(request)
        help_requests.close(request, actor=actor, why=why)
        lines.add(conversation, "closed", occasion="once")
        changed(conversation, request, by=actor, refusal=Refusal.CLOSED)


# --- something is wrong ---------------------------------------------------------------------------------------------


def stop(request: HelpRequest, *, actor: User, text: str = "") -> Report:
    """ "Något är fel": nobody may write, IM reads, and hears of it at once. -> the report."""
    now = timezone.now()
    with transaction.atomic():
        conversation = locked(request)
        told = Report.objects.filter(about_kind="request", about_id=request.public_id, reporter=actor, text=text)
        if request.state == State.ON_HOLD and (report := told.filter(handled_at=None).last()):
            return report  # pressed twice
        if request.state != State.ON_HOLD:  # what a second person says of a stopped chat is kept too
            help_requests.hold(request, actor=actor, why="reported")
        report = Report.objects.create(
            reporter=actor,
            about_kind="request",
            about_id=request.public_id,
            title=request.get_topic_display(),
            text=text,
            created_at=now,
            answer_by=office_hours.staffed_until(request.office, now),
        )
        audit.record("report.made", actor=actor, about=("request", request.public_id))
        lines.add(conversation, "held", occasion=report.public_id, at=report.answer_by)
        notifications.stopped(request, report)
        changed(conversation, request, by=actor, refusal=Refusal.HOLD)
    return report


def hold(request: HelpRequest, *, actor: User) -> None:
    """IM looks at it."""
    now = timezone.now()
    with transaction.atomic():
        conversation = locked(request)
        help_requests.hold(request, actor=actor, why="staff")
        at = office_hours.staffed_until(request.office, now)
        lines.add(conversation, "held", occasion=now.isoformat(), at=at)
        changed(conversation, request, by=actor, refusal=Refusal.HOLD)


def unhold(request: HelpRequest, *, actor: User) -> None:
    """IM has looked: back to where it was. Its clocks stood still."""
    now = timezone.now()
    with transaction.atomic():
        conversation = locked(request)
        help_requests.unhold(request, actor=actor)
        lines.add(conversation, "unheld", occasion=now.isoformat())
        promise.settle_if_kept(conversation)
        if promise.is_open(conversation) and request.answer_by <= now:  # its time passed while nobody could keep it
            promise.give(conversation, request, at=now, later_allowed=True)
        refusal = Refusal.REOPEN if request.state == State.RESOLVED else Refusal.NONE
        changed(conversation, request, refusal=refusal)


def let_staff_in(request: HelpRequest, *, staff: User, reason: str) -> None:
    """A member of staff reads and writes in a chat, for a reason that is written down. Both sides can see it.

    A waiting question gets this person as helper when that is the reason ("answer"), or when volunteers may not take
    it (the asker is or may be under 18).
    """
    now = timezone.now()
    with transaction.atomic():
        conversation = locked(request)
        audit.record("chat.opened_by_staff", actor=staff, about=("request", request.public_id), reason=reason)
        is_owner = request.owner_id == staff.pk  # nobody takes their own question
        takes_it = request.state == State.WAITING and not is_owner and (reason == "answer" or not request.is_adult)
        if takes_it:
            help_requests.claim(request, helper=staff, first_message_by=now + settings.CLOCKS["same_helper_first"])
        if conversation.participants.filter(user=staff, left_at=None).exists():
            if takes_it:
                changed(conversation, request)
            return
        membership.let_in(conversation, staff, Side.STAFF)
        lines.add(conversation, "staff_in", occasion=f"{staff.pk}", name=staff.display_name)
        changed(conversation, request)


# --- shared ---------------------------------------------------------------------------------------------------------


def locked(request: HelpRequest) -> Conversation:
    """The chat's row, locked, with `request` as it is now."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(request=request)
    request.refresh_from_db()
    return conversation


def _promise_anew(conversation: Conversation, request: HelpRequest) -> None:
    """The question waits again: a kept promise is followed by a new one, a broken one is left to the clock."""
    promise.settle_if_kept(conversation)
    offers.ask_women_first(conversation, request)
    promise.give(conversation, request, at=timezone.now(), later_allowed=not promise.is_open(conversation))


def changed(
    conversation: Conversation, request: HelpRequest, *, by: User | None = None, refusal: Refusal | None = None
) -> None:
    """What a page shows is another: raise the version, tell the sockets after COMMIT.

    Before that, an agreed time it was for ends, and so does who is beside a helper that is no more.
    """
    meetings.follow(conversation, request, by=by)
    if request.state != State.ACTIVE:
        beside.end(conversation)
    changes = {} if refusal is None else {"refusal": refusal}
    Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1, **changes)
    nudge(f"request:{request.public_id}")
    nudge("desk")
