"""Who has seen what: a row for each time somebody but its owner read, heard or fetched a version (an access log).

A GET may write it. Whoever opens very many documents in a short time becomes a report for staff.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from motesplats import audit, reports
from motesplats.models import Report, User
from seekers.models import Document, DocumentVersion, Viewing

ONE_ROW = timedelta(minutes=10)  # the pages and pictures of one sitting are one row
MANY, MANY_WITHIN = 20, timedelta(hours=8)  # more different documents than a shift of helping explains
ABOUT = "viewings"  # Report.about_kind


def note(version: DocumentVersion, *, viewer: User, side: str, what: str) -> None:
    """Write down that `viewer` saw `version`. The owner's own looking is nobody's business: no row.

    side: of chat.models.Side, as text. what: of Viewing.What. At most one row for viewer, version and what in 10
    minutes. Needs version.document.
    """
    if viewer.pk == version.document.owner_id:
        return
    now = timezone.now()
    seen = Viewing.objects.filter(version=version, viewer=viewer, what=what, at__gt=now - ONE_ROW)
    if seen.exists():
        return
    Viewing.objects.create(version=version, viewer=viewer, side=side, what=what, at=now)
    if not viewer.is_staff:
        _tell_staff_when_many(viewer)


def of_owner(owner: User, documents: QuerySet[Document]) -> QuerySet[Viewing]:
    """Who has seen these documents of `owner`, newest first, with viewer, version and document."""
    return (
        Viewing.objects.filter(version__document__owner=owner, version__document__in=documents)
        .select_related("viewer", "version__document")
        .order_by("-at", "-pk")
    )


def _tell_staff_when_many(viewer: User) -> None:
    since = timezone.now() - MANY_WITHIN
    lately = Viewing.objects.filter(viewer=viewer, at__gt=since)
    number = lately.values("version__document").distinct().count()
    if number <= MANY:
        return
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=viewer.pk)  # two pages at once tell once
        if Report.objects.filter(about_kind=ABOUT, about_id=str(viewer.pk), created_at__gt=since).exists():
            return
        with override("sv"):  # the language of the office
            words = {"name": viewer, "number": number}
            said = _("%(name)s has opened %(number)d different documents within 8 hours.") % words
        made = Report.objects.create(about_kind=ABOUT, about_id=str(viewer.pk), title=said[:120], text=said)
        audit.record("viewings.many", actor=None, about=("user", viewer.pk), documents=number)
        reports.tell_staff(made)
