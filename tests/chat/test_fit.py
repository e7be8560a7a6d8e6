"""Who may take a question, and in which order people are told of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import claiming, fit, matching
from chat.claiming import Pace
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def told(question: HelpRequest, round_number: int) -> list[str]:
    """The names of those who are told, in order."""
    rows = fit.candidates(question, round_number=round_number, at=timezone.now()).select_related("user")
    return [volunteer.user.display_name for volunteer in rows]


def test_a_shared_first_language_goes_ahead_in_round_one_only():
    make.volunteer("Björn", on_duty=True)
    make.volunteer("Salma", on_duty=True, languages=["sv", "ar"])
    question = make.conversation(languages=["sv", "ar"]).request
    assert told(question, 1) == ["Salma"]
    assert told(question, 2) == ["Björn", "Salma"]


def test_nobody_waits_for_a_first_language_that_nobody_has():
    make.volunteer("Björn", on_duty=True)
    assert told(make.conversation(languages=["sv", "ti"]).request, 1) == ["Björn"]


@pytest.mark.parametrize(
    "ticked, page, first",
    [
        (["sv", "en", "ar"], "sv", ["ar"]),
        (["sv", "en"], "en", ["en"]),
        (["sv", "en"], "ti", ["sv", "en"]),
        (["sv"], "sv", ["sv"]),
    ],
)
def test_first_languages_are_those_beside_what_is_taught(ticked, page, first):
    question = make.help_request(make.user("Amina", language=page), languages=ticked)
    assert fit.first_languages(question) == first


@pytest.mark.parametrize("round_number", [1, 2, 3])
def test_only_who_may_take_it_is_told_in_any_round(round_number):
    make.volunteer("Björn", on_duty=True, topics=["cv"])
    make.volunteer("Other language", on_duty=True, languages=["so"])
    make.volunteer("Other topic", on_duty=True, topics=["interview"])
    make.volunteer("Paused", on_duty=True, state="paused")
    left, owner = make.volunteer("Left", on_duty=True), make.volunteer("Owner", on_duty=True)
    question = make.claimed(left, owner=owner.user).request
    matching.swap_volunteer(question, actor=owner.user)
    assert told(question, round_number) == ["Björn"]
    HelpRequest.objects.filter(pk=question.pk).update(is_adult=None)
    question.refresh_from_db()
    assert told(question, round_number) == []


def test_rounds_go_from_free_to_all_on_duty_to_all():
    busy, _free, _home = (
        make.volunteer("Busy", on_duty=True),
        make.volunteer("Free", on_duty=True),
        make.volunteer("Home"),
    )
    talk = make.conversation()
    here(talk)
    claiming.claim(talk.request, busy)
    question = make.conversation().request
    assert told(question, 1) == ["Free"]
    assert told(question, 2) == ["Free", "Busy"]
    assert told(question, 3) == ["Free", "Home", "Busy"]


def test_who_has_helped_least_lately_is_told_first():
    now = timezone.now()
    for name, days_ago in (("Yesterday", 1), ("Last week", 7)):
        talk = make.claimed(make.volunteer(name, on_duty=True), pace=Pace.TOMORROW)
        HelpRequest.objects.filter(pk=talk.request_id).update(claimed_at=now - timedelta(days=days_ago))
    make.volunteer("Never", on_duty=True)
    assert told(make.conversation().request, 1) == ["Never", "Last week", "Yesterday"]


@pytest.mark.parametrize("on_duty", [1, 3])
def test_asking_whom_to_tell_is_three_queries(on_duty):
    question = make.conversation().request
    for _ in range(on_duty):
        make.volunteer(on_duty=True)
    with CaptureQueriesContext(connection) as queries:
        assert len(told(question, 1)) == on_duty
    assert len(queries) == 3  # the offer, who is near, the people
