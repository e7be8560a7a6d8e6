"""How long the words of a chat are kept, as queries over timestamps (design §4). Run by beat, safe to run twice.

Messages, notes and what was asked: 90 days after the question has ended; the rows stay as counts. While IM looks at a
chat (on hold) nothing of it is removed. Whom the house told of a question: two years. Pauses: half a year.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat import colleagues, fadder_notes, notes, rounds
from chat.models import Alert, CaseNote, FadderNote, Message, MissedPause
from motesplats.overdue import LATE
from seekers.models import HelpRequest

State = HelpRequest.State
ALERTS_KEPT = timedelta(days=730)
PAUSES_KEPT = timedelta(days=183)


def with_old_text(at: datetime) -> QuerySet[HelpRequest]:
    """Questions whose words' time has come: they, their messages or a note still say something."""
    ended = HelpRequest.objects.filter(ended_at__lt=at - settings.CLOCKS["text_removed"]).exclude(state=State.ON_HOLD)
    said = Message.objects.filter(conversation__request=OuterRef("pk")).exclude(body="")
    noted = CaseNote.objects.filter(conversation__request=OuterRef("pk")).exclude(text="")
    told = FadderNote.objects.filter(reading__conversation__request=OuterRef("pk")).exclude(text="")
    return ended.filter(Q(need__gt="") | Q(ad__gt="") | Exists(said) | Exists(noted) | Exists(told))


def remove_old_text() -> int:
    """90 days after the end the words go; rows, numbers and times stay. -> how many questions."""
    return rounds.each(with_old_text(timezone.now()), _remove_text)


def _remove_text(request: HelpRequest) -> None:
    Message.objects.filter(conversation=request.conversation).update(body="")
    HelpRequest.objects.filter(pk=request.pk).update(need="", ad="")
    notes.remove_text(request)
    fadder_notes.remove_text(request)


def old_alerts(at: datetime) -> QuerySet[Alert]:
    return Alert.objects.filter(at__lt=at - ALERTS_KEPT)


def old_pauses(at: datetime) -> QuerySet[MissedPause]:
    return MissedPause.objects.filter(at__lt=at - PAUSES_KEPT)


def forget_old_alerts() -> int:
    """Whom the house told of a question two years ago, and who was given a pause half a year ago. -> how many rows."""
    now = timezone.now()
    return old_alerts(now).delete()[0] + old_pauses(now).delete()[0]


def overdue() -> dict[str, int]:
    """What is still there a day after its time: table -> how many. Empty when all is well."""
    late = timezone.now() - LATE
    found = {
        "chat.Message": with_old_text(late).count(),  # a question counts once, with its notes
        "chat.ColleaguePost": colleagues.old_posts(late).count(),
        "chat.Alert": old_alerts(late).count(),
        "chat.MissedPause": old_pauses(late).count(),
    }
    return {table: number for table, number in found.items() if number}
