"""A helper leaves a question to another volunteer, with a note (people.md: "Lämna till en annan volontär").

The question goes back to the queue, first in line. Whoever was asked by name may take it before the others for three
minutes; after a no, or after that time, it is everybody's. The note is one of those in notes.py.

Lock order: conversation, question. Taking it is `claiming.claim`, as ever.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from chat import fit, matching, notes
from chat.models import Conversation, HandOver
from motesplats import audit
from motesplats.layers import nudge
from motesplats.models import User
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers.models import Volunteer


def who_could(request: HelpRequest, at: datetime) -> list[Volunteer]:
    """Those on duty, other than the helper, who fit the question and have room for one more chat, the best first.

    Only women when the asker wishes for one; left to nobody by name, the wish is honoured as ever.
    """
    fitting = fit.candidates(request, round_number=2, at=at).exclude(user_id=request.helper_id)
    if request.wants_woman:
        fitting = fitting.filter(is_woman=True)
    return list(fitting.filter(live__lt=F("live_limit")).select_related("user")[:10])


def hand_over(request: HelpRequest, *, actor: User, note: str = "", to: Volunteer | None = None) -> HandOver:
    """active -> waiting, first in line, by its helper. `to`: who may take it first; None is whoever.

    Raises StateConflict when `actor` no longer has the question.
    """
    now = timezone.now()
    with transaction.atomic():
        matching.release(request, actor=actor, why="released")
        conversation = request.conversation
        conversation.handovers.filter(taken_at=None).update(taken_at=now)  # taken by a door that knows of no notes
        asked = to.user if to else None
        made = HandOver.objects.create(conversation=conversation, left_by=actor, asked=asked, at=now)
        if note:
            notes.write(request, author=actor, text=note)
        if to:
            until = now + settings.CLOCKS["handover_offered"]
            Conversation.objects.filter(pk=conversation.pk).update(offered_to=asked, offered_until=until)
        audit.record(
            "handover.made", actor=actor, about=("request", request.public_id), asked=to.pk if to else None,
            has_note=bool(note),
        )  # fmt: skip
    return made


def decline(request: HelpRequest, volunteer: Volunteer) -> None:
    """ "Jag kan inte": the offer to this volunteer ends, and the question is everybody's. StateConflict: it is over."""
    now = timezone.now()
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(request=request)
        if not _end_offer(conversation, offered_to=volunteer.user_id):
            raise StateConflict("decline")
        conversation.handovers.filter(taken_at=None, asked=volunteer.user_id).update(declined_at=now)
        audit.record("handover.declined", actor=volunteer.user, about=("request", request.public_id))
        nudge("desk")


def end_late_offer(request: HelpRequest) -> None:
    """Nobody answered the offer in time: the question is everybody's. The clock has locked the chat. Safe to repeat."""
    if _end_offer(request.conversation, offered_until__lte=timezone.now()):
        audit.record("handover.late", actor=None, about=("request", request.public_id))
        nudge("desk")


def _end_offer(conversation: Conversation, **only) -> bool:
    held = Conversation.objects.filter(pk=conversation.pk, offered_to__isnull=False, **only)
    return bool(held.update(offered_to=None, offered_until=None))


def export(person: User) -> list[dict]:
    """When this person left a question to another volunteer, was asked to take one, or took it; not whose it was."""
    mine = Q(left_by=person) | Q(asked=person) | Q(taken_by=person)
    return [
        {
            "at": row.at.isoformat(),
            "left": row.left_by_id == person.pk,
            "asked": row.asked_id == person.pk,
            "said_no": row.asked_id == person.pk and row.declined_at is not None,
            "took": row.taken_by_id == person.pk,
        }
        for row in HandOver.objects.filter(mine).order_by("pk")
    ]


def erase(person: User) -> None:
    """Each leaving stays as a count, without this person. An offer to them ends. Safe to run twice."""
    HandOver.objects.filter(left_by=person).update(left_by=None)
    HandOver.objects.filter(asked=person).update(asked=None)
    HandOver.objects.filter(taken_by=person).update(taken_by=None)
    Conversation.objects.filter(offered_to=person).update(offered_to=None, offered_until=None)
