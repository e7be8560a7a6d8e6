"""A waiting question may be one volunteer's to take first, for a while: now the one of last time, if wished."""

from django.conf import settings
from django.utils import timezone

from chat import fit
from chat.models import Conversation
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
