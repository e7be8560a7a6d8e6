"""The volunteer's certificate: what it holds, its seal, who may stand on it, and how it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.races import at_once
from volunteers import certificates, privacy
from volunteers.models import Certificate, Reference

pytestmark = pytest.mark.django_db
Cause = Certificate.Cause


@pytest.fixture
def bjorn():
    make.office("IM Göteborg")
    return make.volunteer()


def with_reference(volunteer, staff=None):
    certificates.ask_reference(volunteer)
    certificates.agree(Reference.objects.get(volunteer=volunteer), by=staff or make.staff("Disa Ek"))


@time_machine.travel("2026-10-31T23:30:00Z", tick=False)
def test_the_paper_holds_what_was_true_that_day_in_sweden_and_whole_hours_only(bjorn):
    made = make.certificate(bjorn, hours=42.9)
    assert made.facts == {
        "name": "Björn Ek",
        "hours": 42,
        "kinds": ["cv", "interview"],
        "since": "2026-01-12",
        "until": "2026-11-01",
    }
    entry = AuditEntry.objects.get(action="certificate.made")
    assert (entry.about_id, entry.data) == (made.code, {"hours": 42})


@pytest.mark.parametrize("hours", [0, 0.9])
def test_without_a_whole_hour_there_is_no_certificate(bjorn, hours):
    with pytest.raises(certificates.NoHours):
        make.certificate(bjorn, hours=hours)
    assert not Certificate.objects.exists()


def test_the_same_facts_are_one_paper_and_others_another_while_the_first_stays(bjorn):
    first, again, more = make.certificate(bjorn), make.certificate(bjorn), make.certificate(bjorn, hours=43)
    assert first == again != more
    assert [certificates.find(row.code) for row in (first, more)] == [first, more]


@pytest.mark.django_db(transaction=True)
def test_made_twice_at_once_is_one_row(bjorn):
    made = at_once(*[lambda: make.certificate(bjorn)] * 3)
    assert Certificate.objects.count() == 1
    assert {row.pk for row in made} == {Certificate.objects.get().pk}


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower()])
def test_a_code_is_found_however_it_is_typed(bjorn, typed):
    made = make.certificate(bjorn)
    Certificate.objects.filter(pk=made.pk).update(code="01ABCDEFGHJK")
    assert certificates.plain_code("oi-ab cd efgh jk") == certificates.plain_code("O1abcdefghjk") == "01ABCDEFGHJK"
    assert certificates.plain_code(typed.format(made.grouped_code)) == made.code


@pytest.mark.parametrize("typed", ["", "7K3M", "UUUUUUUUUUUU", "7K3M-9QXT-2BVC-1", "٧" * 12, "\x00" * 12, "ß" * 6])
def test_what_is_no_code_finds_nothing(bjorn, typed):
    make.certificate(bjorn)
    assert certificates.find(typed) is None


def test_a_row_that_somebody_changed_is_no_certificate(bjorn):
    made, other = make.certificate(bjorn), make.certificate(bjorn, hours=43)
    assert certificates.find(made.code)
    Certificate.objects.filter(pk=made.pk).update(facts={**made.facts, "hours": 400})
    assert certificates.find(made.code) is None
    Certificate.objects.filter(pk=made.pk).update(facts=other.facts, signature=other.signature)
    assert certificates.find(made.code) is None  # the seal holds for its own code only


def test_the_seal_holds_after_the_key_was_changed_while_the_old_one_is_known(bjorn, settings):
    made = make.certificate(bjorn)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    assert certificates.find(made.code) == made
    settings.SECRET_KEY_FALLBACKS = []
    assert certificates.find(made.code) is None


def test_taken_back_it_is_empty_and_only_says_so(bjorn):
    made = make.certificate(bjorn)
    taken = [certificates.withdraw(made, cause=Cause.OWN, by=bjorn.user) for _ in range(2)]
    found = certificates.find(made.code)
    assert (taken, found.facts, found.signature, found.withdrawn_cause) == ([True, False], {}, "", "own")
    assert AuditEntry.objects.filter(action="certificate.withdrawn").count() == 1
    assert make.certificate(bjorn) != made  # a new one may be made, with a new code


@pytest.mark.django_db(transaction=True)
def test_taken_back_by_both_at_once_happens_once(bjorn):
    made, disa = make.certificate(bjorn), make.staff()
    taken = at_once(
        lambda: certificates.withdraw(made, cause=Cause.OWN, by=bjorn.user),
        lambda: certificates.withdraw(made, cause=Cause.STAFF, by=disa),
    )
    assert sorted(taken) == [False, True]


def test_a_reference_needs_both(bjorn):
    assert "reference" not in make.certificate(bjorn).facts
    assert [certificates.ask_reference(bjorn) for _ in range(2)] == [True, False]
    assert "reference" not in make.certificate(bjorn).facts  # only asked
    asked, disa = Reference.objects.get(), make.staff("Disa Ek")
    assert certificates.agree(asked, by=make.user("Samir")) is False
    assert certificates.agree(asked, by=make.staff("")) is False
    assert [certificates.agree(asked, by=disa), certificates.agree(asked, by=make.staff("Inga"))] == [True, False]
    facts = make.certificate(bjorn).facts
    assert (facts["reference"], facts["office"], facts["office_email"]) == (
        "Disa Ek",
        "IM Göteborg",
        "goteborg@im.example",
    )
    assert disa.email not in str(facts)


@pytest.mark.django_db(transaction=True)
def test_two_say_yes_at_once_and_one_is_the_reference(bjorn):
    certificates.ask_reference(bjorn)
    asked, disa, inga = Reference.objects.get(), make.staff("Disa"), make.staff("Inga")
    said = at_once(lambda: certificates.agree(asked, by=disa), lambda: certificates.agree(asked, by=inga))
    assert sorted(said) == [False, True]


def test_who_no_longer_works_at_im_stands_on_no_new_paper(bjorn):
    disa = make.staff("Disa Ek")
    with_reference(bjorn, disa)
    type(disa).objects.filter(pk=disa.pk).update(is_staff=False)
    assert "reference" not in make.certificate(bjorn).facts


def test_the_end_of_a_reference_takes_back_the_papers_with_the_name_and_no_others(bjorn):
    plain = make.certificate(bjorn)
    with_reference(bjorn)
    named = make.certificate(bjorn)
    assert [certificates.end_reference(bjorn, by=bjorn.user) for _ in range(2)] == [True, False]
    assert certificates.find(plain.code).withdrawn_at is None
    assert certificates.find(named.code).withdrawn_cause == "reference"


def test_im_gets_a_mail_without_a_name_and_not_after_somebody_said_yes(bjorn):
    certificates.ask_reference(bjorn)
    mail = OutboxMail.objects.get(kind="reference_asked_staff")
    kind = outbox._kinds[mail.kind]
    assert kind.still_wanted(mail) and "Björn" not in str(kind.render(mail))
    certificates.agree(Reference.objects.get(), by=make.staff("Disa"))
    assert not kind.still_wanted(mail)


def test_erasing_the_volunteer_or_the_reference_takes_the_name_away(bjorn):
    disa, cecilia = make.staff("Disa Ek"), make.volunteer("Cecilia")
    with_reference(bjorn, disa), with_reference(cecilia)
    papers = [make.certificate(bjorn), make.certificate(cecilia, name="Cecilia Berg")]
    assert privacy.export(bjorn.user)["certificates"][0]["facts"]["name"] == "Björn Ek"
    for _ in range(2):
        privacy.erase(disa)
    assert [certificates.find(row.code).facts.get("name") for row in papers] == [None, "Cecilia Berg"]
    for _ in range(2):
        privacy.erase(cecilia.user)
    assert [row.facts for row in Certificate.objects.all()] == [{}, {}]
    assert not Reference.objects.exists()


def test_old_papers_go_after_five_years_and_those_taken_back_after_one(bjorn):
    certificates.withdraw(make.certificate(bjorn), cause=Cause.STAFF, by=None)
    make.certificate(bjorn)
    for days, left in ((364, 2), (366, 1), (5 * 365 - 1, 1), (5 * 365 + 1, 0)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            certificates.remove_old(), certificates.remove_old()
            assert Certificate.objects.count() == left


def test_the_volunteer_hears_that_im_said_yes_and_that_im_took_a_paper_back():
    bjorn, disa = make.volunteer(), make.staff("Disa Ek")
    with_reference(bjorn, disa)
    for _again in range(2):
        certificates.agree(Reference.objects.get(), by=disa)
    papers = [make.certificate(bjorn), make.certificate(bjorn, hours=50)]
    certificates.withdraw(papers[0], cause=Cause.OWN, by=bjorn.user)
    certificates.withdraw(papers[1], cause=Cause.STAFF, by=disa)
    mails = OutboxMail.objects.filter(to_user=bjorn.user).order_by("pk")
    assert [mail.kind for mail in mails] == ["reference_agreed", "certificate_revoked"]
    assert not any(
        "Disa" in outbox.rendered(mail).body or papers[1].code in outbox.rendered(mail).body for mail in mails
    )
