"""The mail to IM when a volunteer asks for a reference. No name: that stands behind the login."""

from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from volunteers.models import Reference


def register() -> None:
    """Tell the outbox about the mail. Called by VolunteersConfig.ready()."""
    outbox.kind("reference_asked_staff", render=_asked, still_wanted=_still_waits, is_necessary=True)


def _still_waits(mail: OutboxMail) -> bool:
    return Reference.objects.filter(pk=mail.data["reference"], staff=None).exists()


def _asked(mail: OutboxMail) -> Letter:
    lines = [
        _("A volunteer wants a reference at IM on the certificate."),
        _("Do you know how they have helped? Then you can say yes with your name."),
    ]
    url = outbox.absolute(reverse("admin:volunteers_reference_change", args=[mail.data["reference"]]))
    return Letter(subject=_("A volunteer asks for a reference"), lines=lines, button=(_("See who"), url))
