"""What employers leave behind goes when its time is over, not before; and what should have gone is counted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from vacancies import retention
from vacancies.models import Employer, EmployerMember, Invitation, Vacancy, VisitInvite
from vacancies.retention import DRAFTS_KEPT, INVITATIONS_KEPT, PEOPLE_KEPT, PEOPLE_OF_ADS, VISITS_KEPT

pytestmark = pytest.mark.django_db
NAMED = dict.fromkeys(PEOPLE_OF_ADS, "x")
A_BIT = timedelta(hours=1)


def ago(kept: timedelta, *, over: bool):
    return timezone.now() - kept - (A_BIT if over else -A_BIT)


def named(ad: Vacancy) -> set[str]:
    return set(Vacancy.objects.values_list(*PEOPLE_OF_ADS).get(pk=ad.pk))


@pytest.mark.parametrize("over", [True, False])
def test_an_ad_that_ended_names_nobody_after_half_a_year(over):
    ended = make.vacancy(state="ended", ended_at=ago(PEOPLE_KEPT, over=over), **NAMED)
    shown = make.vacancy(published_at=ago(2 * PEOPLE_KEPT, over=True), **NAMED)

    assert (retention.remove_old(), retention.remove_old()) == (over, 0)
    assert (named(ended), named(shown)) == ({"" if over else "x"}, {"x"})
    assert Vacancy.objects.count() == 2  # its words and its figures stay


@pytest.mark.parametrize("state", Employer.State.values)
@pytest.mark.parametrize("over", [True, False])
def test_an_employer_who_is_gone_names_nobody_after_half_a_year(state, over):
    employer = make.employer(approved=False, state=state, ended_at=ago(PEOPLE_KEPT, over=over))
    draft, is_gone = make.vacancy(employer, state="draft"), over and state in ("refused", "paused")
    retention.remove_old()

    employer.refresh_from_db()
    assert (employer.contact_name == employer.phone == "") == is_gone
    assert Vacancy.objects.filter(pk=draft.pk).exists() == (not (over and state == "refused"))


@pytest.mark.parametrize("over", [True, False])
def test_drafts_invitations_and_visits_go_in_their_time(over):
    employer = make.employer()
    emil = EmployerMember.objects.get().user
    make.vacancy(employer, state="draft", changed_at=ago(DRAFTS_KEPT, over=over))
    at = ago(INVITATIONS_KEPT, over=over)
    Invitation.objects.create(employer=employer, email="eva@example.org", invited_by=emil, invited_at=at)
    VisitInvite.objects.create(employer=employer, text="Kom", at=ago(VISITS_KEPT, over=over))

    retention.remove_old()
    left = [rows.objects.exists() for rows in (Vacancy, Invitation, VisitInvite)]
    assert left == [not over] * 3 and EmployerMember.objects.exists()


def test_what_is_still_there_a_day_after_its_time_is_counted():
    long_ago = timezone.now() - timedelta(days=800)
    employer = make.employer(approved=False, state="refused", ended_at=long_ago)
    make.vacancy(employer, state="ended", ended_at=long_ago, **NAMED)
    make.vacancy(state="draft", changed_at=long_ago)
    assert retention.overdue() == {"vacancies.Vacancy": 2, "vacancies.Employer": 1}
    retention.remove_old()

    assert retention.overdue() == {}
