"""The mail to IM when a volunteer wants to talk. No name and no word of what was said: that stands behind the login."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.moments import say_day
from motesplats.outbox import Letter
from volunteers.models import CareCall


def register() -> None:
    """Tell the outbox about the mail. Called by VolunteersConfig.ready()."""
    outbox.kind("care_call_staff", render=_care_call, still_wanted=_still_waits, is_necessary=True)


def _still_waits(mail: OutboxMail) -> bool:
    return CareCall.objects.waiting().filter(pk=mail.data["call"]).exists()


def _care_call(mail: OutboxMail) -> Letter:
    call = CareCall.objects.get(pk=mail.data["call"])
    day: datetime = call.contact_by
    lines = [
        _("A volunteer needs to hear from you after a chat."),
        _("Get in touch by %(day)s at the latest.") % {"day": say_day(day)},
    ]
    url = outbox.absolute(reverse("admin:volunteers_carecall_change", args=[call.pk]))
    return Letter(subject=_("A volunteer needs to hear from you"), lines=lines, button=(_("See who"), url))
