"""What waits for staff. Each app says it in its own `desk.py`: `rows()`, `links()` to pages of its
own, and `first_steps(user)` for the first time.

The admin's start page only loops over them. Floor 0 speaks for itself here: mails given up, reports, a silent worker.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motesplats import health, overdue
from motesplats.models import Office, OutboxMail, Report, User
from motesplats.moments import say_moment

FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One thing that waits: what it is, a detail such as since when, and where the action is.

    `at`: when it was promised, begins or has waited since; None: now.
    """

    label: str
    url: str
    action: str
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Link:
    """A page of an app that is no list: it has its place on the start page whether something waits or not."""

    label: str
    url: str


@dataclass(frozen=True)
class Step:
    """One thing to do the first time. `order` places it among the other apps' steps."""

    order: int
    label: str
    url: str
    is_done: bool


def all_rows() -> list[Row]:
    """Everything that waits for staff, what is most overdue first; the same thing to do only once."""
    now = timezone.now()
    rows: dict[str, Row] = {}
    for row in (row for desk in _desks("rows") for row in desk.rows()):
        rows.setdefault(row.url, row)
    return sorted(rows.values(), key=lambda row: row.at or now)


def all_links() -> list[Link]:
    """The apps' own pages for staff."""
    return [link for desk in _desks("links") for link in desk.links()]


def all_first_steps(user: User) -> list[Step]:
    """The first-time steps in order; empty when all are done."""
    steps = [step for desk in _desks("first_steps") for step in desk.first_steps(user)]
    return sorted(steps, key=lambda step: step.order) if not all(step.is_done for step in steps) else []


def _desks(speaks: str) -> Iterator:
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "desk"):
            desk = import_module(f"{config.name}.desk")
            if hasattr(desk, speaks):
                yield desk


def rows() -> list[Row]:
    """Reports not handled, mails given up, background work that has stopped, what should have been removed."""
    return [*_reports(), *_dead_mails(), *_silence(), *_overdue()]


def first_steps(user: User) -> list[Step]:
    """Office hours and a deputy."""
    office = Office.objects.default()
    is_done = Office.objects.filter(is_open=True, hours__isnull=False, deputy__isnull=False).exists()
    url = reverse("admin:motesplats_office_change", args=[office.pk]) if office else _list("office", "add")
    return [Step(1, _("Say when your office answers, and who is the deputy"), url, is_done)]


def _list(model: str, page: str = "changelist") -> str:
    return reverse(f"admin:motesplats_{model}_{page}")


def _reports() -> list[Row]:
    waiting = Report.objects.filter(handled_at=None).order_by("answer_by", "pk")[:20]
    return [
        Row(
            label=_told(report),
            detail=_("Promised: %(moment)s") % {"moment": say_moment(report.answer_by)} if report.answer_by else "",
            url=reverse("admin:motesplats_report_change", args=[report.pk]),
            action=_("Read the report"),
            at=report.answer_by or report.created_at,
        )
        for report in waiting
    ]


def _told(report: Report) -> str:
    if report.about_kind == "vacancy":
        return _("Somebody says that something is wrong with an ad: %(title)s") % {"title": report.title}
    if report.reporter_id is None and report.title and report.about_kind != "request":
        return report.title  # nobody told: the house itself has noticed
    if report.about_kind != "request":
        return _("Somebody says that something is wrong")
    return _("Somebody says that something is wrong in a chat: %(topic)s") % {"topic": report.title}


def _dead_mails() -> list[Row]:
    number = OutboxMail.objects.filter(state=OutboxMail.State.DEAD).count()
    label = ngettext("%(n)d mail could not be sent", "%(n)d mails could not be sent", number) % {"n": number}
    url = f"{_list('outboxmail')}?state__exact={OutboxMail.State.DEAD}"
    return [Row(label=label, url=url, action=_("See the mails"))] if number else []


def _silence() -> list[Row]:
    """What `/halsa/redo/` would say about the work in the background."""
    if not (health.worker_lives() and health.beat_lives()):
        label = _("The background work has stopped. No mail leaves. Call whoever runs the server.")
    elif not health.outbox_flows():
        label = _("Mails wait longer than they should")
    else:
        return []
    return [Row(label=label, url=_list("outboxmail"), action=_("See the mails"), at=FIRST)]


def _overdue() -> list[Row]:
    number = sum(overdue.found().values())
    label = ngettext(
        "%(n)d text or file should have been taken away. Call whoever runs the server.",
        "%(n)d texts or files should have been taken away. Call whoever runs the server.",
        number,
    ) % {"n": number}  # fmt: skip
    return [Row(label=label, url=_list("auditentry"), action=_("See what was done"))] if number else []
