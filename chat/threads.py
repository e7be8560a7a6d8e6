"""The chat's own row: locked for an act, and raised so that every open page fetches anew."""

from django.db.models import F

from chat.models import Conversation
from motesplats.layers import nudge
from seekers.models import HelpRequest


def locked(request: HelpRequest) -> Conversation:
    """The chat of `request`, locked until COMMIT, its question and owner read anew."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("request__owner")
    return rows.get(request=request)


def locked_by_id(conversation_id: int) -> Conversation:
    """The same for a job that knows only the row's number."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("request__owner")
    return rows.get(pk=conversation_id)


def shown_anew(conversation: Conversation) -> None:
    """What its pages show is another: raise the version, tell the sockets after COMMIT."""
    Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1)
    nudge(f"request:{conversation.request.public_id}")
