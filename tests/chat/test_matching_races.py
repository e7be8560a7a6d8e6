"""Two at once: each move once, and no message after the chat was stopped, left or closed."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections

from chat import matching
from chat.models import Message
from chat.writer import save_batch
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import fresh, here
from tests.races import at_once, quick_turns

pytestmark = pytest.mark.django_db
State = HelpRequest.State


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer(on_duty=True)


def _write_until_refused(participant, stop: threading.Event, found: list):
    try:
        while not stop.is_set():
            post = make.post(participant)
            save_batch([post])
            found.append(post)
            if post.error:
                return
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", ["stop", "release", "close"])
def test_a_message_never_lands_after_the_move(move):
    make.office()
    rounds = 15 if connection.vendor == "postgresql" else 3
    bjorn = make.volunteer()
    refused = {"stop": "hold", "release": "forbidden", "close": "closed"}[move]
    for _ in range(rounds):
        chat = make.claimed(bjorn)
        writer, stop, posts = make.helper_of(chat), threading.Event(), []
        threads = [threading.Thread(target=_write_until_refused, args=[writer, stop, posts]) for _ in range(2)]
        with quick_turns():
            for thread in threads:
                thread.start()
            while len(posts) < 4:
                stop.wait(0.001)
            request = fresh(chat).request
            if move == "stop":
                matching.stop(request, actor=request.owner)
            elif move == "release":
                matching.release(request, actor=bjorn.user)
            else:
                matching.hold(request, actor=None)
                matching.close(request, actor=None, why="staff")
            stop.wait(0.02)
            stop.set()
            for thread in threads:
                thread.join(10)
        line = {"stop": "held", "release": "released", "close": "held"}[move]
        (at,) = Message.objects.filter(conversation=chat, body__contains=f'"code":"{line}"').values_list(
            "seq", flat=True
        )
        assert not Message.objects.filter(conversation=chat, kind="text", seq__gt=at).exists()
        assert Message.objects.filter(conversation=chat, kind="text").count() >= 4  # it could have landed
        assert {post.error for post in posts} <= {None, refused, "hold"}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_may_do_each_move_once():
    make.office()
    bjorn = make.volunteer()
    moves = [
        lambda r: matching.release(r, actor=bjorn.user),
        lambda r: matching.swap_volunteer(r, actor=r.owner),
        lambda r: matching.resolve(r, actor=bjorn.user),
    ]
    for move in moves:
        chat = make.claimed(bjorn)
        found = at_once(*[lambda m=move, c=chat: m(fresh(c).request)] * 3)
        assert sorted(type(answer).__name__ for answer in found) == ["NoneType", "StateConflict", "StateConflict"]


@pytest.mark.django_db(transaction=True)
def test_one_volunteer_at_two_questions_at_once_gets_one_live_chat():
    make.office()
    bjorn, chats = make.volunteer(), [make.conversation() for _ in range(3)]
    for chat in chats:
        here(chat)
    found = at_once(*[lambda c=chat: matching.claim(fresh(c).request, bjorn) for chat in chats])
    assert sorted(type(answer).__name__ for answer in found) == ["BusyElsewhere", "BusyElsewhere", "NoneType"]
    assert settings.CLOCKS["first_message"] == timedelta(minutes=3)
