"""A volunteer takes a question: whether they may, what they promise, and the chat they are let into.

Lock order as everywhere: volunteer, conversation, question. Leaving it again is in matching.py.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import fadders, fit, lines, matching, membership, notifications, presence
from chat.models import Conversation, Side
from motesplats.languages import own_names
from motesplats.moments import local
from seekers import help_requests
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers import conduct, course, shift_end
from volunteers.models import Volunteer

SOON = timedelta(minutes=10)


class Pace(StrEnum):
    """What a volunteer promises when taking a question."""

    NOW = "now"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"


class NotAllowed(Exception):
    """This volunteer may not take this question."""


class ShiftIsOver(Exception):
    """The volunteer's shift has ended: answer later, or press "Här nu" first."""


class BusyElsewhere(Exception):
    """The volunteer already has as many live chats as they may. `question`: one of those."""

    def __init__(self, question: HelpRequest):
        super().__init__(question.public_id)
        self.question = question


def claim(request: HelpRequest, volunteer: Volunteer, *, pace: Pace = Pace.NOW) -> None:
    """waiting -> active. Raises StateConflict (someone was faster, or is asked first), NotAllowed, course.CourseFirst,
    conduct.RulesFirst, ShiftIsOver, BusyElsewhere.
    """
    now = timezone.now()
    with transaction.atomic():
        volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("user").get(pk=volunteer.pk)
        conversation = matching.locked(request)
        course.stop_unless_read(volunteer)
        _stop_unless_allowed(volunteer, request, now)
        conduct.stop_unless_accepted(volunteer)
        if pace == Pace.NOW and shift_end.standing(volunteer, now).is_over:
            raise ShiftIsOver
        if fit.is_offered_to_another(conversation, volunteer, now):
            raise StateConflict("offered")
        seeker = conversation.participants.get(side=Side.SEEKER)
        live = pace == Pace.NOW and seeker.is_present(now)
        if live and len(others := _live_chats(volunteer, now)) >= volunteer.live_limit:
            raise BusyElsewhere(others[0])
        first_message_by = now + settings.CLOCKS["first_message"] if live else _promised_by(request, pace, now)
        help_requests.claim(request, helper=volunteer.user, first_message_by=first_message_by)
        membership.let_in(conversation, volunteer.user, Side.VOLUNTEER)
        Conversation.objects.filter(pk=conversation.pk).update(offered_to=None, offered_until=None, women_until=None)
        conversation.handovers.filter(taken_at=None).update(taken_by=volunteer.user, taken_at=now)
        occasion = request.claimed_at.isoformat()
        name = volunteer.user.display_name
        code = "claimed" if live else "claimed_later"
        asker, reads = request.owner.display_name, own_names(request.languages)
        said = [
            (code, occasion, {"name": name, "at": first_message_by}),
            ("helper_reads", occasion, {"name": name, "languages": own_names(volunteer.languages)}),
            ("asker_reads", "once", {"name": asker, "languages": reads}),
        ]
        lines.add_all(conversation, said)
        fadders.read_along(conversation, request, volunteer)
        notifications.taken(conversation, request, by=first_message_by)
        matching.changed(conversation, request)


def _stop_unless_allowed(volunteer: Volunteer, request: HelpRequest, at: datetime) -> None:
    if not request.is_adult or not fit.free_to_take(request, at).filter(pk=volunteer.pk).exists():
        raise NotAllowed


def _live_chats(volunteer: Volunteer, at: datetime) -> list[HelpRequest]:
    live = HelpRequest.objects.filter(fit.live_cases(at), helper_id=volunteer.user_id)
    return list(live.select_related("owner").order_by("-claimed_at").distinct())


def _promised_by(request: HelpRequest, pace: Pace, now: datetime) -> datetime:
    """When the volunteer will have written: what was chosen, but never later than what the asker was promised."""
    chosen = _chosen(pace, now)
    return min(chosen, request.answer_by) if request.answer_by and request.answer_by > now + SOON else chosen


def _chosen(pace: Pace, now: datetime) -> datetime:
    """'I kväll' is 23.30 tonight, or two hours from now when that is near; 'i morgon' is 22.00 tomorrow."""
    if pace == Pace.TOMORROW:
        return presence.tomorrow_evening(now)
    tonight = local(now).replace(hour=23, minute=30, second=0, microsecond=0)
    return max(tonight, now + timedelta(hours=2)) if local(now).hour >= 5 else now + timedelta(hours=2)
