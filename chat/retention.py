"""How long the words of a chat are kept, as queries over timestamps (design §4). Run by beat, safe to run twice."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from chat import notes, rounds
from chat.models import CaseNote, Message
from seekers.models import HelpRequest

State = HelpRequest.State


def remove_old_text() -> int:
    """90 days after the end the words go; rows, numbers and times stay."""
    limit = timezone.now() - settings.CLOCKS["text_removed"]
    old = HelpRequest.objects.filter(ended_at__lt=limit).exclude(state=State.ON_HOLD)
    with_note = CaseNote.objects.filter(conversation__request=OuterRef("pk")).exclude(text="")
    said = Q(conversation__messages__body__gt="") | Q(need__gt="") | Q(ad__gt="")
    with_text = old.filter(said | Exists(with_note)).distinct()
    return rounds.each(with_text, _remove_text)


def _remove_text(request: HelpRequest) -> None:
    Message.objects.filter(conversation=request.conversation).update(body="")
    HelpRequest.objects.filter(pk=request.pk).update(need="", ad="")
    notes.remove_text(request)
