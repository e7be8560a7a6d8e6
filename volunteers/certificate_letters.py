"""The mails about certificates: to IM when a reference is wanted, to the volunteer when IM said yes or took one back.

No name: that stands behind the login.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from volunteers.models import Reference


def register() -> None:
    """Tell the outbox about the mails. Called by VolunteersConfig.ready()."""
    outbox.kind("reference_asked_staff", render=_asked, still_wanted=_still_waits, is_necessary=True)
    outbox.kind("reference_agreed", render=_agreed, still_wanted=_is_agreed)
    outbox.kind("certificate_revoked", render=_revoked, is_necessary=True)


def _still_waits(mail: OutboxMail) -> bool:
    return Reference.objects.filter(pk=mail.data["reference"], staff=None).exists()


def _asked(mail: OutboxMail) -> Letter:
    lines = [
        _("A volunteer wants a reference at IM on the certificate."),
        _("Do you know how they have helped? Then you can say yes with your name."),
    ]
    url = outbox.absolute(reverse("admin:volunteers_reference_change", args=[mail.data["reference"]]))
    return Letter(subject=_("A volunteer asks for a reference"), lines=lines, button=(_("See who"), url))


def _is_agreed(mail: OutboxMail) -> bool:
    return Reference.objects.filter(pk=mail.data["reference"], staff__isnull=False).exists()


def _agreed(mail: OutboxMail) -> Letter:
    lines = [
        _("Somebody at IM wants to be your reference."),
        _("Make a new certificate. Then the name stands on it."),
    ]
    return Letter(subject=_("You have a reference at IM"), lines=lines, button=_certificate_button())


def _revoked(mail: OutboxMail) -> Letter:
    lines = [
        _("IM has taken back one of your certificates. The code on it shows that it no longer holds."),
        _("You can make a new certificate."),
    ]
    return Letter(subject=_("A certificate no longer holds"), lines=lines, button=_certificate_button())


def _certificate_button() -> tuple[str, str]:
    return _("See your certificates"), outbox.absolute(reverse("volunteers:volunteer_show"))
