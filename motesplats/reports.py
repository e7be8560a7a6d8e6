"""Something is wrong: a report to staff, the time when they read it, an audit entry and a mail to the office."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from motesplats import audit, outbox
from motesplats.models import Office, Report, User


def report(text: str, *, reporter: User | None, answer_by: datetime, page: str = "") -> Report:
    """Keep the report and tell the office. `page` is the name of the page it came from ("" when unknown)."""
    with transaction.atomic():
        made = Report.objects.create(
            reporter=reporter,
            about_kind="page" if page else "",
            about_id=page,
            text=text,
            answer_by=answer_by,
        )
        audit.record("report.made", actor=reporter, about=("report", made.public_id), page=page)
        tell_staff(made)
    return made


def tell_staff(made: Report, office: Office | None = None) -> None:
    """Queue the mail to the office and its deputy, each once. Call in the transaction that makes the report."""
    office = office or Office.objects.select_related("deputy").default()
    if office is None:
        return
    people = {"office": {"to_email": office.email}, "deputy": {"to": office.deputy}}
    for who, address in people.items():
        outbox.queue("report", **address, language="sv", dedupe_key=f"report:{made.public_id}:{who}", report=made.pk)


def handle(made: Report, *, by: User) -> bool:
    """Staff have dealt with it. -> False when somebody had already."""
    with transaction.atomic():
        if not Report.objects.filter(pk=made.pk, handled_at=None).update(handled_at=timezone.now(), handled_by=by):
            return False
        audit.record("report.handled", actor=by, about=("report", made.public_id))
    return True
