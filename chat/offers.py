"""A waiting question may be somebody's to take first, for a while: the volunteer of last time, or women, if wished.

Neither wish keeps anybody waiting for long: then it is everybody's, and who wished for a woman is told so.
"""

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from chat import fit, lines
from chat.models import Conversation
from motesplats import audit
from motesplats.layers import nudge
from seekers.models import HelpRequest


def offer_to_same(conversation: Conversation, request: HelpRequest) -> None:
    """The wish for the volunteer of last time: the first minute is theirs, when they are here and free.

    Call while nobody else knows of the question.
    """
    now = timezone.now()
    same = fit.same_as_last(request, now) if request.wants_same_helper else None
    if same:
        until = now + settings.CLOCKS["same_volunteer_offered"]
        Conversation.objects.filter(pk=conversation.pk).update(offered_to=same.user_id, offered_until=until)


def ask_women_first(conversation: Conversation, request: HelpRequest) -> None:
    """The wish for a woman: only women are asked for CLOCKS["women_first"], each time the question begins to wait.

    When no woman fits at all it is everybody's at once. The asker is told either way. Call with the chat locked, before
    the promise.
    """
    if not request.wants_woman:
        return
    now = timezone.now()
    women = fit.fitting_volunteers(request).filter(is_woman=True)
    until = now + settings.CLOCKS["women_first"] if women.exists() else None
    Conversation.objects.filter(pk=conversation.pk).update(women_until=until)
    lines.add(conversation, "women_first" if until else "no_woman", occasion=now.isoformat(), at=until or now)


def open_to_all(request: HelpRequest) -> None:
    """No woman took it in time: it is everybody's, and the asker is told. The clock has locked it. Safe to repeat."""
    conversation, now = request.conversation, timezone.now()
    waited = Conversation.objects.filter(pk=conversation.pk, women_until__lte=now)
    if waited.update(women_until=None, version=F("version") + 1):
        lines.add(conversation, "no_woman", occasion=now.isoformat(), at=now)
        audit.record("request.opened_to_all", actor=None, about=("request", request.public_id))
        nudge(f"request:{request.public_id}")
        nudge("desk")
