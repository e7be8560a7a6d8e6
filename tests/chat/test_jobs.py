"""Ads in the chat: asked about, shown as a card, beside the CV, and the questions that fit."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import override

from chat import about, jobs, practice, thread_mail
from chat.models import Message
from motesplats import occupations
from seekers import privacy as seekers_privacy
from seekers.models import ChecklistPoint, HelpRequest
from tests import make
from tests.chat.house import html, logged_in
from tests.chat.test_tips import ask
from vacancies import publishing
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db
COOK = occupations.by_label("Kock, storhushåll")


@pytest.fixture
def ad():
    return make.vacancy(
        title="Kock till skola", occupation=COOK.id, licences=["b"], needs_extract=True,
        hours_said="Vardagar 7–16", experience_said="Matlagning för många", has_language_support=True,
    )  # fmt: skip


def path_of(chat) -> str:
    return f"/chatt/{chat.request.public_id}/jobb/"


def about_ad(chat, ad) -> HelpRequest:
    HelpRequest.objects.filter(pk=chat.request_id).update(about_kind="vacancy", about_id=ad.public_id)
    return HelpRequest.objects.get(pk=chat.request_id)


# --- asking about an ad ----------------------------------------------------------------------------------------------
def test_a_question_from_an_ad_says_which_and_keeps_its_name(ad):
    make.office()
    amina = Client()
    assert f'href="/fraga/?jobb={ad.public_id}"' in html(amina.get(f"/jobb/{ad.public_id}/"))
    page = html(amina.get(f"/fraga/?jobb={ad.public_id}"))
    assert f'name="jobb" value="{ad.public_id}"' in page and "checked" not in page
    assert "Vi har annonsen" not in page
    amina.post("/fraga/", {"topic": "cv", "jobb": ad.public_id})
    assert "Vi har annonsen" in html(amina.get("/fraga/annons/"))

    asked = ask(amina, {"topic": "cv", "jobb": ad.public_id})
    assert (asked.about_kind, asked.about_id, asked.about_title) == ("vacancy", ad.public_id, "")
    page = html(amina.get(f"/chatt/{asked.public_id}/"))
    assert "Om det här jobbet:" in page and f'href="/jobb/{ad.public_id}/"' in page
    assert "Solgläntan" in page and "Göteborg" in page and "Sista dag att söka" in page
    asked.refresh_from_db()
    assert asked.about_title == "Kock till skola · Solgläntan"
    amina.get(f"/chatt/{asked.public_id}/")
    assert (ad.asked, Vacancy.objects.get().asked) == (0, 1)  # once, however often the chat is opened


def test_when_the_ad_ends_both_sides_read_its_name_without_a_link(chat, ad):
    asked = about_ad(chat, ad)
    about.remember(asked)
    publishing.end(ad, by=None)
    for person in (make.seeker_of(chat).user, make.helper_of(chat).user):
        page = html(logged_in(person).get(f"/chatt/{asked.public_id}/"))
        assert "Kock till skola" in page and "Annonsen är slut." in page and f"/jobb/{ad.public_id}/" not in page


@pytest.mark.parametrize("odd", ["", "../x", "x" * 200, "<b>", "å", "finns-inte"])
def test_an_odd_ad_in_the_address_stops_nobody(odd):
    make.office()
    amina = Client()
    asked = ask(amina, {"topic": "cv", "jobb": odd})

    assert about.of(asked) is None
    assert amina.get(f"/chatt/{asked.public_id}/").status_code == 200


def test_an_ad_that_is_not_shown_yet_tells_nothing():
    make.office()
    secret = make.vacancy(title="Hemligt", state=Vacancy.State.DRAFT, published_at=None)
    amina = Client()
    asked = ask(amina, {"topic": "cv", "jobb": secret.public_id})

    assert "Hemligt" not in html(amina.get(f"/chatt/{asked.public_id}/"))
    asked.refresh_from_db()
    assert asked.about_title == ""


def test_the_name_is_kept_once(chat, ad):
    asked = about_ad(chat, ad)
    about.remember(asked)
    Vacancy.objects.update(title="Annat", title_sv="Annat")
    about.remember(HelpRequest.objects.get(pk=asked.pk))

    assert HelpRequest.objects.get(pk=asked.pk).about_title == "Kock till skola · Solgläntan"


# --- beside the CV ---------------------------------------------------------------------------------------------------
def test_the_helper_reads_what_the_ad_asks_beside_the_cv_and_the_owner_does_not(chat, ad):
    asked, document = about_ad(chat, ad), make.document(chat)
    bjorn = logged_in(make.helper_of(chat).user)
    path = f"/chatt/{asked.public_id}/dokument/{document.public_id}/1/"
    ChecklistPoint.objects.create(kind="cv", position=1, text="Namn och telefon står överst")
    for page in (html(bjorn.get(path)), html(bjorn.get(f"{path}checklista/"))):
        assert "Det här vill arbetsgivaren ha" in page
        for words in ("en del svenska (SFI C)", "Matlagning för många", "B, bil", "Vardagar 7–16", "Kock, storhushåll"):
            assert words in page, words
    assert "Det här vill arbetsgivaren ha" not in html(logged_in(make.seeker_of(chat).user).get(path))


def test_an_ad_that_says_little_asks_little(chat):
    found = about.of(about_ad(chat, make.vacancy(swedish="", extent="", apply_email="")))

    assert [demand.label for demand in found.demands] == ["Sista dag att söka"]


# --- questions for the interview ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("occupation", "fits"),
    [
        ("Kock, storhushåll", "kock"), ("Barnskötare", "barnskötare"), ("Städare/Lokalvårdare", "lokalvårdare"),
        ("Ekonomikonsult", "ekonom"), ("Snickare", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_bank_is_found_by_the_group_of_the_ad(chat, occupation, fits):
    found = occupations.by_label(occupation)
    asked = about_ad(chat, make.vacancy(occupation=found.id if found else ""))

    assert practice.occupation_for(asked, ["barnskötare", "ekonom", "kock", "lokalvårdare"]) == fits


def test_the_helper_meets_the_questions_of_the_job_first_and_may_choose_others(chat, ad):
    asked = about_ad(chat, ad)
    make.interview_question("Hur håller du rent?", occupation="kock")
    make.interview_question("Hur svetsar du?", occupation="svetsare")
    make.interview_question("Vad är du bra på?")
    bjorn, path = logged_in(make.helper_of(chat).user), f"/chatt/{asked.public_id}/ova/"
    page = html(bjorn.get(path))
    assert page.index("Hur håller du rent?") < page.index("Vad är du bra på?") and "Hur svetsar du?" not in page
    assert "Hur håller du rent?" not in html(bjorn.get(f"{path}?yrke="))
    assert "passar jobbet" in html(logged_in(make.seeker_of(chat).user).get(path))


# --- the desk ----------------------------------------------------------------------------------------------------------
def test_the_desk_says_that_a_waiting_question_has_an_ad():
    bjorn = make.volunteer(on_duty=True)
    make.conversation(make.user("Amina"))
    assert "Har en annons" not in html(logged_in(bjorn.user).get("/jour/"))
    make.conversation(make.user("Samir"), ad="Vi söker kock")
    make.conversation(make.user("Leila"), about_kind="vacancy", about_id="x", about_title="Kock · Solgläntan")
    page = html(logged_in(bjorn.user).get("/jour/"))

    assert page.count("Har en annons") == 2 and "Kock · Solgläntan" in page


# --- a job as a card ----------------------------------------------------------------------------------------------------
def test_a_volunteer_finds_a_job_and_shows_it_once(chat, ad):
    make.vacancy(title="Snickare", municipality="1280")
    bjorn = logged_in(make.helper_of(chat).user)
    assert "Snickare" in html(bjorn.get(path_of(chat)))
    page = html(bjorn.get(path_of(chat), {"q": "skola göteborg"}))
    assert "Kock till skola" in page and "Snickare" not in page
    assert "Vi hittade inget" in html(bjorn.get(path_of(chat), {"q": "astronaut"}))

    said = {"job": ad.public_id, "client_id": str(uuid4())}
    assert {bjorn.post(path_of(chat), said).status_code for _ in range(2)} == {302}
    (body,) = Message.objects.filter(conversation=chat, kind="card").values_list("body", flat=True)
    card = json.loads(body)
    assert (card["card"], card["vacancy"], card["to"]) == ("vacancy", ad.public_id, f"jobb/{ad.public_id}/")
    assert card["texts"]["sv"].startswith("Kock till skola · Solgläntan, Göteborg. Sista dag att söka: ")
    assert set(card["texts"]) == {"sv", "en", "ar"}


def test_the_occupation_of_the_question_is_offered_first(chat, ad):
    make.vacancy(title="Snickare")
    HelpRequest.objects.update(occupation=COOK.id, occupation_group=COOK.group)
    page = html(logged_in(make.helper_of(chat).user).get(path_of(chat)))

    assert "Kock till skola" in page and "Snickare" not in page


def test_the_card_leads_to_the_ad_in_chat_print_and_mail(chat, ad):
    jobs.send(make.person_of(make.helper_of(chat)), ad.public_id, client_id=uuid4())
    amina = logged_in(make.seeker_of(chat).user)
    assert f'href="/ar/jobb/{ad.public_id}/"' in html(amina.get(f"/ar/chatt/{chat.request.public_id}/"))
    assert f'href="/jobb/{ad.public_id}/"' in html(amina.get(f"/chatt/{chat.request.public_id}/utskrift/"))
    row = Message.objects.select_related("sender__user").get(kind="card")
    with override("ar"):
        words = [said.text for said in thread_mail._saying(row, make.seeker_of(chat)).words]
    assert words[-1].endswith(f"/ar/jobb/{ad.public_id}/")


def test_what_has_ended_or_is_no_ad_is_refused(chat, ad):
    bjorn = logged_in(make.helper_of(chat).user)
    publishing.end(ad, by=None)

    assert [bjorn.post(path_of(chat), {"job": name}).status_code for name in (ad.public_id, "å ä", "x" * 99, "")] == [
        409
    ] * 4
    assert not Message.objects.filter(kind="card").exists()


def test_only_who_helps_here_may_show_jobs(chat, ad):
    for person in (make.seeker_of(chat).user, make.volunteer("Cecilia").user):
        assert logged_in(person).get(path_of(chat)).status_code == 404
        assert logged_in(person).post(path_of(chat), {"job": ad.public_id}).status_code == 404
    assert Client().get(path_of(chat)).status_code == 404


@pytest.mark.parametrize("words", ["%", "'; drop", "\x00", "x" * 500, "   "])
def test_odd_words_find_something_or_nothing(chat, ad, words):
    assert logged_in(make.helper_of(chat).user).get(path_of(chat), {"q": words}).status_code == 200


def test_the_page_asks_the_same_with_one_and_three(chat, ad, django_assert_num_queries):
    bjorn = logged_in(make.helper_of(chat).user)
    bjorn.get(path_of(chat))
    with django_assert_num_queries(5):
        bjorn.get(path_of(chat))
    for number in range(2):
        make.vacancy(title=f"Kock {number}")
    with django_assert_num_queries(5):
        bjorn.get(path_of(chat))


def test_an_erased_question_no_longer_says_which_job_it_was_about(chat, ad):
    asked = about_ad(chat, ad)
    about.remember(asked)
    assert "Kock till skola · Solgläntan" in str(seekers_privacy.export(asked.owner))
    for _again in range(2):
        seekers_privacy.erase(asked.owner)
        asked.refresh_from_db()
        assert (asked.about_kind, asked.about_id, asked.about_title) == ("", "", "")
