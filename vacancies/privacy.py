"""What employers' pages keep about people, for how long, and how it is given out and taken away (design §3)."""

from datetime import timedelta

from django.db import transaction

from motesplats.models import User
from vacancies import publishing
from vacancies.exchange_retention import GONE_KEPT
from vacancies.models import (
    Employer,
    EmployerApproval,
    EmployerCheck,
    EmployerMember,
    Invitation,
    SavedSearch,
    Vacancy,
    VisitInvite,
)
from vacancies.retention import (
    INVITATIONS_KEPT,
    PEOPLE_KEPT,
    PEOPLE_OF_ADS,
    PEOPLE_OF_EMPLOYERS,
    SEARCHES_KEPT,
    VISITS_KEPT,
)

# table -> how long; None = it holds nothing about a person, or it goes with the account. An ad that is shown names whom
# to call: that person's employer has written it, and ends it.
RETENTION: dict[str, timedelta | None] = {
    "vacancies.Employer": PEOPLE_KEPT,
    "vacancies.EmployerApproval": None,
    "vacancies.EmployerCheck": None,
    "vacancies.EmployerMember": timedelta(0),
    "vacancies.ImportChoice": None,
    "vacancies.ImportState": None,
    "vacancies.ImportedAd": GONE_KEPT,
    "vacancies.Invitation": INVITATIONS_KEPT,
    "vacancies.SavedSearch": SEARCHES_KEPT,
    "vacancies.Vacancy": PEOPLE_KEPT,
    "vacancies.VacancyApproval": None,
    "vacancies.VacancyText": None,
    "vacancies.VacancyWord": None,
    "vacancies.VisitInvite": VISITS_KEPT,
}


def export(person: User) -> dict:
    """The employers somebody speaks for, and the ads they began. {} when there is nothing."""
    members = EmployerMember.objects.filter(user=person).select_related("employer").order_by("pk")
    ads = Vacancy.objects.filter(made_by=person).order_by("pk")
    visits = VisitInvite.objects.filter(made_by=person).order_by("pk")
    found = {
        "employers": [{"name": row.employer.name, "since": row.joined_at.isoformat()} for row in members],
        "ads": [{"title": ad.title, "state": ad.state, "made_at": ad.made_at.isoformat()} for ad in ads],
        "saved_searches": [
            {"chosen": row.chosen, "made_at": row.made_at.isoformat(), "ends_at": row.ends_at.isoformat()}
            for row in SavedSearch.objects.filter(user=person).order_by("pk")
        ],
        "visits": [{"text": row.text, "at": row.at.isoformat()} for row in visits],
        "invited": [{"at": row.invited_at.isoformat()} for row in Invitation.objects.filter(email=person.email or "-")],
    }
    return {name: value for name, value in found.items() if value}


@transaction.atomic
def erase(person: User) -> None:
    """Nobody speaks for the employer through this account; what only this person knew of goes too. Safe to repeat."""
    theirs = list(Employer.objects.of_member(person))
    EmployerMember.objects.filter(user=person).delete()
    SavedSearch.objects.filter(user=person).delete()
    Invitation.objects.filter(invited_by=person).delete()
    Invitation.objects.filter(email=person.email or "-").delete()
    Vacancy.objects.filter(made_by=person).update(made_by=None)
    VisitInvite.objects.filter(made_by=person).delete()
    VisitInvite.objects.filter(handled_by=person).update(handled_by=None)
    EmployerCheck.objects.filter(done_by=person).update(done_by=None)
    EmployerApproval.objects.filter(by=person).delete()
    for employer in theirs:
        if not employer.members.exists():
            _forget(employer)


def _forget(employer: Employer) -> None:
    """Nobody is left to ask: drafts go, ads that are shown end, and no person's name stands anywhere."""
    ads = Vacancy.objects.filter(employer=employer)
    ads.filter(state=Vacancy.State.DRAFT).delete()
    for ad in ads.filter(state=Vacancy.State.PUBLISHED).select_for_update(of=("self",)):
        publishing.end(ad, by=None)
    ads.update(**dict.fromkeys(PEOPLE_OF_ADS, ""))
    Employer.objects.filter(pk=employer.pk).update(**dict.fromkeys(PEOPLE_OF_EMPLOYERS, ""))
