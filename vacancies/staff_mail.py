"""One mail an hour to an office about all that employers have sent, however much it is (threat T9)."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from motesplats import offices
from motesplats.models import Office, OutboxMail
from vacancies.models import Employer, Vacancy, VisitInvite

KIND = "employers_wait"


def tell(office: Office | None) -> None:
    """Let this office know that something waits, unless it has had the mail of this hour. In the same transaction."""
    number = office.pk if office else 0
    hour = timezone.now().strftime("%Y%m%d%H")
    offices.tell(office, KIND, key=f"{KIND}:{number}:{hour}", number=number)


def waiting() -> dict[str, int]:
    """What waits for IM: "employers" to call, "ads" to read, "visits" to call about."""
    return {
        "employers": Employer.objects.filter(state=Employer.State.APPLIED).count(),
        "ads": Vacancy.objects.filter(state=Vacancy.State.REVIEW).count(),
        "visits": VisitInvite.objects.filter(handled_at=None).count(),
    }


def tell_missed() -> int:
    """Tell each office of what came after the mail of its hour. Safe to repeat. -> how many offices."""
    told = 0
    for number, newest in _newest().items():
        mails = OutboxMail.objects.filter(kind=KIND, data__number=number)
        last = mails.aggregate(at=Max("created_at"))["at"]
        if last is None or last < newest:
            tell(Office.objects.select_related("deputy").filter(pk=number).first())
            told += 1
    return told


def _newest() -> dict[int, datetime]:
    """Number of the office (0: none) -> when the newest came of what waits there."""
    queues = (
        (Employer.objects.filter(state=Employer.State.APPLIED), "office", "applied_at"),
        (Vacancy.objects.filter(state=Vacancy.State.REVIEW), "employer__office", "submitted_at"),
        (VisitInvite.objects.filter(handled_at=None), "employer__office", "at"),
    )
    found: dict[int, datetime] = {}
    for rows, office, at in queues:
        for number, newest in rows.order_by().values_list(office).annotate(newest=Max(at)):
            found[number or 0] = max(newest, found.get(number or 0, newest))
    return found
