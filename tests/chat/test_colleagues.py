"""Fråga en kollega: who may, without names, what is stopped, what IM can do, and that it goes after a week."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from chat import colleagues, retention
from chat.models import ColleaguePost
from motesplats import reports
from motesplats.models import AuditEntry, Report
from tests import make
from tests.chat.house import html, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
QUESTION = "Hur skriver man om luckor i ett CV?"
LIST = "/en/jour/kollegor/"


@pytest.fixture
def cecilia(house):
    return make.volunteer("Cecilia", on_duty=True)


@pytest.fixture
def olof(house):
    return make.volunteer("Olof", on_duty=True)


def test_asked_and_answered_without_names(cecilia, olof):
    asked = colleagues.ask(cecilia, QUESTION)
    colleagues.answer(olof, asked.public_id, "Skriv en rad om varför.")
    colleagues.answer(cecilia, asked.public_id, "Tack!")

    (question,) = colleagues.thread(olof.user)
    assert (question.text, question.who) == (QUESTION, "other")
    assert [(one.text, one.who) for one in question.answers] == [("Skriv en rad om varför.", "you"), ("Tack!", "asker")]
    page = html(logged_in(olof.user).get(LIST))
    assert "Skriv en rad om varför." in page and "Cecilia" not in page


@pytest.mark.parametrize("volunteer", [{"on_duty": False}, {"on_duty": True, "state": "paused"}])
def test_only_those_on_duty_take_part(volunteer, cecilia):
    asked = colleagues.ask(cecilia, QUESTION)
    away = make.volunteer("Borta", **volunteer)
    for act in (lambda: colleagues.ask(away, QUESTION), lambda: colleagues.answer(away, asked.public_id, "Ja.")):
        with pytest.raises(colleagues.Stopped, match="away"):
            act()
    assert ColleaguePost.objects.count() == 1


CHAT_LINE = "Jag har arbetat som kock i åtta år på restaurang Solen i Malmö"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Kan hon ringa 070-123 45 67?", "private"),
        ("Hens mejl är amina@example.org", "private"),
        ("Hjälp, 19850312-2384 står i CV:t", "private"),
        ("Amina frågar om lön", "name"),
        (f"Hur ändrar man: {CHAT_LINE.upper()}?", "pasted"),
        ("10.15 Hej!\n10.16 Hej hej", "pasted"),
        ("Deltagare: Hej\nVolontär: Hej", "pasted"),
        (QUESTION, ""),
        ("Har någon en bra länk om körkort? Jag minns inte.", ""),
        ("Deltagaren har varit kock i flera år. Var börjar man?", ""),
    ],
)
def test_personal_data_and_words_of_a_chat_are_stopped(text, why):
    bjorn = make.volunteer(on_duty=True)
    chat = make.claimed(bjorn)
    make.message(make.seeker_of(chat), f"Hej! {CHAT_LINE}.")
    assert colleagues.why_not(bjorn.user, text) == why
    if why:
        with pytest.raises(colleagues.Stopped, match=why):
            colleagues.ask(bjorn, text)
        assert not ColleaguePost.objects.exists()


def test_whoever_writes_very_fast_waits(cecilia):
    for _number in range(colleagues.PACE["times"]):
        colleagues.ask(cecilia, QUESTION)
    with pytest.raises(colleagues.Stopped, match="slow"):
        colleagues.ask(cecilia, QUESTION)
    cache.clear()


def test_after_a_week_it_is_gone(cecilia, olof):
    old = colleagues.ask(cecilia, QUESTION)
    ColleaguePost.objects.update(at=timezone.now() - colleagues.KEPT - timedelta(minutes=1))
    new = colleagues.ask(cecilia, "En ny fråga?")
    with pytest.raises(colleagues.Gone):
        colleagues.answer(olof, old.public_id, "Ja.")
    assert [one.public_id for one in colleagues.thread(olof.user)] == [new.public_id]
    assert (colleagues.remove_old(), colleagues.remove_old()) == (1, 0)


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_reported_stays_until_im_has_looked(cecilia, olof, which):
    asked = colleagues.ask(cecilia, QUESTION)
    posts = [asked, colleagues.answer(olof, asked.public_id, "Skriv en rad.")]
    made = colleagues.report(posts[which], olof, text="Fel.", title="En fråga")
    ColleaguePost.objects.update(at=timezone.now() - colleagues.KEPT - timedelta(days=2))
    colleagues.remove_old()
    assert ColleaguePost.objects.filter(pk__in=[asked.pk, posts[which].pk]).count() == 2 - (which == 0)
    assert "chat.ColleaguePost" not in retention.overdue()
    reports.handle(made, by=make.staff())
    assert "chat.ColleaguePost" in retention.overdue()
    colleagues.remove_old()
    assert not ColleaguePost.objects.exists()


def test_staff_take_a_post_away_once(cecilia):
    asked, disa = colleagues.ask(cecilia, QUESTION), make.staff()
    assert (colleagues.remove(asked, by=disa), colleagues.remove(asked, by=disa)) == (True, False)
    assert colleagues.thread(cecilia.user) == []
    assert AuditEntry.objects.filter(action="colleague.removed").count() == 1
    asked.refresh_from_db()
    assert asked.text == ""


def test_it_is_given_out_and_erased(cecilia):
    colleagues.ask(cecilia, QUESTION)
    assert [row["text"] for row in colleagues.export(cecilia.user)] == [QUESTION]
    colleagues.erase(cecilia.user)
    colleagues.erase(cecilia.user)
    assert colleagues.export(cecilia.user) == [] and colleagues.thread(cecilia.user) == []


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_question_is_put_and_answered_on_the_pages(cecilia, olof):
    asks, answers = logged_in(cecilia.user), logged_in(olof.user)
    assert asks.post(LIST, {"text": QUESTION}).status_code == 302
    asked = ColleaguePost.objects.get()
    assert "1 question from a colleague" in html(answers.get("/en/jour/"))
    path = f"{LIST}{asked.public_id}/svara/"
    assert QUESTION in html(answers.get(path))
    assert answers.post(path, {"text": "Skriv <b>kort</b>."}).status_code == 302
    assert "Skriv &lt;b&gt;kort&lt;/b&gt;." in html(asks.get(LIST)) and "from a colleague" not in html(
        asks.get("/en/jour/")
    )
    assert "Skriv &lt;b&gt;kort" in html(asks.get(f"{LIST}lista/"))


@pytest.mark.parametrize("text", ["", "x" * 501, "Ring 070-123 45 67"])
def test_bad_input_is_kept_and_said(cecilia, text):
    answer = logged_in(cecilia.user).post(LIST, {"text": text})
    assert answer.status_code == 400 and text in html(answer)
    assert not ColleaguePost.objects.exists()


def test_something_is_wrong_tells_im(cecilia, olof):
    asked = colleagues.ask(cecilia, QUESTION)
    logged_in(olof.user).post(f"{LIST}{asked.public_id}/fel/", {"text": "Otrevligt"})
    made = Report.objects.get()
    assert (made.about_kind, made.about_id, made.text) == ("colleaguepost", asked.public_id, "Otrevligt")
    assert logged_in(olof.user).post(f"{LIST}finns-inte/fel/", {"text": ""}).status_code == 404


def test_who_is_not_here_sees_no_thread(cecilia):
    colleagues.ask(cecilia, QUESTION)
    away = logged_in(make.volunteer("Borta").user)
    page = away.get(LIST)
    assert page.status_code == 200 and QUESTION not in html(page)
    assert away.get(f"{LIST}lista/").status_code == 404
    assert away.post(LIST, {"text": QUESTION}).status_code == 400
    assert Client().get(LIST).status_code == 302
    assert logged_in(make.user()).get(LIST).status_code == 404


def test_the_same_queries_for_one_question_and_for_three(cecilia, olof, django_assert_num_queries):
    browser = logged_in(olof.user)
    for _number in range(3):
        asked = colleagues.ask(cecilia, QUESTION)
        colleagues.answer(cecilia, asked.public_id, "Ett svar.")
        browser.get(f"{LIST}lista/")
        with django_assert_num_queries(6):
            browser.get(f"{LIST}lista/")
