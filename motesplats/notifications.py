"""The mails that the house itself sends."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.letters import Letter
from motesplats.models import OutboxMail, Report
from motesplats.moments import say_moment


def register() -> None:
    """Tell the outbox which kinds of mail live here. Called once, when the app is ready."""
    outbox.kind(outbox.TEST, render=_render_test, is_necessary=True)
    outbox.kind("report", render=_render_report, still_wanted=_is_unhandled, is_necessary=True)


def _render_test(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("Test mail"),
        lines=[_("This is a test."), _("If you can read this, mail from us reaches you.")],
        button=(_("Open the page"), settings.PUBLIC_URL),
    )


def _render_report(mail: OutboxMail) -> Letter:
    report = Report.objects.get(pk=mail.data["report"])
    return Letter(
        subject=_("Somebody says that something is wrong"),
        lines=[
            _("Somebody has written that something is wrong."),
            _("We have promised to read it %(moment)s at the latest.") % {"moment": say_moment(report.answer_by)},
        ],
        button=(_("Read the report"), outbox.absolute(reverse("admin:motesplats_report_changelist"))),
    )


def _is_unhandled(mail: OutboxMail) -> bool:
    return Report.objects.filter(pk=mail.data["report"], handled_at=None).exists()
