"""Writing by form, reading back, one's own chats; presence and what the pages say about it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from chat import claiming, conversations, lines, matching, presence, status
from chat.models import Conversation, Message, Participant, Side
from chat.writer import Refused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    make.office()
    return make.claimed()


@pytest.fixture
def amina(chat):
    return make.person_of(make.seeker_of(chat))


@pytest.fixture
def bjorn(chat):
    return make.person_of(make.helper_of(chat))


def test_a_form_posted_twice_is_one_message(amina):
    cid = uuid4()
    first, again = (conversations.post_message(amina, client_id=cid, body="Hej") for _ in range(2))
    assert first.seq == again.seq
    assert Message.objects.filter(kind="text").count() == 1


def test_a_form_may_not_write_where_the_chat_is_stopped(amina, chat):
    matching.stop(chat.request, actor=None)
    with pytest.raises(Refused, match="hold"):
        conversations.post_message(amina, client_id=uuid4(), body="Hej")


def test_who_writes_is_back(bjorn):
    presence.go_away(bjorn.participant, Participant.Away.READING)
    conversations.post_message(make.person_of(bjorn.participant), client_id=uuid4(), body="Hej")
    assert make.helper_of(bjorn.conversation).away_until is None


def test_the_newest_fifty_and_the_older_ones_on_request(amina, bjorn):
    posts = [make.message(bjorn.participant, f"{n}") for n in range(60)]
    shown = conversations.messages_for(amina)
    assert [line.seq for line in shown] == list(range(posts[-1].seq - 49, posts[-1].seq + 1))
    older = conversations.messages_for(amina, before=shown[0].seq)
    assert [line.seq for line in older] == list(range(1, shown[0].seq))
    assert len(conversations.messages_for(amina, everything=True)) == posts[-1].seq


def test_each_side_reads_the_system_lines_in_its_own_words_and_language(amina, bjorn):
    with override("en"):
        asker = [line.body for line in conversations.messages_for(amina)]
        helper = [line.body for line in conversations.messages_for(bjorn)]
    assert asker[0].startswith("Björn has taken your question.")
    assert helper[0].startswith("Björn has taken the question.")
    assert asker[2] == "" and "Amina can read" in helper[2]
    with override("sv"):
        assert conversations.messages_for(amina)[0].body.startswith("Björn har tagit din fråga.")


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_every_system_line_has_words_whose_places_can_be_filled(language):
    class Filled(dict):
        def __missing__(self, key):
            assert key in {
                "name",
                "at",
                "was",
                "clock",
                "languages",
                "number",
                "count",
                "question",
                "asker",
                "helper",
                "file",
            }
            return "x"

    with override(language):
        for side in (Side.SEEKER, Side.VOLUNTEER):
            for code, words in lines.words_for(side).items():
                assert "{" not in words.format_map(Filled()), code


def test_an_erased_line_says_nothing():
    assert lines.say("", side=Side.SEEKER) == ""


def test_unread_counts_what_the_asker_wrote_since(chat, amina, bjorn):
    first = make.message(amina.participant)
    make.message(amina.participant), make.message(bjorn.participant)
    assert [c.unread for c in conversations.of_helper(bjorn.user)] == [2]
    presence.read_up_to(bjorn.participant.pk, first.seq)
    assert [c.unread for c in conversations.of_helper(bjorn.user)] == [1]
    assert list(conversations.of_helper(amina.user)) == []


def test_a_volunteer_is_told_kindly_for_a_day_that_a_chat_went_on(chat, bjorn):
    assert not conversations.lost_lately(bjorn.user).exists()
    matching.swap_volunteer(chat.request, actor=chat.request.owner)
    assert conversations.lost_lately(bjorn.user).exists()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert not conversations.lost_lately(bjorn.user).exists()


# --- presence --------------------------------------------------------------------------------------------------------


def test_the_read_mark_moves_forward_only_and_never_beyond_the_end(chat, amina):
    last = Conversation.objects.get(pk=chat.pk).last_seq
    assert presence.read_up_to(amina.participant.pk, last)
    assert not presence.read_up_to(amina.participant.pk, last)
    assert not presence.read_up_to(amina.participant.pk, 1)
    assert not presence.read_up_to(amina.participant.pk, last + 1)
    assert make.seeker_of(chat).read_seq == last


def test_hearing_from_many_costs_two_updates(chat, amina, bjorn):
    ids = [amina.participant.pk, bjorn.participant.pk]
    with CaptureQueriesContext(connection) as queries:
        presence.heard_from(participant_ids=ids, user_ids=[bjorn.user.pk])
    assert len(queries) == 2
    assert make.seeker_of(chat).is_present(timezone.now())


def test_nobody_is_here_after_75_seconds(chat, amina):
    presence.visited(amina.participant)
    seen = make.seeker_of(chat)
    assert seen.is_present(timezone.now() + timedelta(seconds=74))
    assert not seen.is_present(timezone.now() + timedelta(seconds=76))


@pytest.mark.parametrize("kind", [Participant.Away.READING, Participant.Away.SHORT, Participant.Away.TOMORROW])
def test_away_is_said_with_a_time_and_coming_back_twice_is_nothing(chat, bjorn, kind):
    presence.go_away(bjorn.participant, kind)
    line = Message.objects.filter(conversation=chat).latest("seq")
    assert f'"code":"{kind}"' in line.body
    assert make.helper_of(chat).away_until > timezone.now()
    before = Conversation.objects.get(pk=chat.pk).version
    for _ in range(2):
        presence.come_back(make.helper_of(chat))
    assert make.helper_of(chat).away_until is None
    assert Conversation.objects.get(pk=chat.pk).version == before + 1
    presence.come_back_by_id(0)


# --- the status in words ---------------------------------------------------------------------------------------------


def says(chat, participant) -> str:
    person = make.person_of(participant)
    others = list(Participant.objects.filter(conversation=chat).exclude(side=Side.SYSTEM).select_related("user"))
    with override("en"):
        found = status.of(person, others, timezone.now())
    return (
        f"{found.title} | {found.line} | {'here' if found.here else 'away'} | {'open' if found.may_write else 'shut'}"
    )


@pytest.mark.parametrize("by_staff", [False, True])
def test_who_has_written_is_not_asked_to_write(by_staff):
    office = make.office()
    if not by_staff:
        make.booking(make.volunteer(), make.shift(timezone.now() + timedelta(hours=1), at=office))
    silent, asked, wrote = make.conversation(), make.conversation(need="Läs mitt CV"), make.conversation()
    make.message(make.seeker_of(wrote))
    assert [chat.promise_by_staff for chat in Conversation.objects.all()] == [by_staff] * 3
    lines = [says(chat, make.seeker_of(chat)) for chat in (silent, asked, wrote)]
    assert ["Write your question." in line for line in lines] == [True, False, False]
    assert ["We have your question." in line for line in lines] == [False, True, True]


def test_what_the_asker_reads_from_beginning_to_end():
    make.office()
    chat = make.conversation()
    amina = make.seeker_of(chat)
    with time_machine.travel(timezone.now(), tick=False) as travel:
        assert says(chat, amina).startswith(
            "Your question | No volunteer is here right now. Write your question. IM answers "
        )
        make.volunteer("Sagal", on_duty=True, languages=["so"])
        assert "No volunteer is here" in says(chat, amina)
        bjorn = make.volunteer("Björn", on_duty=True)
        assert "A volunteer can answer now." in says(chat, amina)
        claiming.claim(chat.request, bjorn)
        assert says(chat, amina).startswith("Björn, volunteer | You get an answer")
        presence.visited(make.helper_of(chat))
        assert "Here now." in says(chat, amina) and "| here | open" in says(chat, amina)
        presence.go_away(make.helper_of(chat), Participant.Away.SHORT)
        assert "Björn is back at" in says(chat, amina)
        travel.shift(timedelta(hours=30))
        assert "Björn is not here right now." in says(chat, amina)
        assert "An email goes out when you have answered" in says(chat, make.helper_of(chat))
        matching.resolve(chat.request, actor=None)
        assert says(chat, amina).endswith("| away | open")  # writing opens it again
        matching.close(chat.request, actor=None, why="staff")
        assert says(chat, amina) == "Your question | The chat is closed. | away | shut"
