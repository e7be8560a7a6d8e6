"""How long it is kept who speaks for an employer, and what was never sent. Safe to run twice."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from motesplats.overdue import LATE
from vacancies.exchange_retention import old_imported
from vacancies.models import Employer, Invitation, SavedSearch, Vacancy, VisitInvite

PEOPLE_KEPT = timedelta(days=183)  # names, numbers and addresses of an ad that has ended, of an employer refused
DRAFTS_KEPT = timedelta(days=365)  # since the last change
INVITATIONS_KEPT = timedelta(days=90)
SEARCHES_KEPT = timedelta(days=183)  # since they were saved or prolonged; the last mail says that it was the last
VISITS_KEPT = timedelta(days=183)
PEOPLE_OF_ADS = ("contact_name", "contact_phone", "apply_email", "apply_phone", "supervisor")
PEOPLE_OF_EMPLOYERS = ("contact_name", "phone")


def ads_with_people(at: datetime) -> QuerySet[Vacancy]:
    """Ads that ended so long ago, and still name somebody."""
    named = Q()
    for name in PEOPLE_OF_ADS:
        named |= Q(**{f"{name}__gt": ""})
    return Vacancy.objects.filter(named, state=Vacancy.State.ENDED, ended_at__lt=at - PEOPLE_KEPT)


def old_drafts(at: datetime) -> QuerySet[Vacancy]:
    """Drafts that nobody has touched for so long; those of an employer refused half a year ago, who can send none."""
    refused = Q(employer__state=Employer.State.REFUSED, employer__ended_at__lt=at - PEOPLE_KEPT)
    return Vacancy.objects.filter(Q(changed_at__lt=at - DRAFTS_KEPT) | refused, state=Vacancy.State.DRAFT)


def employers_with_people(at: datetime) -> QuerySet[Employer]:
    """Employers refused or paused so long ago, and still a person's name stands there."""
    named = Q(contact_name__gt="") | Q(phone__gt="")
    gone = Employer.objects.filter(state__in=[Employer.State.REFUSED, Employer.State.PAUSED])
    return gone.filter(named, ended_at__lt=at - PEOPLE_KEPT)


def old_invitations(at: datetime) -> QuerySet[Invitation]:
    """Invitations that nobody has taken up."""
    return Invitation.objects.filter(invited_at__lt=at - INVITATIONS_KEPT)


def old_searches(at: datetime) -> QuerySet[SavedSearch]:
    """Saved searches whose half year has gone by."""
    return SavedSearch.objects.filter(ends_at__lt=at)


def old_visits(at: datetime) -> QuerySet[VisitInvite]:
    """Invitations to visits that were sent so long ago, handled or not."""
    return VisitInvite.objects.filter(at__lt=at - VISITS_KEPT)


def remove_old() -> int:
    """Empty or remove all of it. -> how many rows."""
    now = timezone.now()
    emptied = ads_with_people(now).update(**dict.fromkeys(PEOPLE_OF_ADS, ""))
    emptied += employers_with_people(now).update(**dict.fromkeys(PEOPLE_OF_EMPLOYERS, ""))
    removed = (old_drafts(now), old_invitations(now), old_searches(now), old_visits(now), old_imported(now))
    return emptied + sum(rows.delete()[0] for rows in removed)


def overdue() -> dict[str, int]:
    """What is still there a day after its time: table -> how many. Empty when all is well."""
    late = timezone.now() - LATE
    found = {
        "vacancies.Vacancy": ads_with_people(late).count() + old_drafts(late).count(),
        "vacancies.Employer": employers_with_people(late).count(),
        "vacancies.Invitation": old_invitations(late).count(),
        "vacancies.SavedSearch": old_searches(late).count(),
        "vacancies.VisitInvite": old_visits(late).count(),
        "vacancies.ImportedAd": old_imported(late).count(),
    }
    return {table: number for table, number in found.items() if number}
