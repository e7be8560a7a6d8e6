"""What the asker may say that changes who is asked first: an occupation, and a woman."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from chat import claiming, clocks, fit, handover, matching, promise
from chat.models import Conversation, Message
from motesplats import occupations
from seekers.models import HelpRequest
from tests import make
from tests.chat.test_fit import told
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def knows(occupation, name: str, **fields) -> Volunteer:
    given = {"occupations": [occupation.id], "occupation_groups": [occupation.group], "on_duty": True, **fields}
    return make.volunteer(name, **given)


def ask_for(occupation, **fields) -> HelpRequest:
    return make.conversation(occupation=occupation.id, occupation_group=occupation.group, **fields).request


def wished() -> Conversation:
    return make.conversation(wants_woman=True)


def lines_of(talk: Conversation) -> list[str]:
    rows = Message.objects.filter(conversation=talk, kind="system").order_by("seq")
    return [row.body.split('"')[3] for row in rows]


def pass_time(talk: Conversation) -> None:
    Conversation.objects.filter(pk=talk.pk).update(women_until=timezone.now() - timedelta(seconds=1))


def test_who_knows_the_occupation_comes_next_after_the_first_language():
    cook = occupations.by_label("Kock, storhushåll")
    knows(cook, "Cook")
    make.volunteer("Salma", on_duty=True, languages=["sv", "ar"])
    knows(cook, "Arabic cook", languages=["sv", "ar"])
    question = ask_for(cook)
    assert told(question, 1) == ["Arabic cook"], "of those who share a first language"
    assert told(question, 2) == ["Cook", "Arabic cook", "Salma"], "nobody is left out in the second round"
    assert told(ask_for(occupations.by_label("Barnskötare")), 1) == ["Salma", "Arabic cook"]


def test_the_same_group_is_near_enough():
    cook, other = (occupations.by_label(name) for name in ("Kock, storhushåll", "Kock, à la carte"))
    knows(other, "Cook")
    make.volunteer("Björn", on_duty=True)
    assert cook.group == other.group and told(ask_for(cook), 1) == ["Cook"]


def test_a_woman_wished_for_is_asked_first_and_then_everybody_and_the_asker_is_told():
    bjorn = make.volunteer("Björn", on_duty=True)
    make.volunteer("Salma", on_duty=True, is_woman=True)
    talk, at = wished(), timezone.now()
    assert told(talk.request, 1) == told(talk.request, 2) == told(talk.request, 3) == ["Salma"]
    assert not fit.questions_for(bjorn, at).exists()
    with pytest.raises(claiming.NotAllowed):
        claiming.claim(talk.request, bjorn)
    assert lines_of(talk) == ["women_first"]
    assert clocks.open_to_all() == 0
    pass_time(talk)
    assert (clocks.open_to_all(), clocks.open_to_all()) == (1, 0)
    assert lines_of(talk) == ["women_first", "no_woman"]
    assert set(told(talk.request, 2)) == {"Björn", "Salma"} and fit.questions_for(bjorn, at).exists()


def test_without_any_woman_nobody_waits_and_the_asker_is_told_at_once():
    make.volunteer("Björn", on_duty=True)
    make.volunteer("Other topic", on_duty=True, is_woman=True, topics=["business"])
    talk = wished()
    assert told(talk.request, 1) == ["Björn"] and lines_of(talk) == ["no_woman"]


def test_a_question_that_waits_again_asks_women_again():
    salma = make.volunteer("Salma", on_duty=True, is_woman=True)
    make.volunteer("Björn", on_duty=True)
    talk = wished()
    claiming.claim(talk.request, salma)
    talk.refresh_from_db()
    assert talk.women_until is None
    assert handover.who_could(talk.request, timezone.now()) == []
    matching.release(talk.request, actor=salma.user)
    assert told(talk.request, 2) == ["Salma"]


def test_the_promise_counts_others_only_from_when_the_wish_ends():
    now = timezone.now().replace(minute=5, second=0, microsecond=0)
    until = now + settings.CLOCKS["women_first"]
    make.booking(make.volunteer("Björn"), shift := make.shift(now - timedelta(hours=3), hours=3 + 5 / 60))
    talk = make.conversation()
    Conversation.objects.filter(pk=talk.pk).update(women_until=until)
    plain = promise.promised_time(talk.request, now)
    HelpRequest.objects.filter(pk=talk.request_id).update(wants_woman=True)
    talk.request.refresh_from_db()
    assert plain.shift_id == shift.pk, "he could answer in his last five minutes"
    assert promise.promised_time(talk.request, now).by_staff, "but may not before the wish ends"
    make.booking(make.volunteer("Salma", is_woman=True), shift)
    assert promise.promised_time(talk.request, now) == plain
    assert not promise.could_answer_now(talk.request)


def test_the_ask_pages_take_both_and_neither_is_needed():
    browser, cook = Client(), occupations.by_label("Kock, storhushåll")
    browser.post("/fraga/", {"topic": "cv"})
    page = browser.post("/fraga/annons/", {"occupation": "kock"})
    assert page.status_code == 200 and cook.id in page.content.decode()
    assert browser.post("/fraga/annons/", {"occupation": ["kock", cook.id]}).status_code == 302
    for step in ("nar", "sprak"):
        browser.post(f"/fraga/{step}/", {"skip": "1"})
    last = {"name": "Amina", "no_email": "on", "is_adult": "yes", "consent": "on"}
    assert "checked" not in browser.get("/fraga/du/").content.decode()
    browser.post("/fraga/du/", {**last, "wants_woman": "on"})
    asked = HelpRequest.objects.get()
    assert (asked.occupation, asked.occupation_group, asked.wants_woman) == (cook.id, cook.group, True)
