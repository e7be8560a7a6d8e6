"""Employers: let in by one or two people after the checks, shared by their members."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from vacancies import employers, privacy, publishing
from vacancies.models import Employer, EmployerCheck, EmployerMember, Vacancy
from vacancies.refusals import OwnEmployer, StateConflict

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
    with pytest.raises(StateConflict):
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
    with pytest.raises(StateConflict):
        employers.pause(employer, by=disa)
    with pytest.raises(employers.NotReady):
        employers.approve(employer, by=disa)


def test_a_refusal_takes_back_what_waits_and_nothing_more_can_be_sent(office):
    employer, disa = make.employer(approved=False), make.staff()
    emil = employer.members.get().user
    make.vacancy(employer, state=Vacancy.State.REVIEW, submitted_at=timezone.now(), answer_by=timezone.now())
    other = make.vacancy(state=Vacancy.State.REVIEW, submitted_at=timezone.now())

    employers.refuse(employer, by=disa)

    ad = employer.vacancies.get()
    assert (ad.state, ad.answer_by) == ("draft", None) and Vacancy.objects.get(state="review") == other
    assert set(OutboxMail.objects.values_list("kind", flat=True)) == {"employer_refused"}
    with pytest.raises(StateConflict):
        publishing.submit(ad, by=emil)
    Employer.objects.filter(pk=employer.pk).update(state=State.APPLIED)
    publishing.submit(ad, by=emil)


def test_half_a_year_is_counted_from_the_day_in_sweden(office):
    with time_machine.travel(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):  # half past midnight in Sweden
        employer, disa = applied(office), make.staff()
        check_all(employer, disa)
        employers.approve(employer, by=disa)
        approved = Employer.objects.get().check_again_on
        employers.keep(employer, by=disa)

    assert approved == Employer.objects.get().check_again_on == date(2026, 7, 1) + employers.CHECK_AGAIN_AFTER


@pytest.mark.parametrize("others", [0, 1])
def test_with_the_last_member_its_ads_end_and_name_nobody(office, others):
    employer = make.employer()
    shown, draft = make.vacancy(employer, contact_name="Emil"), make.vacancy(employer, state=Vacancy.State.DRAFT)
    for _one in range(others):
        EmployerMember.objects.create(employer=employer, user=make.user("Eva"))
    emil = employer.members.first().user
    for _again in range(2):
        privacy.erase(emil)

    shown.refresh_from_db()
    assert (shown.state, shown.contact_name) == (("published", "Emil") if others else ("ended", ""))
    assert Vacancy.objects.shown().count() == others == Vacancy.objects.filter(pk=draft.pk).count()
    assert bool(Employer.objects.get().phone) == bool(others) and not OutboxMail.objects.exists()


def test_an_invited_address_joins_once(office):
    employer = make.employer()
    emil, eva = employer.members.get().user, make.user("Eva")
    employers.invite(employer, eva.email.upper(), actor=emil)
    employers.invite(employer, eva.email, actor=emil)

    assert OutboxMail.objects.filter(kind="employer_invitation").count() == 1
    for other in (make.user("Annan"), make.user("Skal", email=None)):
        assert not employers.invitations_to(other)
        assert not employers.join(employer.invitations.get(), user=other)
    (invitation,) = employers.invitations_to(eva)
    assert employers.join(invitation, user=eva) and not employers.join(invitation, user=eva)
    assert employer.members.filter(user=eva).exists()


def test_nobody_joins_by_an_invitation_taken_back_or_of_a_paused_employer(office):
    employer, eva = make.employer(), make.user("Eva")
    emil = employer.members.get().user
    invitation = employers.invite(employer, eva.email, actor=emil)
    employers.pause(employer, by=make.staff())
    assert not employers.invitations_to(eva)
    employers.uninvite(invitation, actor=emil)
    assert not employers.join(invitation, user=eva) and not employer.members.filter(user=eva).exists()


def test_whoever_is_taken_away_hears_of_it_and_leaves_no_door_open(office):
    employer, eva = make.employer(), make.user("Eva")
    emil = employer.members.get().user
    EmployerMember.objects.create(employer=employer, user=eva)
    employers.invite(employer, "eva-igen@example.org", actor=eva)
    kept = employers.invite(employer, "kollega@example.org", actor=emil)

    assert employers.part(employer, eva, actor=emil)
    assert list(employer.invitations.all()) == [kept]
    assert OutboxMail.objects.get(kind="employer_parted").to_user == eva
    outbox.deliver_due()
    assert [sent.to for sent in mail.outbox if "Solgläntan" in sent.body and "tagit bort dig" in sent.body] == [
        [eva.email]
    ]


def test_the_last_member_stays(office):
    employer = make.employer()
    emil, eva = employer.members.get().user, make.user("Eva")
    assert not employers.part(employer, emil, actor=emil)
    EmployerMember.objects.create(employer=employer, user=eva)

    assert employers.part(employer, emil, actor=emil)
    assert [row.user for row in employer.members.all()] == [eva]


def test_whoever_takes_the_website_away_after_the_application_is_looked_at_twice(office):
    employer, disa, inga = applied(office), make.staff(), make.staff("Inga")
    emil = employer.members.get().user
    check_all(employer, disa)
    employers.describe(employer, actor=emil, website="", phone="070-174 06 05")
    employer.refresh_from_db()

    assert employer.flags == ["no_website"] and not employers.approve(employer, by=disa)
    employers.describe(employer, actor=emil, website="", phone="070-174 06 05")  # the same once more changes nothing
    assert employer.approvals.count() == 1
    employers.describe(employer, actor=emil, phone="070-174 06 06")
    assert not employers.approve(employer, by=inga) and employers.approve(employer, by=disa)


def test_nobody_at_im_decides_in_favour_of_an_employer_they_write_for(office):
    employer, disa, inga = applied(office), make.staff(), make.staff("Inga")
    EmployerMember.objects.create(employer=employer, user=disa)
    for favour in (employers.approve, employers.keep, lambda one, by: employers.check(one, "person", by=by)):
        with pytest.raises(OwnEmployer):
            favour(employer, by=disa)
    assert not employer.checks.exists() and not employer.approvals.exists()
    check_all(employer, inga)

    assert employers.approve(employer, by=inga)
    employers.pause(employer, by=disa)  # what is not in its favour anybody may do
