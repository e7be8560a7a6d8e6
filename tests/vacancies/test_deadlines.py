"""The last day of an ad, and the mail of the hour: done once, also when two workers look at the same time."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats.models import OutboxMail
from motesplats.outbox import rendered
from tests import make
from vacancies import deadlines, publishing, staff_mail, visits
from vacancies.models import EmployerMember, Vacancy, VisitInvite

pytestmark = pytest.mark.django_db


def old(days: int, **fields) -> Vacancy:
    return make.vacancy(days=days, published_at=timezone.now() - timedelta(days=20), **fields)


def mails(kind: str) -> int:
    return OutboxMail.objects.filter(kind=kind).count()


@pytest.mark.parametrize("days, is_over", [(-1, True), (0, False)])
def test_an_ad_ends_the_day_after_its_last_and_asks_how_it_went(days, is_over):
    ad = old(days)

    assert (deadlines.end_late(), deadlines.end_late()) == (is_over, 0)
    assert (Vacancy.objects.get().state == "ended", mails("vacancy_ended")) == (is_over, is_over)
    if is_over:
        assert f"/annons/{ad.public_id}/hur-gick-det/" in rendered(OutboxMail.objects.get()).body


@pytest.mark.parametrize("days, is_near", [(0, True), (3, True), (4, False), (-1, False)])
def test_members_are_reminded_once_three_days_before(days, is_near):
    ad = old(days)
    EmployerMember.objects.create(employer=ad.employer, user=make.user("Eva"))

    assert (deadlines.remind(), deadlines.remind()) == (is_near, 0)
    assert mails("vacancy_reminder") == (2 if is_near else 0)


@pytest.mark.parametrize("hidden", [{"hidden_at": timezone.now()}, {"state": "draft"}, {"state": "ended"}])
def test_nobody_is_reminded_of_what_is_not_shown_or_just_began(hidden):
    old(2, **hidden)
    make.vacancy(days=2)

    assert deadlines.remind() == 0


def test_two_workers_with_the_same_ad_do_it_once():
    seen_by_both = [old(-1)] * 2
    assert [deadlines._ends(ad) for ad in seen_by_both] == [True, False]
    seen_by_both = [old(1)] * 2
    assert [publishing.remind(ad) for ad in seen_by_both] == [True, False]


def test_a_new_round_on_the_page_is_reminded_anew():
    ad = old(2)
    deadlines.remind()
    publishing.withdraw(ad, by=None)
    publishing.submit(ad, by=None)
    Vacancy.objects.update(flags=[])
    publishing.publish(ad, by=make.staff())

    assert Vacancy.objects.get().reminded_at is None


# --- one mail an hour to staff ----------------------------------------------------------------------------------------
def test_what_comes_after_the_mail_of_the_hour_is_told_in_the_next():
    office, employer = make.office(), make.employer()
    employer.office = office
    employer.save()
    visits.invite(employer, "Kom på måndag", by=None)
    visits.invite(employer, "Kom på tisdag", by=None)
    assert mails(staff_mail.KIND) == 1 and staff_mail.tell_missed() == 1 and mails(staff_mail.KIND) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert (staff_mail.tell_missed(), staff_mail.tell_missed()) == (1, 0)

    assert mails(staff_mail.KIND) == 2
    assert "2 inbjudningar till besök" in rendered(OutboxMail.objects.first()).body


def test_a_visit_is_handled_once():
    row = VisitInvite.objects.create(employer=make.employer(), text="Kom")

    assert visits.handle(row, by=make.staff()) and not visits.handle(row, by=make.staff("Inga"))
