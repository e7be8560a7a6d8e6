"""Two at once: each move once, and no message after the chat was stopped, left or closed."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections

from chat import claiming, matching
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


def _stopped(bjorn):
    """-> (Björn writes, the asker stops the chat)."""
    chat = make.claimed(bjorn)
    return make.helper_of(chat), lambda request: matching.stop(request, actor=request.owner)


def _released(bjorn):
    """-> (Björn writes, and leaves the question in another tab)."""
    chat = make.claimed(bjorn)
    return make.helper_of(chat), lambda request: matching.release(request, actor=bjorn.user)


def _closed(bjorn):
    """-> (Disa of IM writes in a chat on hold, the only one who may, her colleague closes it)."""
    chat, disa = make.claimed(bjorn), make.staff()
    matching.let_staff_in(fresh(chat).request, staff=disa, reason="report")
    matching.hold(fresh(chat).request, actor=disa)
    return (
        make.person_of(chat.participants.get(user=disa)).participant,
        lambda request: matching.close(request, actor=None, why="staff"),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "begin, line, refused",
    [(_stopped, "held", "hold"), (_released, "released", "forbidden"), (_closed, "closed", "closed")],
)
def test_a_message_never_lands_after_the_move(begin, line, refused):
    make.office()
    bjorn = make.volunteer()
    for _ in range(15 if connection.vendor == "postgresql" else 3):
        writer, move = begin(bjorn)
        chat, stop, posts = writer.conversation, threading.Event(), []
        threads = [threading.Thread(target=_write_until_refused, args=[writer, stop, posts]) for _ in range(2)]
        with quick_turns():
            for thread in threads:
                thread.start()
            while len(posts) < 4:
                stop.wait(0.001)
            move(fresh(chat).request)
            for thread in threads:
                thread.join(10)  # each ends by itself: it is refused
        (at,) = chat.messages.filter(body__contains=f'"code":"{line}"').values_list("seq", flat=True)
        assert not chat.messages.filter(kind="text", seq__gt=at).exists()
        assert chat.messages.filter(kind="text").count() >= 4  # it could have landed
        assert [post.error for post in posts if post.error] == [refused, refused]


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
    found = at_once(*[lambda c=chat: claiming.claim(fresh(c).request, bjorn) for chat in chats])
    assert sorted(type(answer).__name__ for answer in found) == ["BusyElsewhere", "BusyElsewhere", "NoneType"]
    assert settings.CLOCKS["first_message"] == timedelta(minutes=3)
