"""How it feels after a chat, who wants to talk with IM, and enough for tonight (domain.md §7; people.md).

Nobody but the volunteer and IM's coordinator ever sees any of it. Lock: the volunteer's row, so that two taps, and two
chats answered at once, come one after the other.
"""

from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from motesplats import audit, offices
from motesplats.models import User
from motesplats.moments import STOCKHOLM, local
from volunteers import duty, quiet_hours, roster, swaps
from volunteers.models import CareAnswer, CareCall, Rest, Shift, Volunteer

Feeling = CareAnswer.Feeling
NIGHT_ENDS = time(5)  # on a clock in Sweden: an evening that began yesterday is still tonight before that
KEPT = timedelta(days=183)


@transaction.atomic
def answer(
    volunteer: Volunteer, *, about_id: str, feeling: CareAnswer.Feeling, contact_by: datetime
) -> CareCall | None:
    """What the volunteer said after the chat `about_id` (public id). Said again: the first answer stands.

    -> the coordinator's row when this answer opened it or one waits already and the volunteer wants to talk, else None.
    `contact_by`: until when IM gets in touch, should it be needed.
    """
    volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("user", "office").get(pk=volunteer.pk)
    said, is_new = CareAnswer.objects.get_or_create(
        volunteer=volunteer, about_id=about_id, defaults={"feeling": feeling}
    )
    waits = CareCall.objects.waiting().filter(volunteer=volunteer).first()
    if not is_new:
        return waits if said.feeling == Feeling.TALK else None
    if feeling == Feeling.TALK:
        return waits or _call(volunteer, CareCall.Why.ASKED, contact_by)
    if feeling == Feeling.HEAVY and not waits and _were_heavy(volunteer):
        return _call(volunteer, CareCall.Why.HEAVY, contact_by)
    return None


def _were_heavy(volunteer: Volunteer) -> bool:
    """The last two answers say so, both given after IM was last in touch. What was skipped says nothing."""
    said = CareAnswer.objects.filter(volunteer=volunteer).exclude(feeling=Feeling.SKIPPED)
    last = CareCall.objects.filter(volunteer=volunteer).exclude(handled_at=None).order_by("-handled_at").first()
    if last:
        said = said.filter(at__gt=last.handled_at)
    return list(said.order_by("-at", "-pk").values_list("feeling", flat=True)[:2]) == [Feeling.HEAVY] * 2


def _call(volunteer: Volunteer, why: CareCall.Why, contact_by: datetime) -> CareCall:
    call = CareCall.objects.create(volunteer=volunteer, why=why, contact_by=contact_by)
    audit.record("care.opened", actor=volunteer.user, about=("volunteer", volunteer.pk), why=why)
    offices.tell(volunteer.office, "care_call_staff", key=f"care_call:{call.pk}", call=call.pk)
    return call


@transaction.atomic
def handle(call: CareCall, *, by: User) -> bool:
    """The coordinator has been in touch. -> False when somebody had said so already."""
    now = timezone.now()
    if not CareCall.objects.waiting().filter(pk=call.pk).update(handled_at=now, handled_by=by):
        return False
    audit.record("care.handled", actor=by, about=("volunteer", call.volunteer_id))
    return True


@transaction.atomic
def stop_tonight(volunteer: Volunteer, *, actor: User) -> int:
    """Enough for tonight: not here, tonight's shifts free for others, no alert before tomorrow. -> seats given back.

    Open chats stay with the volunteer. Safe to press twice. Raises duty.NotApproved.
    """
    now = timezone.now()
    volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("user").get(pk=volunteer.pk)
    until = end_of_night(now)
    wish = quiet_hours.wish_of(volunteer)
    duty.switch(volunteer, to="notify" if wish.is_on else "away", actor=actor)  # tomorrow all is as it was
    tonight = list(roster.upcoming(volunteer).filter(starts_at__lt=until))
    given_back = sum(swaps.hand_back(volunteer, shift) for shift in tonight)
    Rest.objects.update_or_create(volunteer=volunteer, defaults={"until": until})
    audit.record("duty.enough_tonight", actor=actor, about=("volunteer", volunteer.pk), seats=given_back)
    return given_back


def end_of_night(at: datetime) -> datetime:
    """The next time the clock in Sweden shows NIGHT_ENDS."""
    today = local(at).date()
    morning = datetime.combine(today, NIGHT_ENDS, STOCKHOLM)
    return morning if morning > at else datetime.combine(today + timedelta(days=1), NIGHT_ENDS, STOCKHOLM)


def rests(volunteer: Volunteer, at: datetime) -> bool:
    """The volunteer has said that it is enough for tonight. No query when `rest` is loaded."""
    rest = getattr(volunteer, "rest", None)
    return rest is not None and rest.until > at


def hours_of(spans: list[tuple[datetime, datetime]]) -> float:
    """How long they are together, to a tenth of an hour. Spans of one person never meet: see the clash stop."""
    return round(sum((ends - starts).total_seconds() for starts, ends in spans) / 3600, 1)


def attended(volunteer: Volunteer) -> list[tuple[datetime, datetime]]:
    """The shifts that are over and that the volunteer was in, oldest first, from and until. One query.

    A seat given back in the middle counts until then. One that was asked "Can you join?" and then freed counts nothing.
    Instants in UTC, so a night when the clock changes is as long as it was.
    """
    now = timezone.now()
    seats = volunteer.bookings.filter(shift__starts_at__lt=now).select_related("shift")
    spans = (_attended_span(seat, now) for seat in seats.order_by("shift__starts_at", "pk"))
    return [span for span in spans if span]


def _attended_span(seat, now: datetime) -> tuple[datetime, datetime] | None:
    shift: Shift = seat.shift
    was_missing = seat.asked_at and not seat.answered_at and seat.cancelled_at
    if was_missing or seat.cancelled_at is None and (shift.ends_at > now or shift.called_off_at):
        return None
    starts = shift.starts_at.astimezone(UTC)
    ends = min(shift.ends_at, seat.cancelled_at or shift.ends_at).astimezone(UTC)
    return (starts, ends) if ends > starts else None


def forget(volunteer: Volunteer) -> None:
    """The person asked to be erased: what they felt is nobody's business any more. Safe to run twice."""
    CareAnswer.objects.filter(volunteer=volunteer).delete()
    CareCall.objects.filter(volunteer=volunteer).delete()
    Rest.objects.filter(volunteer=volunteer).delete()


def remove_old() -> int:
    """What was said half a year ago goes; talks half a year after they were had. -> how many. Safe to run twice."""
    before = timezone.now() - KEPT
    answers, _ = CareAnswer.objects.filter(at__lt=before).delete()
    calls, _ = CareCall.objects.filter(handled_at__lt=before).delete()
    return answers + calls
