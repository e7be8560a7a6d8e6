"""The mails about being a volunteer. Words only; when and to whom is decided in approval.py and roster.py."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.moments import say_span
from motesplats.outbox import Letter
from volunteers import shift_letters, step_letters
from volunteers.models import Volunteer


def register() -> None:
    """Tell the outbox which mails this app has. Called by VolunteersConfig.ready()."""
    for name, render in _LETTERS.items():
        outbox.kind(name, render=render, still_wanted=_is_still_so, is_necessary=True)
    outbox.kind("shift_called_off", render=_called_off, is_necessary=True)
    shift_letters.register()
    step_letters.register()


def _is_still_so(mail: OutboxMail) -> bool:
    """The volunteer is still in the state the mail speaks of."""
    return Volunteer.objects.filter(pk=mail.data["volunteer"], state=mail.data["state"]).exists()


def _shifts_button(label: str) -> tuple[str, str]:
    return label, outbox.absolute(reverse("volunteers:shift_list"))


def _applied(mail: OutboxMail) -> Letter:
    lines = [
        _("Thank you for wanting to help."),
        _("IM reads your application. You get a new email when you are approved."),
    ]
    url = outbox.absolute(reverse("volunteers:volunteer_show"))
    return Letter(subject=_("We have your application"), lines=lines, button=(_("See what is left"), url))


def _applied_staff(mail: OutboxMail) -> Letter:
    url = outbox.absolute(reverse("admin:volunteers_volunteer_change", args=[mail.data["volunteer"]]))
    lines = [_("Somebody wants to become a volunteer and waits for an answer.")]
    return Letter(subject=_("A new volunteer to approve"), lines=lines, button=(_("Read the application"), url))


def _approved(mail: OutboxMail) -> Letter:
    lines = [
        _("Welcome! You are now a volunteer at Mötesplats."),
        _("Begin with a practice chat. It takes about 3 minutes, and nobody is waiting."),
        _("Then you choose when you have time."),
    ]
    url = outbox.absolute(reverse("volunteers:rehearsal_show"))
    return Letter(subject=_("You are approved"), lines=lines, button=(_("Practise a chat"), url))


def _resumed(mail: OutboxMail) -> Letter:
    lines = [_("Your pause is over. Welcome back!"), _("When do you have time? Choose a shift.")]
    return Letter(subject=_("Welcome back"), lines=lines, button=_shifts_button(_("See the shifts")))


def _paused(mail: OutboxMail) -> Letter:
    lines = [
        _("IM has paused you as a volunteer. You get no questions now, and your booked shifts are free for others."),
        _("Do you wonder why? Answer this email."),
    ]
    return Letter(subject=_("You are paused"), lines=lines)


def _ended(mail: OutboxMail) -> Letter:
    lines = [
        _("You are no longer a volunteer at Mötesplats. Your booked shifts are free for others."),
        _("Thank you for your help. Do you wonder about something? Answer this email."),
    ]
    return Letter(subject=_("Thank you for your time as a volunteer"), lines=lines)


def _declined(mail: OutboxMail) -> Letter:
    lines = [
        _("Thank you for wanting to help. We cannot take you as a volunteer now."),
        _("Do you wonder why? Answer this email."),
    ]
    return Letter(subject=_("About your application"), lines=lines)


def _called_off(mail: OutboxMail) -> Letter:
    start, end = (datetime.fromisoformat(mail.data[name]) for name in ("starts_at", "ends_at"))
    lines = [
        _("IM has called off this shift: %(span)s") % {"span": say_span(start, end)},
        _("You do not have to do anything."),
    ]
    return Letter(subject=_("Your shift is called off"), lines=lines, button=_shifts_button(_("See the shifts")))


_LETTERS = {
    "volunteer_applied": _applied,
    "volunteer_applied_staff": _applied_staff,
    "volunteer_approved": _approved,
    "volunteer_resumed": _resumed,
    "volunteer_paused": _paused,
    "volunteer_ended": _ended,
    "volunteer_declined": _declined,
}
