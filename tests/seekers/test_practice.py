"""Interview practice: the bank, answers, who sees them, five marks in words."""

from uuid import uuid4

import pytest

from motesplats.models import AuditEntry
from seekers import practice
from seekers.models import AnswerMarks, InterviewAnswer
from tests import make, races

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(practice.MARKED, "good")


@pytest.fixture
def chat(db):
    make.office()
    return make.conversation()


@pytest.fixture
def bank(db):
    for position, (text, occupation) in enumerate(
        [("Berätta om dig", ""), ("Lagar du mat?", "kock"), ("Kör du?", "chaufför")]
    ):
        make.interview_question(text, position=position, occupation=occupation)
    make.interview_question("Gammal", is_active=False)


def test_bank_begins_with_the_questions_of_the_occupation(bank):
    def texts(occupation):
        return [question.text_sv for question in practice.questions_for(occupation)]

    assert practice.occupations() == ["chaufför", "kock"]
    assert texts("") == texts("finns inte") == ["Berätta om dig"]
    assert texts("kock") == ["Lagar du mat?", "Berätta om dig"]


def answer(chat, **fields) -> InterviewAnswer:
    question = fields.pop("question", None) or make.interview_question()
    given = {"draft_id": uuid4(), "actor": chat.request.owner, "text": "Jag lagar mat.", **fields}
    return practice.answer(chat.request, question, **given)


def actions() -> list[str]:
    return list(
        AuditEntry.objects.filter(action__startswith="interview").order_by("pk").values_list("action", flat=True)
    )


def test_answer_sent_twice_is_one(chat):
    draft_id = uuid4()

    assert answer(chat, draft_id=draft_id) == answer(chat, draft_id=draft_id, text="annan text")
    assert InterviewAnswer.objects.get().text == "Jag lagar mat."
    assert actions() == ["interview.answered"]


def test_draft_id_of_somebody_else_gives_nothing_of_theirs(chat):
    draft_id, other = uuid4(), make.conversation(make.user("Samir"))
    theirs = answer(chat, draft_id=draft_id)
    mine = answer(other, draft_id=draft_id, text="min")

    assert mine != theirs
    assert (mine.text, mine.request_id) == ("min", other.request_id)


@pytest.mark.django_db(transaction=True)
def test_answer_sent_twice_at_once_is_one():
    make.office()
    chat, draft_id, question = make.conversation(), uuid4(), make.interview_question()

    made = races.at_once(*[lambda: answer(chat, draft_id=draft_id, question=question)] * 4)

    assert {one.pk for one in made} == {InterviewAnswer.objects.get().pk}


def test_answers_stop_where_nobody_practises_any_more(chat, monkeypatch):
    monkeypatch.setattr(practice, "ANSWERS_PER_REQUEST", 1)
    answer(chat)

    with pytest.raises(practice.TooMany):
        answer(chat)


def test_answer_is_only_its_owners_until_shown(chat):
    mine = answer(chat)
    shown = practice.answers_of(chat.request, only_shared=True)
    assert list(practice.answers_of(chat.request, only_shared=False)) == [mine]
    assert list(shown.all()) == []

    assert [practice.share(mine, actor=chat.request.owner) for _time in range(2)] == [True, False]
    assert list(shown.all()) == [mine]
    assert actions() == ["interview.answered", "interview.shared"]


@pytest.mark.django_db(transaction=True)
def test_shown_twice_at_once_is_shown_once():
    make.office()
    mine = answer(make.conversation())

    assert sorted(races.at_once(*[lambda: practice.share(mine, actor=None)] * 4)) == [False, False, False, True]
    assert actions().count("interview.shared") == 1


def test_best_answers_go_in_and_out(chat):
    mine = answer(chat)

    assert [practice.choose(mine, is_best=best, actor=None) for best in (True, True, False, False)] == [
        True, False, True, False,
    ]  # fmt: skip


def test_best_answers_of_all_questions_are_only_the_owners(chat):
    owner, samir = chat.request.owner, make.user("Samir")
    second, other = make.conversation(owner), make.conversation(samir)
    for talk in (chat, second, other):
        practice.choose(answer(talk), is_best=True, actor=None)
    answer(chat)

    assert {one.request_id for one in practice.best_of(chat.request, owner=owner)} == {
        chat.request_id,
        second.request_id,
    }
    assert {one.request_id for one in practice.best_of(chat.request, owner=None)} == {chat.request_id}


def test_marks_are_one_set_for_each_author(chat):
    mine, bjorn = answer(chat), make.user("Björn")

    assert practice.mark(mine, author=bjorn, marks=GOOD) is True
    assert practice.mark(mine, author=bjorn, marks={**GOOD, "length": "again"}) is False
    assert practice.mark(mine, author=chat.request.owner, marks=GOOD) is True

    assert list(AnswerMarks.objects.order_by("pk").values_list("author", "clarity", "length")) == [
        (bjorn.pk, "good", "again"),
        (chat.request.owner_id, "good", "good"),
    ]


@pytest.mark.django_db(transaction=True)
def test_marks_of_two_windows_at_once_are_one_set():
    make.office()
    mine, bjorn = answer(make.conversation()), make.user("Björn")

    firsts = races.at_once(*[lambda: practice.mark(mine, author=bjorn, marks=GOOD)] * 4)

    assert sorted(firsts) == [False, False, False, True]
    assert AnswerMarks.objects.count() == 1


def test_no_text_of_people_is_in_the_audit(chat):
    mine = answer(chat, text="hemligheten")
    practice.mark(mine, author=chat.request.owner, marks=GOOD)

    assert "hemligheten" not in str(list(AuditEntry.objects.values_list("data", flat=True)))
