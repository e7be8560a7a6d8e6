"""What is kept how long: data of every age in every table, and what is there after the clocks have run."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats import files
from motesplats.models import AuditEntry
from seekers import keeping, privacy, removal, retention
from seekers.models import (
    Comment,
    Document,
    DocumentFile,
    DocumentPage,
    DocumentUse,
    DocumentVersion,
    HelpRequest,
    InterviewAnswer,
    InterviewQuestion,
    Viewing,
    WritingDraft,
)
from tests import make
from tests.races import at_once

pytestmark = pytest.mark.django_db
State = HelpRequest.State


@pytest.fixture(autouse=True)
def office():
    return make.office()


def ago(**span) -> timezone.datetime:
    return timezone.now() - timedelta(**span)


def question(*, ended=None, state=State.RESOLVED, owner=None, **fields) -> HelpRequest:
    """A question with a chat, ended so many days ago; None = it goes on."""
    talk = make.conversation(owner, **fields)
    ends = {"ended_at": ago(days=ended), "state": state} if ended is not None else {}
    HelpRequest.objects.filter(pk=talk.request_id).update(**ends)
    talk.request.refresh_from_db()
    return talk.request


def document(*, ended=None, state=State.RESOLVED, commented=True, **fields) -> Document:
    made = make.document(question(ended=ended, state=state).conversation, **fields)
    if commented:
        place = {"start": 0, "end": 5}
        version = made.versions.get()
        author = make.user("Björn")
        Comment.objects.create(version=version, author=author, reason="good", note="Bra!", quote="Amina", **place)
    return made


def is_there(document: Document) -> bool:
    """All of it, or else nothing of it: half is an error."""
    document.refresh_from_db()
    of = {"version__document": document}
    signs = {
        document.removed_at is None,
        DocumentFile.objects.filter(**of).exists(),
        DocumentPage.objects.filter(**of).exists() or document.kind == "sound" and document.removed_at is None,
        document.versions.exclude(text="").exists() or document.kind == "sound" and document.removed_at is None,
        Comment.objects.filter(**of).exclude(note="", quote="").exists(),
        bool(make.stored_names(document)),
    }
    assert len(signs) == 1, signs
    return signs.pop()


AGES = {  # what -> stays
    "of an open question": ({"ended": None}, True),
    "of a question that ended yesterday": ({"ended": 1}, True),
    "of a question that ended 29 days ago": ({"ended": 29}, True),
    "of a question that ended 31 days ago": ({"ended": 31}, False),
    "of a closed question": ({"ended": 31, "state": State.CLOSED}, False),
    "of a question taken back": ({"ended": 31, "state": State.WITHDRAWN}, False),
    "of a question IM looks at": ({"ended": 400, "state": State.ON_HOLD}, True),
}


@pytest.mark.parametrize("age", AGES)
def test_documents_go_30_days_after_the_end(age, django_capture_on_commit_callbacks):
    given, stays = AGES[age]
    made = document(**given)
    names = make.stored_names(made)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.remove_due_documents() == (not stays)
    assert is_there(made) is stays
    assert {files.path_of(name).exists() for name in names} == {stays}
    assert retention.remove_old() == 0


def test_a_removed_document_leaves_rows_to_count(django_capture_on_commit_callbacks):
    made = document(ended=31, title="Aminas cv.pdf")
    with django_capture_on_commit_callbacks(execute=True):
        retention.remove_due_documents()
    made.refresh_from_db()
    assert (made.title, made.versions.count(), Comment.objects.count(), DocumentUse.objects.count()) == ("", 1, 1, 1)
    entry = AuditEntry.objects.get(action="document.removed")
    assert (entry.actor_id, entry.data) == (None, {"why": "time"})


def test_a_document_in_two_questions_goes_after_the_last():
    made = document(ended=100)
    other = question(ended=10, owner=made.owner)
    DocumentUse.objects.create(document=made, request=other)
    assert retention.remove_due_documents() == 0
    assert retention.removal_dates([made])[made.pk] == other.ended_at + timedelta(days=30)
    HelpRequest.objects.filter(pk=other.pk).update(ended_at=ago(days=31))
    assert retention.remove_due_documents() == 1


def test_reopened_the_clock_stops():
    made = document(ended=31)
    HelpRequest.objects.update(ended_at=None, state=State.WAITING)
    assert retention.remove_due_documents() == 0
    assert retention.removal_dates([made]) == {made.pk: None}


@pytest.mark.parametrize(("days", "stays"), [(6, True), (8, False)])
def test_sounds_go_7_days_after_they_were_made(days, stays):
    made = document(kind="sound", source="sound", format="webm")
    Document.objects.update(created_at=ago(days=days))
    retention.remove_due_documents()
    assert is_there(made) is stays


def test_a_sound_of_a_chat_on_hold_stays():
    made = document(kind="sound", source="sound", ended=1, state=State.ON_HOLD)
    Document.objects.update(created_at=ago(days=40))
    assert retention.remove_due_documents() == 0
    assert is_there(made)


def test_kept_until_next_time_stays_until_then():
    made = document(ended=100)
    keeping.keep(made, actor=made.owner)
    assert retention.remove_due_documents() == 0
    assert retention.removal_dates([made])[made.pk] == made.kept_until
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert retention.remove_due_documents() == 1


def test_consent_taken_back_lets_the_ordinary_date_count():
    made = document(ended=100)
    keeping.keep(made, actor=made.owner)
    assert keeping.stop_keeping(made, actor=made.owner) is True
    assert keeping.stop_keeping(made, actor=made.owner) is False
    assert retention.remove_due_documents() == 1


def test_a_document_of_no_question_goes_too():
    made = Document.objects.create(owner=make.user(), created_at=ago(days=31))
    assert retention.removal_dates([made])[made.pk] == made.created_at + timedelta(days=30)
    assert retention.remove_due_documents() == 1


def words_of(request: HelpRequest) -> tuple[WritingDraft, InterviewAnswer]:
    asked = InterviewQuestion.objects.create(position=1, text="Vem är du?")
    return (
        WritingDraft.objects.create(request=request, kind="cv", fields={"name": "Amina"}),
        InterviewAnswer.objects.create(request=request, question=asked, text="Jag heter Amina."),
    )


@pytest.mark.parametrize(
    ("ended", "state", "stays"),
    [(None, "", True), (89, State.RESOLVED, True), (91, State.CLOSED, False), (400, State.ON_HOLD, True)],
)
def test_drafts_and_answers_go_with_the_text_of_the_chat(ended, state, stays):
    draft, answer = words_of(question(ended=ended, state=state))
    assert retention.remove_old_words() == (0 if stays else 2)
    draft.refresh_from_db()
    answer.refresh_from_db()
    assert (bool(draft.fields), bool(answer.text)) == (stays, stays)
    assert retention.remove_old_words() == 0


def test_who_has_seen_is_known_for_two_years():
    version = document().versions.get()
    for days in (1, 729, 731):
        Viewing.objects.create(version=version, viewer=make.user(), side="staff", what="read", at=ago(days=days))
    assert [retention.forget_old_viewings(), retention.forget_old_viewings()] == [1, 0]
    assert Viewing.objects.count() == 2


def test_what_a_worker_stored_while_it_was_removed_goes_too():
    made = document(commented=False)
    removal.remove(made, actor=None, why="time")
    DocumentPage.objects.create(version=made.versions.get(), number=1, lines=[{"text": "Amina"}])
    made.versions.update(text="Amina")
    assert [retention.remove_the_rest(), retention.remove_the_rest()] == [1, 0]
    assert DocumentPage.objects.count() == 0


def test_what_a_helper_said_while_it_was_removed_goes_too():
    made = document()
    removal.remove(made, actor=None, why="time")
    Comment.objects.filter(version__in=made.versions.all()).update(note="Skriv om Kungsgatan 3")
    assert [retention.remove_the_rest(), retention.remove_the_rest()] == [1, 0]
    assert not Comment.objects.exclude(note="").exists()


def test_the_answers_it_was_written_from_go_with_it():
    made, other = document(), document()
    drafts = [
        WritingDraft.objects.create(request=one.uses.get().request, kind="cv", fields={"name": "Amina"}, document=one)
        for one in (made, other)
    ]
    removal.remove(made, actor=made.owner, why="owner")
    assert [WritingDraft.objects.get(pk=draft.pk).fields for draft in drafts] == [{}, {"name": "Amina"}]


def test_one_that_fails_does_not_stop_the_rest(monkeypatch):
    first, second = document(ended=31), document(ended=31)
    real = removal.remove
    monkeypatch.setattr(
        removal, "remove", lambda one, **how: 1 / 0 if one.pk == first.pk else real(one, **how)
    )  # fmt: skip
    assert retention.remove_due_documents() == 1
    assert (is_there(first), is_there(second)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_remove_once(on_postgres, office):
    document(ended=31)
    done = at_once(*[retention.remove_due_documents] * 2)
    assert sorted(done) == [0, 1]
    assert AuditEntry.objects.filter(action="document.removed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_in_the_last_moment_is_kept_whole_or_gone_whole(on_postgres, office):
    for _round in range(5):
        made = document(ended=31)

        def keep(one=made):
            with suppress(keeping.CannotKeep):
                keeping.keep(one, actor=one.owner)

        at_once(keep, retention.remove_due_documents)
        made.refresh_from_db()
        assert is_there(made) is (made.kept_until is not None)


def test_nothing_is_past_its_limit_after_the_clocks_have_run():
    version = document(ended=40).versions.get()
    words_of(question(ended=100))
    Viewing.objects.create(version=version, viewer=make.user(), side="staff", what="read", at=ago(days=800))
    assert retention.overdue() == {
        "seekers.Document": 1, "seekers.WritingDraft": 1, "seekers.InterviewAnswer": 1, "seekers.Viewing": 1,
    }  # fmt: skip
    retention.remove_old()
    assert retention.overdue() == {}


def test_overdue_is_only_what_is_a_day_late():
    document(ended=30.5)
    assert retention.due_documents(timezone.now()).count() == 1
    assert retention.overdue() == {}


# --- privacy.py --------------------------------------------------------------------------------------------------------
def test_export_holds_what_was_written_and_who_saw_it():
    made = document()
    version = made.versions.get()
    Comment.objects.update(sent_at=timezone.now())
    Viewing.objects.create(version=version, viewer=make.user("Björn"), side="volunteer", what="read")
    request = made.uses.get().request
    words_of(request)
    found = privacy.export(made.owner)
    (shown,) = found["documents"]
    assert shown["shown_in"] == [request.public_id]
    assert shown["versions"][0]["text"] == version.text
    assert shown["versions"][0]["comments"][0]["note"] == "Bra!"
    assert [row["who"] for row in shown["versions"][0]["seen_by"]] == ["Björn"]
    assert found["drafts"][0]["fields"] == {"name": "Amina"}
    assert found["answers"][0]["text"] == "Jag heter Amina."
    assert privacy.export(make.user("Samir")) == {}


def test_export_of_a_helper_holds_what_they_wrote_and_when_they_looked_but_not_whose():
    made = document()
    comment = Comment.objects.get()
    Viewing.objects.create(version=made.versions.get(), viewer=comment.author, side="volunteer", what="read")
    found = privacy.export(comment.author)
    assert [row["note"] for row in found["comments_written"]] == ["Bra!"]
    assert [row["what"] for row in found["documents_seen"]] == ["read"]
    assert made.public_id not in str(found)
    assert found["documents"] == []


def test_export_is_constant_in_queries(django_assert_max_num_queries):
    owner = make.user("Amina")
    for _one in range(3):
        make.document(make.conversation(owner))
    with django_assert_max_num_queries(15):
        privacy.export(owner)


def test_erase_empties_everything_twice_over():
    made, other = document(), document()
    words_of(made.uses.get().request)
    for _again in range(2):
        privacy.erase(made.owner)
    assert (is_there(made), is_there(other)) == (False, True)
    assert not WritingDraft.objects.exclude(fields={}).exists()
    assert not InterviewAnswer.objects.exclude(text="").exists()
    assert DocumentVersion.objects.count() == 2
