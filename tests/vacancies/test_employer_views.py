"""The employers' pages, as Emil meets them: from no account to an ad that waits for IM."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from motesplats.models import OutboxMail
from tests import make
from vacancies import employers, publishing
from vacancies.employer_guard import SECONDS_AT_LEAST, UNSEEN, stamp
from vacancies.models import Employer, EmployerMember, Vacancy, VisitInvite

pytestmark = pytest.mark.django_db
HOME = "/arbetsgivare/"


def read_page() -> str:
    return stamp(time.time() - SECONDS_AT_LEAST)


def application(number: int = 1, **fields) -> dict:
    said = {"organisation_number": make.organisation_number_of(number), "name": "Solgläntan", "contact_name": "Emil Ek"}
    return (
        said
        | {"phone": "070-174 06 05", "website": "solglantan.example", "municipality": "Lund"}
        | {"stamp": read_page()}
        | fields
    )


@pytest.fixture
def emil(client):
    make.office()
    person = make.user("Emil")
    client.force_login(person)
    return person


@pytest.fixture
def employer(emil):
    return make.employer(member=emil)


@pytest.fixture
def draft(employer, emil):
    return publishing.start(employer, by=emil)


def ad_page(page: str, ad: Vacancy) -> str:
    return reverse(f"vacancies:ad_{page}", args=[ad.public_id])


def whole(ad: Vacancy, **fields) -> dict:
    said = {"kind": "jobb", "title": "Kock", "municipality": "Göteborg", "tasks": "Du lagar mat.", "extent": "heltid"}
    said |= {"pay": "avtal", "swedish": "sfi-c", "apply_email": "jobb@solglantan.example"}
    days = {"last_day": str(timezone.localdate() + timedelta(days=30)), "seen": now_of(ad).changed_at.isoformat()}
    return said | days | fields


def now_of(ad: Vacancy) -> Vacancy:
    return Vacancy.objects.get(pk=ad.pk)


# --- who are you ------------------------------------------------------------------------------------------------------
def test_whoever_is_not_logged_in_reads_how_it_goes_and_comes_back_after_the_code(client):
    assert "gratis" in client.get(HOME).text
    answer = client.get(f"{HOME}ansok/")

    assert answer.status_code == 302 and answer["Location"].endswith("?next=/arbetsgivare/ansok/")


def test_an_application_is_answered_with_a_day_and_a_time(client, emil):
    answer = client.post(f"{HOME}ansok/", application(), follow=True)

    made = Employer.objects.get()
    assert (made.name, made.website, made.municipality) == ("Solgläntan", "https://solglantan.example", "1281")
    assert "Klart. IM ringer dig senast" in answer.text and "kl. 16.00" in answer.text


@pytest.mark.parametrize(
    "field, typed, words",
    [
        ("organisation_number", "556677-8898", "till exempel 556677-8899"),
        ("organisation_number", "", "Skriv organisationsnumret"),
        ("name", "", "Skriv arbetsgivarens namn"),
        ("phone", "ring mig", "Skriv hela telefonnumret"),
        ("website", "ingen sida", "Skriv sidans adress"),
        ("municipality", "Atlantis", "Vi hittar inte den kommunen"),
        ("website", "ftp://solglantan.example", "Skriv sidans adress"),
        ("website", "https://solglantan.example@annan.example/", "Skriv sidans adress"),
        ("stamp", "", "Det gick för fort"),
        ("stamp", "now", "Det gick för fort"),
        (UNSEEN, "031-1", "Det gick för fort"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, emil, field, typed, words):
    typed = stamp() if typed == "now" else typed
    answer = client.post(f"{HOME}ansok/", application(**{field: typed}))

    assert words in answer.text and "Emil Ek" in answer.text and not Employer.objects.exists()


def test_an_unproved_address_applies_for_nothing(client):
    client.force_login(make.user("Bot", verified=False))

    assert "Logga först in" in client.post(f"{HOME}ansok/", application()).text and not Employer.objects.exists()


@pytest.mark.parametrize("posts", [12, pytest.param(500, marks=pytest.mark.long)])
def test_many_posts_from_one_address_make_five_rows_and_one_mail_to_staff(client, emil, posts):
    for number in range(posts):
        client.post(f"{HOME}ansok/", application(number))

    assert Employer.objects.count() == 5
    assert OutboxMail.objects.filter(kind="employers_wait").count() == 1
    assert OutboxMail.objects.count() == 2  # and one to Emil


def test_many_new_ads_from_one_address_are_too_many(client, employer):
    for _number in range(8):
        answer = client.post(reverse("vacancies:ad_new", args=[employer.public_id]), follow=True)

    assert "Försök igen i morgon" in answer.text and employer.vacancies.count() == 5


# --- who writes -------------------------------------------------------------------------------------------------------
def test_a_colleague_joins_by_a_press_and_both_see_all_ads(client, employer, draft):
    members = reverse("vacancies:employer_members", args=[employer.public_id])
    client.post(members, {"email": "eva@solglantan.example"})
    assert "eva@solglantan.example" in client.get(members).text
    client.force_login(make.user("Eva", email="eva@solglantan.example"))

    assert "vill att du hjälper till" in client.get(HOME).text and employer.members.count() == 1
    invitation = employer.invitations.get().pk
    assert "Nu kan du skriva annonser" in client.post(HOME, {"invitation": invitation}, follow=True).text
    assert client.get(ad_page("write", draft)).status_code == 200
    assert "finns inte längre" in client.post(HOME, {"invitation": invitation}, follow=True).text


def test_an_invitation_to_somebody_else_is_nobodys_door(client, employer):
    invitation = employers.invite(employer, "eva@solglantan.example", actor=employer.members.get().user)
    client.force_login(make.user("Olle"))
    client.post(HOME, {"invitation": invitation.pk})

    assert employer.members.count() == 1 and employer.invitations.exists()


def test_members_and_invitations_are_taken_away_but_not_the_last(client, employer, emil):
    members = reverse("vacancies:employer_members", args=[employer.public_id])
    client.post(members, {"email": "eva@solglantan.example"})
    client.post(members, {"invitation": employer.invitations.get().pk})
    assert not employer.invitations.exists()
    assert "Du är den enda" in client.post(members, {"member": employer.members.get().pk}, follow=True).text
    stranger = make.employer("Annan").members.get()
    assert "redan borta" in client.post(members, {"member": stranger.pk}, follow=True).text
    EmployerMember.objects.create(employer=employer, user=make.user("Eva"))

    assert client.post(members, {"member": employer.members.get(user=emil).pk})["Location"] == HOME
    assert EmployerMember.objects.filter(pk=stranger.pk).exists() and not employer.members.filter(user=emil).exists()


def test_nobody_is_invited_before_im_has_said_yes(client, emil):
    waiting = make.employer(approved=False, member=emil)

    client.post(reverse("vacancies:employer_members", args=[waiting.public_id]), {"email": "vem@example.org"})

    assert not OutboxMail.objects.exists()


def test_contact_facts_are_changed_but_neither_name_nor_number(client, employer):
    said = application(contact_name="Eva Ek", name="Annat", organisation_number="5566778899")
    client.post(reverse("vacancies:employer_edit", args=[employer.public_id]), said)

    now = Employer.objects.get()
    assert (now.contact_name, now.name, now.organisation_number) == (
        "Eva Ek",
        employer.name,
        employer.organisation_number,
    )


def test_a_visit_is_for_im_and_at_most_three_wait(client, employer):
    url = reverse("vacancies:employer_visit", args=[employer.public_id])
    for text in ("Kom på måndag", "Kom på måndag", "Kom i maj", "Kom i juni", "Kom i juli"):
        client.post(url, {"visit-text": text})

    assert VisitInvite.objects.count() == 3 and "visit-text" in client.post(url, {"visit-text": " "}).text


# --- an ad ------------------------------------------------------------------------------------------------------------
def test_from_a_press_to_im_in_five_requests(client, employer):
    client.post(reverse("vacancies:ad_new", args=[employer.public_id]))
    ad = Vacancy.objects.get()
    assert client.post(ad_page("write", ad), whole(ad, look="1"))["Location"] == ad_page("preview", ad)
    assert "Skicka till IM" in client.get(ad_page("preview", ad)).text
    answer = client.post(ad_page("submit", ad), {"stamp": read_page()}, follow=True)

    assert now_of(ad).state == Vacancy.State.REVIEW
    assert "Klart. IM läser annonsen och svarar senast" in answer.text


def test_what_is_valid_is_saved_and_the_rest_is_said(client, draft):
    answer = client.post(ad_page("write", draft), whole(draft, apply_email="ingen", title="Diskare"))

    assert "Skriv din e-postadress" in answer.text and "Allt annat är sparat" in answer.text
    assert (now_of(draft).title_sv, now_of(draft).apply_email) == ("Diskare", "")


def test_words_stay_swedish_whatever_language_the_page_has(client, draft):
    client.post(f"/en{ad_page('write', draft)}", whole(draft, title="Diskare"))

    assert (now_of(draft).title_sv, now_of(draft).title_en) == ("Diskare", None)


def test_a_half_written_ad_says_what_is_missing_and_is_not_sent(client, draft):
    client.post(ad_page("write", draft), whole(draft, kind="", apply_email=""))

    assert "Välj vad du erbjuder" in client.get(ad_page("preview", draft)).text
    client.post(ad_page("submit", draft), {"stamp": read_page()})
    assert now_of(draft).state == Vacancy.State.DRAFT


def test_the_script_saves_and_an_older_window_overwrites_nothing(client, draft):
    older = whole(draft, title="Från fliken")
    asks = {"HTTP_ACCEPT": "application/json"}
    first = client.post(ad_page("write", draft), whole(draft, title="Kock"), **asks).json()
    assert first["state"] == "saved" and first["seen"] == now_of(draft).changed_at.isoformat()

    answer = client.post(ad_page("write", draft), older, **asks)
    assert (answer.status_code, answer.json()["state"]) == (409, "conflict")
    page = client.post(ad_page("write", draft), older)
    assert "Från fliken" in page.text and "är inte sparad" in page.text and now_of(draft).title_sv == "Kock"
    client.post(ad_page("write", draft), whole(draft, title="Från fliken"))  # the page had the new `seen`
    assert now_of(draft).title_sv == "Från fliken"


def test_the_same_save_sent_twice_is_no_conflict(client, draft):
    said = whole(draft, title="Kock")

    assert [client.post(ad_page("write", draft), said).status_code for _twice in "12"] == [302, 302]


@pytest.mark.parametrize("kind, is_said", [("praktik", True), ("prova", True), ("jobb", False)])
def test_internships_say_that_arbetsformedlingen_decides(client, employer, kind, is_said):
    ad = make.vacancy(employer, kind=kind, state=Vacancy.State.DRAFT)

    assert ("Arbetsförmedlingen måste godkänna innan du börjar" in client.get(ad_page("preview", ad)).text) == is_said


def test_taken_back_ended_and_told_how_it_went(client, employer):
    ad = make.vacancy(employer)
    assert client.post(ad_page("withdraw", ad))["Location"] == ad_page("write", ad)
    shown = make.vacancy(employer)
    assert client.post(ad_page("end", shown))["Location"] == ad_page("outcome", shown)
    client.post(ad_page("outcome", shown), {"outcome": "hired"})

    assert (now_of(shown).outcome, now_of(ad).state) == ("hired", Vacancy.State.DRAFT)
    copied = client.post(ad_page("copy", shown))
    assert employer.vacancies.filter(state="draft").count() == 2 and copied.status_code == 302


def test_whom_im_has_said_no_to_is_told_so_and_sends_nothing(client, employer, draft):
    client.post(ad_page("write", draft), whole(draft))
    Employer.objects.update(state=Employer.State.REFUSED)
    answer = client.post(ad_page("submit", draft), {"stamp": read_page()}, follow=True)

    assert "IM har sagt nej till den här arbetsgivaren." in answer.text and now_of(draft).state == Vacancy.State.DRAFT


def test_a_press_that_comes_too_late_says_so(client, employer):
    ad = make.vacancy(employer, state=Vacancy.State.ENDED, ended_at=timezone.now())

    for page in ("withdraw", "end", "discard"):
        assert "Så här är det nu" in client.post(ad_page(page, ad), follow=True).text


def test_every_state_has_a_sentence_with_a_time(client, emil):
    now, pages = timezone.now(), []
    for state in Employer.State:
        there = make.employer(state, member=emil, state=state, approved_at=now, ended_at=now)
        for ad_state in Vacancy.State:
            make.vacancy(there, state=ad_state, answer_by=now, ended_at=now if ad_state == "ended" else None)
    pages = client.get(HOME).text

    for words in ("IM ringer dig senast", "Godkänd av IM sedan", "IM sa nej", "IM pausade er", "Utkast, sparat",
                  "svarar senast", "Syns sedan", "Syntes i 1 dag", "för ni är pausade"):  # fmt: skip
        assert words in pages


@pytest.mark.parametrize("page", ["write", "preview", "outcome"])
def test_a_stranger_finds_nothing(client, draft, page):
    assert client.get(ad_page(page, draft)).status_code == 200
    client.force_login(make.employer("Annan", member=make.user("Olle")).members.get().user)

    assert client.get(ad_page(page, draft)).status_code == 404
    assert client.post(ad_page("discard", draft)).status_code == 404 and now_of(draft)


def test_home_asks_the_same_number_of_queries_with_one_and_three(client, emil, django_assert_num_queries):
    for number in (1, 2):
        for _one in range(number):
            make.vacancy(there := make.employer(member=emil))
            make.vacancy(there, state=Vacancy.State.DRAFT)
        with django_assert_num_queries(6):
            client.get(HOME)
