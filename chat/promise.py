"""The promise: when somebody gets an answer, from the real roster and the office's staffed hours (design §4).

A booked shift fits when its volunteer shares a readable language with the asker and takes the topic. While a woman is
wished for, the shifts of others count only from when the wish ends. None within 72 h: the end of the office's next
staffed hours, and IM answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat import fit
from chat.models import Conversation, Promise, Side
from motesplats import audit
from motesplats.office_hours import rounded_up, staffed_until
from seekers.models import HelpRequest
from volunteers.models import ShiftBooking, Volunteer

FIRST_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PromisedTime:
    """`answer_by` (UTC); `shift_id` of the shift behind it, or None when IM's staff answer."""

    answer_by: datetime
    shift_id: int | None

    @property
    def by_staff(self) -> bool:
        return self.shift_id is None


def promised_time(request: HelpRequest, at: datetime) -> PromisedTime:
    """What we may honestly promise now. Reads two tables, writes nothing."""
    if request.is_adult:  # others are answered by staff only
        until = _women_until(request, at) if request.wants_woman else None
        chances = [_by_booking(fitting_bookings(request, until or at), until or at)]
        if until:
            chances.append(_by_booking(fitting_bookings(request, at).filter(volunteer__is_woman=True), at))
        if found := [chance for chance in chances if chance]:
            return min(found, key=lambda chance: chance.answer_by)
    return PromisedTime(staffed_until(request.office, at), None)


def _women_until(request: HelpRequest, at: datetime) -> datetime | None:
    wished = Conversation.objects.filter(request=request, women_until__gt=at)
    return wished.values_list("women_until", flat=True).first()


def _by_booking(bookings: QuerySet[ShiftBooking], since: datetime) -> PromisedTime | None:
    """By the first of these seats within the horizon: the end of its first hour from `since` on."""
    soon = bookings.filter(shift__starts_at__lt=since + settings.CLOCKS["promise_horizon"])
    booking = soon.order_by("shift__starts_at", "pk").first()
    if booking is None:
        return None
    begins = max(booking.shift.starts_at, since)
    first_hour = min(begins + FIRST_HOUR, max(booking.shift.ends_at, since))
    return PromisedTime(rounded_up(first_hour + settings.CLOCKS["promise_margin"]), booking.shift_id)


def fitting_bookings(request: HelpRequest, at: datetime):
    """Booked seats, now and later, of volunteers who may and can take this question."""
    return (
        ShiftBooking.objects.booked()
        .filter(shift__ends_at__gt=at, volunteer__in=fit.fitting_volunteers(request))
        .select_related("shift")
    )


def give(conversation: Conversation, request: HelpRequest, *, at: datetime, later_allowed: bool = False) -> bool:
    """Promise a time, or an earlier one than before. A later one only after a broken promise or a reopening.

    Call with the conversation locked. -> True when what the page shows changed.
    """
    new = promised_time(request, at)
    if request.answer_by and not later_allowed and new.answer_by >= request.answer_by:
        return False
    HelpRequest.objects.filter(pk=request.pk).update(answer_by=new.answer_by)
    request.answer_by = new.answer_by
    conversation.promises.filter(
        kept_at=None, broken_at=None
    ).delete()  # replaced by an earlier one, neither kept nor broken
    Promise.objects.create(conversation=conversation, made_at=at, answer_by=new.answer_by, by_staff=new.by_staff)
    Conversation.objects.filter(pk=conversation.pk).update(
        promise_shift_id=new.shift_id, promise_by_staff=new.by_staff, promise_asked_at=None, version=F("version") + 1
    )
    audit.record("promise.given", actor=None, about=("request", request.public_id), answer_by=new.answer_by.isoformat())
    return True


def settle(conversation: Conversation, *, at: datetime) -> str | None:
    """Write down how the open promise went: "kept", "broken", or None while its time has not come. Safe to repeat."""
    if settle_if_kept(conversation):
        return "kept"
    broken = conversation.promises.filter(kept_at=None, broken_at=None, answer_by__lt=at)
    return "broken" if broken.update(broken_at=F("answer_by")) else None


def settle_if_kept(conversation: Conversation) -> bool:
    """Write down that the open promise was kept, when an answer came in time. -> True then."""
    given = conversation.promises.filter(kept_at=None, broken_at=None).first()
    if given is None:
        return False
    in_time = conversation.messages.filter(
        sender__side__in=[Side.VOLUNTEER, Side.STAFF], created_at__gte=given.made_at, created_at__lte=given.answer_by
    )
    answer = in_time.order_by("seq").first()
    if answer is None:
        return False
    open_promise = conversation.promises.filter(pk=given.pk, kept_at=None, broken_at=None)
    return bool(open_promise.update(kept_at=answer.created_at))


def note_answer(conversation: Conversation, *, at: datetime) -> None:
    """The helper has answered by something else than a message, as by a time to meet: that settles the open promise.

    Call with the conversation locked. Safe to repeat.
    """
    Conversation.objects.filter(pk=conversation.pk).update(first_answer_at=Coalesce("first_answer_at", at))
    given = conversation.promises.filter(kept_at=None, broken_at=None)
    given.filter(answer_by__gte=at).update(kept_at=at)
    given.filter(answer_by__lt=at).update(broken_at=F("answer_by"))


def is_open(conversation: Conversation) -> bool:
    """True while a promise is neither kept nor broken."""
    return conversation.promises.filter(kept_at=None, broken_at=None).exists()


def could_answer_now(request: HelpRequest | None = None) -> bool:
    """True when a volunteer on duty, with no live chat too many, could take this question (or any) this minute."""
    at = timezone.now()
    volunteers = Volunteer.objects.on_duty(at)
    if request is not None:
        volunteers = volunteers.filter(pk__in=fit.free_to_take(request, at))
    return fit.with_live(volunteers, at).filter(live__lt=F("live_limit")).exists()
