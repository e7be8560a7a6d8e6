"""How long the ground floor keeps what it holds of people. Run by beat, safe to run twice."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from motesplats.models import OutboxMail, Report
from motesplats.overdue import LATE

MAILS_KEPT = timedelta(days=30)
REPORTS_KEPT = timedelta(days=730)
_WAITING = (OutboxMail.State.PENDING, OutboxMail.State.SENDING)


def old_mails(at: datetime) -> QuerySet[OutboxMail]:
    """Mails that have left, or never will, and still say to whom or about what.

    The row and its key stay, so that no mail is sent again; so does the account it went to.
    """
    over = OutboxMail.objects.filter(created_at__lt=at - MAILS_KEPT).exclude(state__in=_WAITING)
    return over.filter(Q(to_email__gt="") | Q(last_error__gt="") | ~Q(data={}))


def old_reports(at: datetime) -> QuerySet[Report]:
    return Report.objects.filter(handled_at__lt=at - REPORTS_KEPT).filter(Q(text__gt="") | Q(reporter__isnull=False))


def remove_old() -> int:
    """Empty both. -> how many rows."""
    now = timezone.now()
    mails = old_mails(now).update(to_email="", data={}, last_error="")
    return mails + old_reports(now).update(text="", reporter=None)


def overdue() -> dict[str, int]:
    """What is still there a day after its time: table -> how many. Empty when all is well."""
    late = timezone.now() - LATE
    found = {"motesplats.OutboxMail": old_mails(late).count(), "motesplats.Report": old_reports(late).count()}
    return {table: number for table, number in found.items() if number}
