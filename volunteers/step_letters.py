"""The mails about the steps on the way to being a volunteer. When and to whom is decided in steps.py."""

from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from volunteers import steps
from volunteers.models import StaffStep, Volunteer

Kind = StaffStep.Kind


def register() -> None:
    """Tell the outbox which mails these are. Called by notifications.register()."""
    outbox.kind("volunteer_step", render=_step, still_wanted=_is_noted, is_necessary=True)
    outbox.kind("volunteer_extract", render=_extract_asked, still_wanted=_is_there, is_necessary=True)


def _is_there(mail: OutboxMail) -> bool:
    """The person still is, or wants to be, a volunteer."""
    return Volunteer.objects.exclude(state=Volunteer.State.ENDED).filter(pk=mail.data["volunteer"]).exists()


def _is_noted(mail: OutboxMail) -> bool:
    """Nobody has taken the step back meanwhile."""
    noted = StaffStep.objects.filter(volunteer=mail.data["volunteer"], kind=mail.data["step"])
    return noted.exists() and _is_there(mail)


def _step(mail: OutboxMail) -> Letter:
    subject, line = _WORDS[mail.data["step"]]()
    return Letter(subject=subject, lines=[line, *_next(mail)], button=_button())


def _extract_asked(mail: OutboxMail) -> Letter:
    lines = [
        _("IM needs to see an extract from the police register. Order it from the police and show it to us."),
        _("We keep no copy. We write down only the day and who saw it."),
    ]
    return Letter(subject=_("Show us an extract"), lines=lines, button=_button())


def _next(mail: OutboxMail) -> list[str]:
    volunteer = Volunteer.objects.get(pk=mail.data["volunteer"])
    if volunteer.state != Volunteer.State.APPLIED:
        return []
    left = steps.missing(volunteer)
    if not left:
        return [_("Nothing is left for you to do. You get an email when you are approved.")]
    return [_("This is left: %(steps)s.") % {"steps": steps.names(left)}]


def _button() -> tuple[str, str]:
    return _("See what is left"), outbox.absolute(reverse("volunteers:volunteer_show"))


_WORDS = {
    Kind.TALK: lambda: (_("Thank you for the talk"), _("Thank you for talking with us.")),
    Kind.REFERENCES: lambda: (_("We have your references"), _("IM has talked with your references.")),
    Kind.EXTRACT: lambda: (
        _("We have seen your extract"), _("IM has seen your extract. We keep no copy, only the day and who saw it.")
    ),
}  # fmt: skip
