"""Something is wrong: a report to staff, the time when they read it, an audit entry and a mail to the office."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from motesplats import audit, offices
from motesplats.models import Office, Report, User


def report(
    text: str,
    *,
    reporter: User | None,
    answer_by: datetime,
    about: tuple[str, str] = ("", ""),
    title: str = "",
    office: Office | None = None,
) -> Report:
    """Keep the report and tell the office. `about`: ("page", its name), (kind of thing, its public id) or nothing."""
    kind, about_id = about
    with transaction.atomic():
        made = Report.objects.create(
            reporter=reporter, about_kind=kind, about_id=about_id, title=title, text=text, answer_by=answer_by
        )
        audit.record("report.made", actor=reporter, about=("report", made.public_id), page=about_id)
        tell_staff(made, office)
    return made


def tell_staff(made: Report, office: Office | None = None) -> None:
    """Queue the mail to the office and its deputy, each once. Call in the transaction that makes the report."""
    offices.tell(office, "report", key=f"report:{made.public_id}", report=made.pk)


def note_reading(made: Report, *, by: User) -> None:
    """Staff see what was written: it stands in the log. Reading is what a report is for, so nobody asks why."""
    audit.record("report.read", actor=by, about=("report", made.public_id))


def handle(made: Report, *, by: User) -> bool:
    """Staff have dealt with it. -> False when somebody had already."""
    with transaction.atomic():
        if not Report.objects.filter(pk=made.pk, handled_at=None).update(handled_at=timezone.now(), handled_by=by):
            return False
        audit.record("report.handled", actor=by, about=("report", made.public_id))
    return True
