"""The mails that the house itself sends."""

from django.conf import settings
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.letters import Letter
from motesplats.models import OutboxMail


def register() -> None:
    """Tell the outbox which kinds of mail live here. Called once, when the app is ready."""
    outbox.kind(outbox.TEST, render=_render_test)


def _render_test(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("Test mail"),
        lines=[_("This is a test."), _("If you can read this, mail from us reaches you.")],
        button=(_("Open the page"), settings.PUBLIC_URL),
    )
