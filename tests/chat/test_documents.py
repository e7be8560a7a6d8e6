"""The acts of documents as the chat sees them: said once, the page raised, a done question opened again."""

from functools import partial
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core import mail

from chat import documents, lines, matching, presence, removal
from chat.access import Person
from chat.document_access import Sight
from chat.models import Conversation, Message, Participant, Side
from motesplats import files, outbox
from motesplats.models import OutboxMail
from seekers import preparation
from seekers.intake import Refused
from seekers.models import Document, DocumentUse, DocumentVersion, HelpRequest
from tests import make
from tests.races import at_once
from tests.seekers.brought import photo, prepare, sound

pytestmark = pytest.mark.django_db
State = DocumentVersion.State


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.TESSERACT = ""  # reading photos takes a second each, and is not what is tested here


@pytest.fixture
def talk(db) -> Conversation:
    return make.claimed()


def asker(talk) -> Person:
    return make.person_of(make.seeker_of(talk))


def said(talk) -> list[str]:
    """The system lines about documents, as the helper reads them in English."""
    rows = Message.objects.filter(conversation=talk, kind=Message.Kind.SYSTEM, body__contains="_added").order_by("seq")
    return [lines.say(row.body, side=Side.VOLUNTEER) for row in rows]


def bring_text(talk, text="Jag har arbetat som kock.", **more) -> DocumentVersion:
    return documents.bring_text(asker(talk), **{"kind": "cv", "text": text, "draft_id": uuid4(), **more})


def bring_photo(talk, **more) -> DocumentVersion:
    return documents.bring_files(asker(talk), **{"kind": "cv", "uploads": [photo()], "draft_id": uuid4(), **more})


def version_of(talk) -> int:
    return Conversation.objects.get(pk=talk.pk).version


def test_a_text_is_told_at_once_and_once(talk):
    before, draft_id = version_of(talk), uuid4()

    for _time in range(2):
        version = bring_text(talk, draft_id=draft_id)

    assert (len(said(talk)), version_of(talk) > before) == (1, True)
    assert DocumentUse.objects.get().told_number == version.number
    assert Conversation.objects.get(pk=talk.pk).last_side == Side.SEEKER
    assert documents.tell_prepared() == 0


def test_a_file_is_told_when_it_is_prepared(talk):
    version = bring_photo(talk)
    assert said(talk) == []
    before = version_of(talk)

    prepare(version)

    assert (len(said(talk)), version_of(talk) > before, documents.tell_prepared()) == (1, True, 0)


def test_the_sweep_tells_what_was_missed_and_runs_twice(talk):
    version = bring_photo(talk)
    DocumentVersion.objects.filter(pk=version.pk).update(state=State.READY)

    assert [documents.tell_prepared(), documents.tell_prepared()] == [1, 0]
    assert len(said(talk)) == 1


def test_what_is_refused_changes_the_page_and_says_nothing_to_the_helper(talk):
    version, before = bring_photo(talk), version_of(talk)
    DocumentVersion.objects.filter(pk=version.pk).update(state=State.REFUSED, refusal="could_not_read")

    assert documents.tell_prepared() == 1
    assert (said(talk), version_of(talk) > before) == ([], True)


def test_a_refused_file_that_is_tried_again_is_told_when_it_is_ready(talk):
    version = bring_photo(talk)
    DocumentVersion.objects.filter(pk=version.pk).update(state=State.REFUSED, refusal="could_not_read", tries=3)
    documents.tell_prepared()

    documents.try_again(sight_of(talk, version))
    prepare(version)

    assert len(said(talk)) == 1


def test_versions_are_told_with_their_number_in_order(talk):
    first = bring_photo(talk)
    second = bring_photo(talk, document=first.document)
    prepare(second)
    assert said(talk) == []  # the first is not done yet

    prepare(first)

    assert [line.count("2") for line in said(talk)] == [0, 1]


def test_a_done_question_is_opened_again(talk):
    matching.resolve(HelpRequest.objects.get(conversation=talk), actor=None)

    bring_text(talk)

    assert HelpRequest.objects.get(conversation=talk).is_open


@pytest.mark.parametrize("move, code", [("close", "closed"), ("hold", "hold")])
def test_nothing_is_brought_to_a_chat_that_is_closed_or_stopped(talk, move, code):
    request = HelpRequest.objects.get(conversation=talk)
    if move == "close":
        matching.resolve(request, actor=None)
        matching.close(request, actor=None, why="quiet")
    else:
        matching.hold(request, actor=make.staff())

    for bring in (bring_text, bring_photo):
        with pytest.raises(Refused) as refused:
            bring(talk)
        assert refused.value.code == code
    assert (Document.objects.count(), list(files.names())) == (0, [])
    assert not documents.may_bring(asker(talk))


def test_an_error_after_the_rows_leaves_neither_rows_nor_bytes(talk):
    with patch("chat.threads.shown_anew", side_effect=RuntimeError), pytest.raises(RuntimeError):
        bring_photo(talk)
    assert (Document.objects.count(), list(files.names())) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_two_windows_and_the_helper_at_once_lose_nothing():
    talk = make.claimed()
    draft_id = uuid4()

    at_once(
        lambda: bring_text(talk, draft_id=draft_id),
        lambda: bring_text(talk, draft_id=draft_id),
        lambda: make.message(make.helper_of(talk), "Hej!"),
        lambda: documents.tell_prepared(),
    )

    assert (DocumentVersion.objects.count(), len(said(talk))) == (1, 1)
    seqs = list(Message.objects.filter(conversation=talk).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.django_db(transaction=True)
def test_a_version_prepared_while_its_owner_brings_the_next_is_told_once():
    talk = make.claimed()
    first = bring_photo(talk)

    at_once(lambda: preparation.prepare(first.pk), lambda: bring_photo(talk, document=first.document))
    for version in DocumentVersion.objects.filter(state=State.PREPARING):
        preparation.prepare(version.pk)

    assert len(said(talk)) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_the_box_takes_three_queries_however_many_documents(talk, number, django_assert_num_queries):
    for _each in range(number):
        document = make.document(talk)
        make.version(document)
    person = asker(talk)

    with django_assert_num_queries(3):
        shown = documents.for_chat(person)

    assert [(one.version.number, one.ready_number, one.waits_for_boxes) for one in shown] == [(2, 2, False)] * number


def test_the_box_shows_the_newest_and_what_can_be_read(talk):
    document = make.document(talk)
    make.version(document, state=State.PREPARING)

    [shown] = documents.for_chat(asker(talk))

    assert (shown.version.number, shown.version.state, shown.ready_number) == (2, State.PREPARING, 1)


def test_a_kept_document_is_shown_and_told_in_another_chat(talk):
    document = bring_text(talk).document
    other = make.claimed(make.volunteer("Cecilia"), owner=document.owner)

    documents.use(asker(other), document)
    documents.use(asker(other), document)

    assert [len(said(other)), len(documents.for_chat(asker(other)))] == [1, 1]


def test_a_sound_is_told_when_it_is_ready(talk):
    version = documents.bring_sound(asker(talk), upload=sound(), seconds=30, draft_id=uuid4())
    prepare(version)

    assert (version.state, len(said(talk))) == (State.READY, 1)


# --- the mail to a helper who is away --------------------------------------------------------------------------------


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind="document"))


def sight_of(talk, version):
    return Sight(asker(talk), version.document, version)


def test_a_helper_who_is_away_gets_one_mail_and_nothing_of_the_document(talk):
    bring_text(talk, "Telefon 070-174 06 05", title="Mitt hemliga CV.pdf")
    documents.tell_prepared()

    [waiting] = mails()
    outbox.deliver(waiting.pk)
    assert mail.outbox[0].to == [make.helper_of(talk).user.email]
    said = mail.outbox[0].body + mail.outbox[0].subject
    assert ["hemliga" in said, "070" in said, "/chatt/" in said] == [False, False, True]


def test_a_helper_who_is_here_gets_none_and_one_who_came_meanwhile_neither(talk):
    presence.visited(make.helper_of(talk))
    bring_text(talk)
    assert mails() == []

    Participant.objects.update(seen_at=None)
    bring_text(talk)
    presence.visited(make.helper_of(talk))
    outbox.deliver(mails()[0].pk)
    assert ([one.state for one in mails()], mail.outbox) == (["unwanted"], [])


def test_nobody_is_called_to_a_picture_that_is_not_shown(talk):
    version = prepare(bring_photo(talk))
    assert mails() == []

    documents.release_page(sight_of(talk, version), version.pages.get())
    documents.set_masks(sight_of(talk, version), version.pages.get(), [(0, 0, 0.5, 0.1)])

    assert len(mails()) == 1


ACTS = {
    "show_all": lambda sight, page: documents.show_all(sight),
    "hide": lambda sight, page: documents.hide(sight),
    "set_masks": lambda sight, page: documents.set_masks(sight, page, [(0, 0, 0.5, 0.1)]),
    "release_page": lambda sight, page: documents.release_page(sight, page),
    "remove": lambda sight, page: removal.remove(sight.document, actor=sight.person.user),
}


@pytest.mark.parametrize("act", ACTS)
def test_every_chat_where_it_is_shown_hears_of_it(talk, act):
    version = prepare(bring_photo(talk))
    other = make.claimed(make.volunteer("Cecilia"), owner=version.document.owner)
    stranger = make.claimed(make.volunteer("Samir"), owner=make.user("Omar"))
    documents.use(asker(other), version.document)
    talks = [talk, other, stranger]
    before = [version_of(one) for one in talks]

    with patch("chat.threads.nudge") as told:
        ACTS[act](sight_of(talk, version), version.pages.get())

    here = {one.request.public_id for one in (talk, other)}
    assert [version_of(one) - was for one, was in zip(talks, before, strict=True)] == [1, 1, 0]
    assert {call.args[0] for call in told.call_args_list} == {f"request:{one}" for one in here}
    assert {one.data["request"] for one in mails()} == (here if act in ("set_masks", "release_page") else set())


@pytest.mark.django_db(transaction=True)
def test_shown_in_two_chats_and_changed_from_both_at_once():
    make.office()
    talk = make.claimed()
    version = prepare(bring_photo(talk))
    other = make.claimed(make.volunteer("Cecilia"), owner=version.document.owner)
    documents.use(asker(other), version.document)
    sights = [sight_of(one, version) for one in (talk, other)]
    acts = [partial(act, sight) for sight in sights for act in (documents.show_all, documents.hide)]
    before = [version_of(one) for one in (talk, other)]
    assert at_once(*acts) == [None] * 4
    assert [version_of(one) - was for one, was in zip((talk, other), before, strict=True)] == [4, 4]


def test_no_mail_to_a_helper_who_left_or_of_what_was_taken_away(talk):
    version = bring_text(talk)
    second = bring_text(talk)
    Document.objects.filter(pk=version.document_id).update(removed_at=version.created_at)
    outbox.deliver(OutboxMail.objects.get(data__version=version.pk).pk)
    matching.release(HelpRequest.objects.get(conversation=talk), actor=make.helper_of(talk).user)
    outbox.deliver(OutboxMail.objects.get(data__version=second.pk).pk)

    assert ([one.state for one in mails()], mail.outbox) == (["unwanted"] * 2, [])


def test_a_question_that_waits_mails_nobody():
    bring_text(make.conversation())

    assert mails() == []
