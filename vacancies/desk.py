"""What employers need staff for: a call, an ad to read, one that is hidden, a visit, a look again after half a year."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motesplats.desk import Row
from motesplats.models import Report
from motesplats.moments import say_moment
from vacancies.models import Employer, Vacancy, VisitInvite

SHOWN = 20


def rows() -> list[Row]:
    """Each employer to call, ad to read and visit to arrange, with the time promised; each ad that is hidden; each
    employer whose half year is over.
    """
    return [*_calls(), *_ads(), *_hidden(), *_visits(), *_again()]


def _promised(moment) -> str:
    return _("Promised: %(moment)s") % {"moment": say_moment(moment)} if moment else ""


def _calls() -> list[Row]:
    waiting = Employer.objects.filter(state=Employer.State.APPLIED).order_by("call_by", "pk")[:SHOWN]
    return [
        Row(
            label=_("Call an employer: %(name)s") % {"name": employer.name},
            detail=_promised(employer.call_by),
            url=reverse("admin:vacancies_employer_change", args=[employer.pk]),
            action=_("See the employer"),
            at=employer.call_by,
        )
        for employer in waiting
    ]


def _ads() -> list[Row]:
    waiting = Vacancy.objects.filter(state=Vacancy.State.REVIEW).order_by("answer_by", "pk")[:SHOWN]
    return [
        Row(
            label=_("Read an ad: %(title)s") % {"title": ad.title},
            detail=_promised(ad.answer_by),
            url=reverse("admin:vacancies_vacancy_change", args=[ad.pk]),
            action=_("Read the ad"),
            at=ad.answer_by,
        )
        for ad in waiting
    ]


def _hidden() -> list[Row]:
    """Hidden, and its report is handled: whoever handled it may have forgotten the ad."""
    told = Report.objects.filter(about_kind="vacancy", handled_at=None).values("about_id")  # these have their own row
    hidden = Vacancy.objects.filter(state=Vacancy.State.PUBLISHED, hidden_at__isnull=False)
    return [
        Row(
            label=_("A hidden ad. Show it again or end it: %(title)s") % {"title": ad.title},
            detail=_promised(ad.answer_by),
            url=reverse("admin:vacancies_vacancy_change", args=[ad.pk]),
            action=_("See the ad"),
            at=ad.hidden_at,
        )
        for ad in hidden.exclude(public_id__in=told).order_by("hidden_at", "pk")[:SHOWN]
    ]


def _visits() -> list[Row]:
    waiting = VisitInvite.objects.filter(handled_at=None).select_related("employer").order_by("at")[:SHOWN]
    return [
        Row(
            label=_("An employer invites people to a visit: %(name)s") % {"name": row.employer.name},
            url=reverse("admin:vacancies_visitinvite_change", args=[row.pk]),
            action=_("Read and call"),
            at=row.at,
        )
        for row in waiting
    ]


def _again() -> list[Row]:
    due = Employer.objects.approved().filter(check_again_on__lte=timezone.localdate()).order_by("check_again_on")
    return [
        Row(
            label=_("Half a year has gone by: look at the employer again: %(name)s") % {"name": employer.name},
            url=reverse("admin:vacancies_employer_change", args=[employer.pk]),
            action=_("See the employer"),
        )
        for employer in due[:SHOWN]
    ]
