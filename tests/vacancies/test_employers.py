"""Employers: let in by one or two people after the checks, shared by their members."""

import pytest
from django.utils import timezone

from motesplats.models import AuditEntry, OutboxMail
from tests import make
from vacancies import employers
from vacancies.models import Employer, EmployerCheck, EmployerMember

pytestmark = pytest.mark.django_db
State = Employer.State


@pytest.fixture
def office():
    return make.office()


def applied(office, *, website="https://solglantan.example", email="emil@solglantan.example", **fields) -> Employer:
    given = {"organisation_number": make.organisation_number_of(7), "name": "Solgläntan", "contact_name": "Emil"}
    given |= {"phone": "070-174 06 05", "website": website, **fields}
    return employers.apply(make.user("Emil", email=email), **given)


def check_all(employer: Employer, by) -> None:
    for kind in EmployerCheck.Kind.values:
        employers.check(employer, kind, by=by)


def test_an_application_gets_a_time_and_two_mails(office):
    employer = applied(office)

    assert employer.state == State.APPLIED and employer.call_by > timezone.now() and employer.flags == []
    assert set(OutboxMail.objects.values_list("kind", flat=True)) == {"employer_applied", "employers_wait"}
    assert AuditEntry.objects.filter(action="employer.applied").count() == 1


def test_an_application_sent_twice_is_one(office):
    first = applied(office)
    member = first.members.get().user
    again = employers.apply(
        member, organisation_number=first.organisation_number, name="Annat", contact_name="E", phone="1"
    )

    assert again.pk == first.pk and Employer.objects.count() == 1 and OutboxMail.objects.count() == 2


def test_nobody_applies_for_more_than_five(office):
    emil = make.user("Emil")
    said = {"name": "Ett", "contact_name": "Emil", "phone": "1"}
    for number in range(employers.EMPLOYERS_AT_MOST):
        employers.apply(emil, organisation_number=make.organisation_number_of(number), **said)

    with pytest.raises(employers.TooMany):
        employers.apply(emil, organisation_number=make.organisation_number_of(99), **said)


def test_one_yes_is_enough_when_nothing_is_flagged_and_all_is_checked(office):
    employer, disa = applied(office), make.staff()
    with pytest.raises(employers.NotReady):
        employers.approve(employer, by=disa)
    check_all(employer, disa)

    assert employers.approve(employer, by=disa)
    employer.refresh_from_db()
    assert employer.state == State.APPROVED and employer.check_again_on > timezone.localdate()
    with pytest.raises(employers.StateConflict):
        employers.approve(employer, by=disa)


def test_a_flag_asks_for_two_people(office):
    employer, disa = applied(office, website="", email="emil@gmail.com"), make.staff()
    assert set(employer.flags) == {"no_website", "no_company"}
    check_all(employer, disa)

    assert not employers.approve(employer, by=disa) and not employers.approve(employer, by=disa)
    assert employers.approve(employer, by=make.staff("Inga"))


def test_one_number_is_approved_once(office):
    make.employer(organisation_number=make.organisation_number_of(7))
    employer, disa = applied(office), make.staff()
    assert "number_taken" in employer.flags
    check_all(employer, disa)
    employers.approve(employer, by=disa)

    with pytest.raises(employers.NumberTaken):
        employers.approve(employer, by=make.staff("Inga"))
    employer.refresh_from_db()
    assert employer.state == State.APPLIED


def test_a_pause_takes_the_ads_away_and_begins_the_checks_anew(office):
    employer, disa = make.employer(), make.staff()
    check_all(employer, disa)
    ad = make.vacancy(employer)
    assert type(ad).objects.shown().exists()

    employers.pause(employer, by=disa)

    assert not type(ad).objects.shown().exists() and not employer.checks.exists()
    with pytest.raises(employers.StateConflict):
        employers.pause(employer, by=disa)
    with pytest.raises(employers.NotReady):
        employers.approve(employer, by=disa)


def test_an_invited_address_joins_once(office):
    employer = make.employer()
    emil, eva = employer.members.get().user, make.user("Eva")
    employers.invite(employer, eva.email.upper(), actor=emil)
    employers.invite(employer, eva.email, actor=emil)

    assert OutboxMail.objects.filter(kind="employer_invitation").count() == 1
    assert employers.join(make.user("Annan")) == [] == employers.join(make.user("Skal", email=None))
    assert employers.join(eva) == [employer] and employers.join(eva) == []


def test_the_last_member_stays(office):
    employer = make.employer()
    emil, eva = employer.members.get().user, make.user("Eva")
    assert not employers.part(employer, emil, actor=emil)
    EmployerMember.objects.create(employer=employer, user=eva)

    assert employers.part(employer, emil, actor=emil)
    assert [row.user for row in employer.members.all()] == [eva]
