"""Numbers without holes, each message once, whatever comes twice, at once, too late or when the database dies."""

import asyncio
import threading
import time
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from chat import lines, writer
from chat.models import Conversation, Message, Participant, Refusal, Side
from chat.writer import Post, Refused, Writer, save_batch
from tests import make
from tests.races import at_once

pytestmark = pytest.mark.django_db

# savepoint or BEGIN, lock, senders, known ids, INSERT, one UPDATE for all that grew alike, release
QUERIES_A_BATCH = 5


@pytest.fixture
def chat():
    return make.claimed()


@pytest.fixture
def amina(chat):
    return make.seeker_of(chat)


@pytest.fixture
def bjorn(chat):
    return make.helper_of(chat)


def numbers(conversation) -> list[int]:
    return list(Message.objects.filter(conversation=conversation).order_by("seq").values_list("seq", flat=True))


def texts(conversation) -> list[str]:
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.TEXT).order_by("seq")
    return list(rows.values_list("body", flat=True))


def refused(participant, **changed) -> str | None:
    post = make.post(participant)
    for name, value in changed.items():
        setattr(post, name, value)
    save_batch([post])
    return post.error


def test_numbers_have_no_holes_and_last_seq_is_the_newest(chat, amina, bjorn):
    for number in range(5):
        make.message(amina if number % 2 else bjorn, f"rad {number}")
    chat.refresh_from_db()
    assert numbers(chat) == list(range(1, chat.last_seq + 1))
    assert texts(chat) == [f"rad {n}" for n in range(5)]


def test_batch_across_conversations_numbers_each_in_the_order_given(amina):
    others = [make.seeker_of(make.conversation()) for _ in range(3)]
    before = {p.conversation_id: Conversation.objects.get(pk=p.conversation_id).last_seq for p in [amina, *others]}
    posts = [make.post(person, f"{number}") for number in range(4) for person in [amina, *others]]
    save_batch(posts)
    for person in [amina, *others]:
        own = [post for post in posts if post.conversation_id == person.conversation_id]
        first = before[person.conversation_id] + 1
        assert [post.seq for post in own] == list(range(first, first + 4))
        assert texts(person.conversation_id) == ["0", "1", "2", "3"]
        assert Conversation.objects.get(pk=person.conversation_id).last_seq == first + 3


def test_same_id_same_text_gives_the_same_number_once(chat, amina):
    first = make.message(amina, "Hej")
    again = make.message(amina, "Hej", client_id=first.client_id)
    assert (again.seq, again.at) == (first.seq, first.at)
    assert first.frame is not None and again.frame is None  # only the first goes out to the screens
    assert texts(chat) == ["Hej"]


def test_same_id_twice_in_one_batch_is_stored_once(chat, amina):
    cid = uuid4()
    posts = [make.post(amina, "Hej", client_id=cid), make.post(amina, "Hej", client_id=cid)]
    save_batch(posts)
    assert posts[0].seq == posts[1].seq
    assert texts(chat) == ["Hej"]


def test_same_id_other_text_is_a_conflict(chat, amina):
    first = make.message(amina, "Hej")
    assert refused(amina, client_id=first.client_id, body="Hopp") == "conflict"
    assert texts(chat) == ["Hej"]


def test_an_erased_message_sent_again_is_still_the_same(chat, amina):
    first = make.message(amina, "Hej")
    Message.objects.filter(conversation=chat, seq=first.seq).update(body="")
    assert make.message(amina, "Hej", client_id=first.client_id).seq == first.seq


def test_same_id_of_another_person_is_another_message(chat, amina, bjorn):
    first = make.message(amina, "Hej")
    make.message(bjorn, "Hallå", client_id=first.client_id)
    assert texts(chat) == ["Hej", "Hallå"]


@pytest.mark.parametrize("refusal", [Refusal.REOPEN, Refusal.CLOSED, Refusal.HOLD])
def test_nobody_writes_where_the_chat_refuses(chat, amina, bjorn, refusal):
    make.message(amina)
    Conversation.objects.filter(pk=chat.pk).update(refusal=refusal)
    assert {refused(amina), refused(bjorn)} == {refusal.value}
    assert texts(chat) == ["Hej!"]


def test_staff_let_in_write_where_the_chat_is_stopped(chat):
    disa = Participant.objects.create(conversation=chat, user=make.staff(), side=Side.STAFF, can_write=True)
    Conversation.objects.filter(pk=chat.pk).update(refusal=Refusal.HOLD)
    assert refused(disa) is None
    Participant.objects.filter(pk=disa.pk).update(can_write=False)
    assert refused(disa) == "hold"


def test_without_the_right_to_write_it_is_forbidden(chat, bjorn):
    make.message(bjorn)
    Participant.objects.filter(pk=bjorn.pk).update(can_write=False)
    assert refused(bjorn) == "forbidden"


def test_person_of_another_chat_is_forbidden(chat, amina):
    stranger = make.seeker_of(make.conversation())
    assert refused(stranger) is None
    assert refused(stranger, conversation_id=chat.pk) == "forbidden"
    assert refused(amina, sender_id=0) == "forbidden"
    assert refused(amina, conversation_id=0) == "forbidden"
    assert texts(chat) == []


def test_one_refused_message_leaves_no_hole(chat, amina, bjorn):
    Participant.objects.filter(pk=bjorn.pk).update(can_write=False)
    posts = [make.post(amina, "ett"), make.post(bjorn, "nej"), make.post(amina, "två")]
    save_batch(posts)
    assert [post.error for post in posts] == [None, "forbidden", None]
    assert posts[2].seq == posts[0].seq + 1


def test_first_answer_is_noted_once_and_only_by_who_answers(chat, amina, bjorn):
    make.message(amina)
    chat.refresh_from_db()
    assert (chat.first_answer_at, chat.last_side) == (None, Side.SEEKER)
    first = make.message(bjorn)
    make.message(bjorn, "mer")
    make.message(amina, "tack")
    chat.refresh_from_db()
    assert (chat.first_answer_at, chat.last_side) == (first.at, Side.SEEKER)
    assert chat.last_message_at > first.at


def test_answer_and_thanks_in_one_batch_still_count_as_answered(chat, amina, bjorn):
    save_batch([make.post(bjorn), make.post(amina)])
    chat.refresh_from_db()
    assert chat.first_answer_at is not None
    assert chat.last_side == Side.SEEKER


def test_system_lines_are_numbered_but_nobody_spoke(chat):
    Conversation.objects.filter(pk=chat.pk).update(refusal=Refusal.CLOSED)
    before = chat.last_seq
    with transaction.atomic():
        lines.add(chat, "closed", occasion="once")
        lines.add(chat, "closed", occasion="once")
    chat.refresh_from_db()
    assert chat.last_seq == before + 1
    assert (chat.last_message_at, chat.last_side, chat.first_answer_at) == (None, "", None)


@pytest.mark.parametrize("size", [1, 50])
def test_a_batch_costs_the_same_queries_whatever_its_size(size):
    people = [make.seeker_of(make.conversation()) for _ in range(min(size, 10))]
    posts = [make.post(people[number % len(people)], f"{number}") for number in range(size)]
    with CaptureQueriesContext(connection) as queries:
        save_batch(posts)
    own = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(own) == QUERIES_A_BATCH, own
    assert all(post.seq for post in posts)


def test_a_repeated_batch_writes_nothing(amina):
    post = make.message(amina)
    with CaptureQueriesContext(connection) as queries:
        save_batch([make.post(amina, client_id=post.client_id)])
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 3


# --- many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_same_ids_from_eight_threads_are_stored_once():
    keys = 500 if connection.vendor == "postgresql" else 40
    chats = [make.conversation() for _ in range(5)]
    people = [make.seeker_of(chat) for chat in chats]
    ids = [uuid4() for _ in range(keys)]
    before = {chat.pk: Conversation.objects.get(pk=chat.pk).last_seq for chat in chats}

    def send_all():
        seqs = []
        for first in range(0, keys, 5):
            posts = [make.post(person, "Hej", client_id=ids[first + n]) for n, person in enumerate(people)]
            save_batch(posts)
            seqs += [post.seq for post in posts]
        return seqs

    answers = at_once(*[send_all] * 8)
    assert all(answer == answers[0] for answer in answers), [a for a in answers if isinstance(a, Exception)]
    assert Message.objects.filter(kind="text").count() == keys
    for chat in chats:
        assert numbers(chat) == list(range(1, before[chat.pk] + keys // 5 + 1))


# --- the writer's thread ---------------------------------------------------------------------------------------------


def with_writer(play):
    """Run the coroutine `play(writer, saved)` with a writer of its own loop. -> what it returns."""

    async def main():
        saved = []
        its = Writer(asyncio.get_running_loop(), saved.extend)
        try:
            return await asyncio.wait_for(play(its, saved), 30)
        finally:
            await asyncio.to_thread(its.stop)

    return asyncio.run(main())


@pytest.mark.django_db(transaction=True)
def test_writer_answers_after_commit_and_tells_who_listens():
    amina = make.seeker_of(make.conversation())

    async def play(its, saved):
        post = await its.store(make.post(amina, "Hej"))
        seen = await asyncio.to_thread(lambda: (texts(amina.conversation_id), connections.close_all())[0])
        await asyncio.sleep(0)
        return post.seq, seen, [p.seq for p in saved]

    seq, seen, told = with_writer(play)
    assert seen == ["Hej"]  # another connection sees it: it is committed
    assert told == [seq]


@pytest.mark.django_db(transaction=True)
def test_writer_stores_what_piles_up_in_few_transactions_in_order(monkeypatch):
    amina, sizes, real = make.seeker_of(make.conversation()), [], writer.save_batch
    monkeypatch.setattr(writer, "save_batch", lambda posts: (sizes.append(len(posts)), real(posts)))

    async def play(its, saved):
        return await asyncio.gather(*(its.store(make.post(amina, f"{n}")) for n in range(300)))

    posts = with_writer(play)
    assert [post.seq for post in posts] == list(range(posts[0].seq, posts[0].seq + 300))
    assert sum(sizes) == 300 and max(sizes) <= writer.BATCH and len(sizes) < 60


@pytest.mark.django_db(transaction=True)
def test_writer_says_why_a_message_is_refused_and_stores_the_rest():
    chat = make.conversation()
    amina, stranger = make.seeker_of(chat), make.seeker_of(make.conversation())
    foreign = Post(chat.pk, stranger.pk, uuid4(), "nej")

    async def play(its, saved):
        return await asyncio.gather(
            its.store(make.post(amina, "ett")),
            its.store(foreign),
            its.store(make.post(amina, "två")),
            return_exceptions=True,
        )

    first, problem, second = with_writer(play)
    assert isinstance(problem, Refused) and problem.args == ("forbidden",)
    assert second.seq == first.seq + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "bad", [{"kind": "far too long"}, {"body": "noll\x00"}, {"body": "halv \ud800"}], ids=["kind", "nul", "surrogate"]
)
def test_one_bad_message_does_not_take_the_others(bad, on_postgres):
    amina = make.seeker_of(make.conversation())
    worst = make.post(amina)
    for name, value in bad.items():
        setattr(worst, name, value)

    async def play(its, saved):
        posts = [make.post(amina, "ett"), worst, make.post(amina, "två")]
        return await asyncio.gather(*(its.store(post) for post in posts), return_exceptions=True)

    first, problem, second = with_writer(play)
    assert isinstance(problem, Refused) and problem.args == ("invalid",)  # for good: never "retry"
    assert second.seq == first.seq + 1
    assert texts(amina.conversation_id) == ["ett", "två"]


@pytest.mark.django_db(transaction=True)
def test_killed_connection_is_retried_and_the_message_stored_once(on_postgres):
    amina = make.seeker_of(make.conversation())

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()

    def kill_the_writer():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
                [ours],
            )
            killed = cursor.fetchone()[0]
        connections.close_all()
        return killed

    async def play(its, saved):
        await its.store(make.post(amina, "före"))
        killed = await asyncio.to_thread(kill_the_writer)
        await its.store(make.post(amina, "efter"))
        return killed

    assert with_writer(play) >= 1
    assert texts(amina.conversation_id) == ["före", "efter"]
    chat = Conversation.objects.get(pk=amina.conversation_id)
    assert numbers(chat) == list(range(1, chat.last_seq + 1))


@pytest.mark.django_db(transaction=True)
def test_database_that_stays_away_says_retry_and_the_writer_lives_on(monkeypatch):
    amina, real = make.seeker_of(make.conversation()), writer.save_batch
    monkeypatch.setattr(writer, "PAUSES", (0.01, 0.01))

    def away(posts):
        raise writer.OperationalError("gone")

    async def play(its, saved):
        monkeypatch.setattr(writer, "save_batch", away)
        with pytest.raises(Refused) as refusal:
            await its.store(make.post(amina, "nej"))
        monkeypatch.setattr(writer, "save_batch", real)
        await its.store(make.post(amina, "ja"))
        return refusal.value.args[0], saved

    code, saved = with_writer(play)
    assert code == "retry"
    assert texts(amina.conversation_id) == ["ja"]


@pytest.mark.django_db(transaction=True)
def test_a_socket_that_closed_meanwhile_does_not_disturb_the_rest():
    amina = make.seeker_of(make.conversation())

    async def play(its, saved):
        left = asyncio.ensure_future(its.store(make.post(amina, "borta")))
        await asyncio.sleep(0)
        left.cancel()
        await its.store(make.post(amina, "kvar"))
        end = time.monotonic() + 5
        while len(saved) < 2 and time.monotonic() < end:
            await asyncio.sleep(0.01)
        return [post.body for post in saved]

    assert with_writer(play) == ["borta", "kvar"]  # stored, and on everybody else's screen


@pytest.mark.django_db(transaction=True)
def test_locked_conversation_does_not_hold_up_the_others(on_postgres):
    locked, free = make.claimed(), make.claimed()
    posts = [make.post(make.seeker_of(locked)), make.post(make.seeker_of(free))]
    is_held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Conversation.objects.select_for_update().get(pk=locked.pk)
            is_held.set()
            let_go.wait(10)
        connection.close()

    def save():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")  # what socket processes run with, shorter
        original = connection.close
        connection.close = lambda: None  # the next connection would not know the setting
        try:
            object.__new__(Writer)._save(posts)
        finally:
            original()

    threads = [threading.Thread(target=hold), threading.Thread(target=save)]
    threads[0].start()
    is_held.wait(10)
    threads[1].start()
    threads[1].join(20)
    let_go.set()
    threads[0].join(10)
    assert [post.error for post in posts] == ["retry", None]
    assert texts(free) == [posts[1].body]
