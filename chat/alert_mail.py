"""The mail "somebody waits", for volunteers who chose "Skicka notis" and have no device for notices."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import fit
from chat.models import Alert
from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from seekers.models import HelpRequest
from volunteers.models import Volunteer


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind("somebody_waits", render=_somebody_waits, still_wanted=_still_waits)


def somebody_waits(alert: Alert) -> None:
    """A volunteer is told by e-mail that a question waits: its topic, never its text."""
    outbox.queue(
        "somebody_waits",
        to=alert.volunteer.user,
        dedupe_key=f"alert:{alert.pk}",
        request=alert.conversation.request.public_id,
    )


def still_waits_for(volunteer: Volunteer, public_id: str) -> HelpRequest | None:
    """The question, while it waits and this volunteer may take it."""
    return fit.questions_for(volunteer, timezone.now()).filter(public_id=public_id).first()


def _question(mail: OutboxMail) -> HelpRequest | None:
    volunteer = Volunteer.objects.approved().filter(user=mail.to_user).first()
    return volunteer and still_waits_for(volunteer, mail.data["request"])


def _still_waits(mail: OutboxMail) -> bool:
    return _question(mail) is not None


def _somebody_waits(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("Somebody waits for help"),
        lines=[
            _("Somebody waits for help with this: %(topic)s.") % {"topic": _question(mail).get_topic_display()},
            _("Do you have time? Thank you. Otherwise you do not have to do anything."),
            _("You choose yourself when you get notices."),
        ],
        button=(_("See the question"), outbox.absolute(reverse("chat:desk_show"))),
    )
