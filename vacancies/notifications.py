"""The mails about employers and ads. Words only; when and to whom is decided in employers.py and publishing.py."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.moments import say_date, say_moment
from motesplats.outbox import Letter
from vacancies import staff_mail
from vacancies.models import Employer, Invitation, Vacancy


def register() -> None:
    """Tell the outbox which mails this app has. Called by VacanciesConfig.ready()."""
    outbox.kind("employer_applied", render=_applied, still_wanted=_employer_there, is_necessary=True)
    outbox.kind(
        staff_mail.KIND,
        render=_waiting,
        still_wanted=_something_waits,
        is_necessary=True,
    )
    outbox.kind("employer_parted", render=_parted, still_wanted=_is_no_member, is_necessary=True)
    outbox.kind("employer_invitation", render=_invitation, still_wanted=_invitation_there, is_necessary=True)
    for name, render in _OF_EMPLOYERS.items():
        outbox.kind(name, render=render, still_wanted=_employer_is_so, is_necessary=True)
    for name, render in _OF_ADS.items():
        outbox.kind(name, render=render, still_wanted=_ad_is_so, is_necessary=True)
    outbox.kind("vacancy_hidden", render=_hidden, still_wanted=_ad_is_hidden, is_necessary=True)


def _something_waits(mail: OutboxMail) -> bool:
    return any(staff_mail.waiting().values())


def _employer_there(mail: OutboxMail) -> bool:
    return Employer.objects.filter(pk=mail.data["employer"]).exists()


def _employer_is_so(mail: OutboxMail) -> bool:
    return Employer.objects.filter(pk=mail.data["employer"], state=mail.data["state"]).exists()


def _is_no_member(mail: OutboxMail) -> bool:
    return _employer_there(mail) and not Employer.objects.of_member(mail.to_user).filter(pk=mail.data["employer"])


def _invitation_there(mail: OutboxMail) -> bool:
    return Invitation.objects.filter(pk=mail.data["invitation"]).exists()


def _ad_is_so(mail: OutboxMail) -> bool:
    return Vacancy.objects.filter(pk=mail.data["vacancy"], state=mail.data["state"]).exists()


def _ad_is_hidden(mail: OutboxMail) -> bool:
    return _ad_is_so(mail) and _ad(mail).hidden_at is not None


def _own_pages(label: str) -> tuple[str, str]:
    return label, outbox.absolute(reverse("vacancies:employer_home"))


def _by(moment: datetime | None) -> str:
    return say_moment(moment) if moment else ""


# --- employers --------------------------------------------------------------------------------------------------------


def _applied(mail: OutboxMail) -> Letter:
    employer = Employer.objects.get(pk=mail.data["employer"])
    lines = [
        _("Thank you. IM calls %(name)s no later than %(moment)s.")
        % {"name": employer.name, "moment": _by(employer.call_by)},
        _("You can write your first ad while you wait."),
    ]
    return Letter(subject=_("IM will call you"), lines=lines, button=_own_pages(_("Write an ad")))


def _waiting(mail: OutboxMail) -> Letter:
    waits = staff_mail.waiting()
    found = {
        "employers": ngettext("%(n)d employer to call.", "%(n)d employers to call.", waits["employers"]),
        "ads": ngettext("%(n)d ad to read.", "%(n)d ads to read.", waits["ads"]),
        "visits": ngettext("%(n)d invitation to a visit.", "%(n)d invitations to visits.", waits["visits"]),
    }
    lines = [_("This waits for IM:"), *(words % {"n": waits[name]} for name, words in found.items() if waits[name])]
    button = (_("See what waits"), outbox.absolute(reverse("admin:index")))
    return Letter(subject=_("Employers wait for IM"), lines=lines, button=button)


def _approved(mail: OutboxMail) -> Letter:
    lines = [_("Welcome! You can send ads to IM now."), _("IM reads each ad before people see it.")]
    return Letter(subject=_("You are approved as an employer"), lines=lines, button=_own_pages(_("See your ads")))


def _refused(mail: OutboxMail) -> Letter:
    lines = [_("We cannot take you as an employer now."), _("Do you wonder why? Answer this email.")]
    return Letter(subject=_("About your application"), lines=lines)


def _paused(mail: OutboxMail) -> Letter:
    lines = [_("IM has paused you as an employer. Your ads are not shown now."), _("Answer this email to talk to IM.")]
    return Letter(subject=_("Your ads are paused"), lines=lines)


def _parted(mail: OutboxMail) -> Letter:
    employer = Employer.objects.get(pk=mail.data["employer"])
    lines = [
        _("A colleague has taken you away from those who write the ads of %(name)s.") % {"name": employer.name},
        _("Is that wrong? Answer this email to talk to IM."),
    ]
    return Letter(subject=_("You do not write ads any more"), lines=lines)


def _invitation(mail: OutboxMail) -> Letter:
    invitation = Invitation.objects.select_related("employer").get(pk=mail.data["invitation"])
    lines = [
        _("%(name)s wants you to help with its ads at Mötesplats.") % {"name": invitation.employer.name},
        _("Log in with this email address. You need no password."),
    ]
    return Letter(subject=_("You are invited to write ads"), lines=lines, button=_own_pages(_("Go to the ads")))


_OF_EMPLOYERS = {"employer_approved": _approved, "employer_refused": _refused, "employer_paused": _paused}


# --- ads --------------------------------------------------------------------------------------------------------------


def _ad(mail: OutboxMail) -> Vacancy:
    return Vacancy.objects.get(pk=mail.data["vacancy"])


def _submitted(mail: OutboxMail) -> Letter:
    ad = _ad(mail)
    lines = [
        _("We have your ad: %(title)s") % {"title": ad.title},
        _("IM reads it and answers no later than %(moment)s. Then people can see it.") % {"moment": _by(ad.answer_by)},
    ]
    return Letter(subject=_("We have your ad"), lines=lines, button=_own_pages(_("See your ads")))


def _published(mail: OutboxMail) -> Letter:
    ad = _ad(mail)
    url = outbox.absolute(reverse("vacancies:vacancy_show", args=[ad.public_id]))
    lines = [_("Now everybody can see your ad: %(title)s") % {"title": ad.title}]
    return Letter(subject=_("Your ad is shown"), lines=lines, button=(_("See the ad"), url))


def _sent_back(mail: OutboxMail) -> Letter:
    ad = _ad(mail)
    lines = [_("IM wants you to change something in your ad: %(title)s") % {"title": ad.title}, ad.note]
    lines = [*(line for line in lines if line), _("Change it and send it again.")]
    return Letter(subject=_("Change your ad"), lines=lines, button=_own_pages(_("Change the ad")))


def _ended(mail: OutboxMail) -> Letter:
    ad = _ad(mail)
    lines = [
        _("Your ad is not shown any more: %(title)s") % {"title": ad.title},
        _("How did it go? One press is enough. It helps IM to help others."),
    ]
    url = outbox.absolute(reverse("vacancies:ad_outcome", args=[ad.public_id]))
    return Letter(subject=_("How did it go?"), lines=lines, button=(_("Tell how it went"), url))


def _hidden(mail: OutboxMail) -> Letter:
    """Never why: what was said, and that somebody said it, would point at a person."""
    ad = _ad(mail)
    lines = [
        _("People do not see your ad now: %(title)s") % {"title": ad.title},
        _("IM looks at it no later than %(moment)s. You do not need to do anything.") % {"moment": _by(ad.answer_by)},
        _("If the ad is fine, IM shows it again, and you get an email."),
        _("Do you want to tell IM something? Answer this email. You can also end the ad on your page."),
    ]
    return Letter(subject=_("Your ad is not shown now"), lines=lines, button=_own_pages(_("See your ads")))


def _reminder(mail: OutboxMail) -> Letter:
    ad = _ad(mail)
    day = {"title": ad.title, "day": say_date(ad.last_day)}
    lines = [
        _("Your ad is shown until %(day)s: %(title)s") % day,
        _("Do you want it longer? Make a copy with a new last day when it has ended."),
    ]
    return Letter(subject=_("Your ad ends soon"), lines=lines, button=_own_pages(_("See your ads")))


_OF_ADS = {
    "vacancy_submitted": _submitted,
    "vacancy_published": _published,
    "vacancy_sent_back": _sent_back,
    "vacancy_ended": _ended,
    "vacancy_reminder": _reminder,
}
