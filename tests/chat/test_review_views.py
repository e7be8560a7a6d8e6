"""Comments on a document, page by page: the helper who writes them and the owner who answers, both without script."""

import gzip
import random
import re
from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from chat import clocks, matching, review_mail, reviews
from chat.document_access import Sight
from chat.models import Conversation, Message, Participant, Side
from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from seekers.models import ChecklistMark, ChecklistPoint, Comment, DocumentVersion, Viewing
from seekers.reviews import ReviewConflict, Sent, open_changes, things_of
from tests import make
from tests.chat.house import logged_in, with_grant
from tests.motesplats.door import give_app, log_in_staff
from tests.races import at_once

pytestmark = pytest.mark.django_db
TEXT = "Amina Ali\nKock i åtta år.\nRing 070-123 45 67 på dagen.\nJag är snäll."


@pytest.fixture(autouse=True)
def house():
    cache.clear()
    return make.office()


@pytest.fixture
def chat():
    return make.claimed(make.volunteer(on_duty=True))


@pytest.fixture
def version(chat):
    """A pasted CV."""
    return make.document(chat, text=TEXT, source="text").versions.select_related("document").get()


@pytest.fixture
def scan(chat):
    """A CV that came as a file."""
    return make.document(chat, text=TEXT).versions.select_related("document").get()


@pytest.fixture
def amina(chat):
    return logged_in(make.seeker_of(chat).user)


@pytest.fixture
def bjorn(chat):
    return logged_in(make.helper_of(chat).user)


def at(version, name="version_show", *more) -> str:
    question = version.document.uses.get().request
    with override("sv"):  # whatever language the page before had
        return reverse(f"chat:{name}", args=[question.public_id, version.document.public_id, version.number, *more])


def about(comment, name) -> str:
    question = comment.version.document.uses.get().request
    with override("sv"):
        return reverse(f"chat:{name}", args=[question.public_id, comment.public_id])


def html(answer) -> str:
    return answer.content.decode()


def comment(client, version, reason="clearer", place="1.1", **more):
    return client.post(at(version, "comment_add"), {"reason": reason, "place": place, **more})


def sent(client, version, *reasons, **more) -> list[Comment]:
    for reason in reasons:
        assert comment(client, version, reason, **more).status_code == 302
    assert client.post(at(version, "comments_send")).status_code == 302
    return things_of(version).changes


def sight_of(participant, version) -> Sight:
    return Sight(make.person_of(participant), version.document, version)


# --- the helper's page


def test_helper_reads_masked_lines_and_the_owner_learns_of_it(bjorn, version):
    page = html(bjorn.get(at(version)))
    assert "Ring [telefon] på dagen." in page and "070-123" not in page
    assert page.count('name="place"') == 4
    assert page.count('name="reason"') == 6
    assert [(view.viewer.display_name, view.what) for view in Viewing.objects.all()] == [("Björn", "read")]


def test_whole_text_is_shown_when_its_owner_shows_all(bjorn, version):
    DocumentVersion.objects.update(shows_all=True)
    assert "070-123 45 67" in html(bjorn.get(at(version)))
    comment(bjorn, version, place="1.2", first="5", last="18")
    assert Comment.objects.get().quote == "[telefon]"


def test_page_its_owner_has_not_looked_at_is_not_shown(bjorn, scan):
    scan.pages.update(is_released=False)
    page = html(bjorn.get(at(scan)))
    assert "This page is not shown yet" in html(bjorn.get(f"/en{at(scan)}"))
    assert "/sida/1/" not in page and "Amina Ali" not in page
    assert comment(bjorn, scan).status_code == 400


def test_comment_on_a_line_is_a_draft_that_only_its_author_sees(bjorn, amina, scan, chat):
    answer = comment(bjorn, scan, note="Skriv längre", draft="A" * 16)
    made = Comment.objects.get()
    assert answer["Location"] == f"{at(scan)}#c-{'A' * 16}"
    assert (made.quote, made.sent_at, made.page) == ("Kock i åtta år.", None, 1)
    assert "Skriv längre" in html(bjorn.get(at(scan)))
    disa = make.staff("Disa")
    matching.let_staff_in(chat.request, staff=disa, reason="review")
    give_app(disa)
    staff = Client()
    log_in_staff(staff, disa)
    assert "Skriv längre" not in html(staff.get(at(scan)))
    assert "Skriv längre" not in html(amina.get(at(scan, "thing_list")))
    sent(bjorn, scan, "good")
    assert "Skriv längre" in html(staff.get(at(scan)))
    assert "Skriv längre" in html(amina.get(at(scan, "thing_list")))
    assert staff.get(about(made, "comment_edit")).status_code == 404


def test_comment_on_a_drawn_box_has_a_pin(bjorn, scan):
    answer = bjorn.post(at(scan, "comment_add"), {"reason": "move", "page": "1", "box": "0.1 0.14 0.5 0.06"})
    assert answer.status_code == 302
    page = html(bjorn.get(at(scan)))
    pin = re.search(r'<a href="#c-[^"]+" class="pin move" aria-label="a: [^"]+"><rect x="76" y="154" width="408"', page)
    assert pin, page
    assert Comment.objects.get().quote == "Kock i åtta år."


@pytest.mark.parametrize(
    "place",
    [
        {}, {"place": ""}, {"place": "1.99"}, {"place": "99.0"}, {"place": "x"}, {"place": "1.-1"}, {"place": "1-0"},
        {"place": "1.0", "first": "5", "last": "500"}, {"place": "1.0", "first": "x", "last": "3"},
        {"page": "1", "box": "nan 0 0.1 0.1"}, {"page": "1", "box": "0 0 2 2"}, {"page": "1", "box": "0 0 1"},
        {"page": "99", "box": "0 0 0.1 0.1"}, {"page": "", "box": "0 0 0.1 0.1"}, {"page": "1", "box": "a b c d"},
        {"page": "1", "box": "0.1 0.1 0.1 inf"}, {"place": "٣.٤"}, {"second": "3"}, {"place": "1.0\x00"},
    ],
)  # fmt: skip
def test_bad_place_is_refused_in_words_and_the_text_is_kept(bjorn, version, place):
    answer = bjorn.post(at(version, "comment_add"), {"reason": "move", "note": "Flytta det här", **place})
    assert answer.status_code == 400
    page = html(answer)
    assert "data-errors" in page and ">\nFlytta det här</textarea>" in page
    assert 'value="move" id="id_reason_1" checked' in page or re.search(r'value="move"[^>]*checked', page)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "typed", [{"reason": ""}, {"reason": "evil"}, {"reason": "move", "note": "x" * 1001}, {"note": "a\x00b"}]
)
def test_bad_words_are_refused_and_the_place_is_kept(bjorn, version, typed):
    answer = bjorn.post(at(version, "comment_add"), {"reason": "move", "place": "1.2", **typed})
    assert answer.status_code == 400
    assert re.search(r'value="1\.2" form="new-comment"[^>]*checked', html(answer))
    assert not Comment.objects.exists()


def test_line_of_a_text_bears_the_marks_of_its_comments(bjorn, version):
    comment(bjorn, version, "good", place="1.1", draft="A" * 16)
    comment(bjorn, version, "move", place="1.2", draft="B" * 16)
    page = html(bjorn.get(at(version)))
    marks = re.findall(r'(\S+)</span><a class="tag (\w+)" href="#c-(A|B){16}" aria-label="([ab]):', page)
    assert marks == [("år.", "good", "A", "a"), ("dagen.", "move", "B", "b")]


def test_photo_is_pointed_at_without_script(bjorn, chat):
    scan = make.document(chat).versions.select_related("document").get()
    make.page(scan, 2, text="")
    assert html(bjorn.get(at(scan))).count('value="2-') == 5
    assert comment(bjorn, scan, place="2-1").status_code == 302
    assert Comment.objects.get().box == [0, 0.2, 1, 0.2]


def test_sound_is_commented_at_its_seconds(bjorn, amina, chat):
    sound = make.document(chat, kind="sound", source="sound", format="webm", seconds=40)
    sound = sound.versions.select_related("document").get()
    assert bjorn.post(at(sound, "comment_add"), {"reason": "good", "second": "41"}).status_code == 400
    assert bjorn.post(at(sound, "comment_add"), {"reason": "good", "second": "12"}).status_code == 302
    bjorn.post(at(sound, "comments_send"))
    assert "<b>0:12</b>" in html(bjorn.get(at(sound)))
    assert "<b>0:12</b>" in html(amina.get(at(sound, "thing_list")))


def test_draft_is_changed_and_removed(bjorn, version):
    comment(bjorn, version, note="Fel")
    made = Comment.objects.get()
    assert bjorn.post(about(made, "comment_edit"), {"reason": "x", "note": "Rätt"}).status_code == 400
    bjorn.post(about(made, "comment_edit"), {"reason": "good", "note": "Rätt"})
    made.refresh_from_db()
    assert (made.reason, made.note, made.quote) == ("good", "Rätt", "Kock i åtta år.")
    bjorn.post(about(made, "comment_remove"))
    assert not Comment.objects.exists()
    assert bjorn.post(about(made, "comment_remove")).status_code == 404


# --- sending


def test_sending_tells_the_chat_and_mails_the_owner_who_is_away(bjorn, version, chat):
    before = Conversation.objects.get(pk=chat.pk).version
    sent(bjorn, version, "good", "clearer", "move")
    line = Message.objects.filter(conversation=chat, kind="system").latest("seq")
    assert '"code":"comments_sent"' in line.body and '"count":3' in line.body
    assert Conversation.objects.get(pk=chat.pk).version > before
    mail = OutboxMail.objects.get(kind="comments")
    assert mail.to_user == chat.request.owner and "Kock" not in str(mail.data)
    bjorn.post(at(version, "comments_send"))  # again: nothing is left to send
    assert OutboxMail.objects.filter(kind="comments").count() == 1
    assert Message.objects.filter(conversation=chat, body__contains="comments_sent").count() == 1
    assert review_mail._still_unseen(mail)
    Participant.objects.filter(conversation=chat, side=Side.SEEKER).update(seen_at=timezone.now())
    assert not review_mail._still_unseen(mail)


def test_mail_of_comments_holds_none_of_their_words(bjorn, version, chat, mailoutbox):
    sent(bjorn, version, "good", note="Hemliga ord")
    outbox.deliver(OutboxMail.objects.get(kind="comments").pk)
    (mail,) = mailoutbox
    assert mail.to == [chat.request.owner.email]
    assert "Hemliga" not in mail.body and f"/chatt/{chat.request.public_id}/" in mail.body


def test_owner_who_is_here_or_has_no_address_gets_no_mail(bjorn, version, chat):
    Participant.objects.filter(conversation=chat, side=Side.SEEKER).update(seen_at=timezone.now())
    sent(bjorn, version, "good")
    assert not OutboxMail.objects.filter(kind="comments").exists()


def test_comments_count_as_the_helpers_answer(bjorn, version, chat):
    chat.refresh_from_db()
    assert (chat.first_answer_at, chat.request.first_message_by is None) == (None, False)
    type(chat.request).objects.update(first_message_by=timezone.now() - timedelta(minutes=1))
    sent(bjorn, version, "good")
    clocks.lapse_silent_claims()
    chat.refresh_from_db()
    chat.request.refresh_from_db()
    assert (chat.last_side, chat.request.state) == (Side.VOLUNTEER, "active")
    assert chat.first_answer_at and chat.last_message_at


def test_praise_comes_first_and_three_changes_are_enough(bjorn, version):
    comment(bjorn, version)
    answer = bjorn.post(f"/en{at(version, 'comments_send')}")
    assert answer.status_code == 409
    assert "Start with something good" in html(answer)
    for reason in ("good", "move", "spelling", "example"):
        comment(bjorn, version, reason)
    page = html(bjorn.post(f"/en{at(version, 'comments_send')}", follow=True))
    assert "Three things are enough now" in page
    assert Comment.objects.filter(sent_at=None).count() == 1
    assert bjorn.post(at(version, "comments_send")).status_code == 409


def test_helper_who_lost_the_chat_sends_nothing_and_the_drafts_stay(bjorn, version, chat):
    comment(bjorn, version, "good")
    helper = make.helper_of(chat)
    Participant.objects.filter(pk=helper.pk).update(can_write=False)
    for answer in (bjorn.post(at(version, "comments_send")), comment(bjorn, version)):
        assert answer.status_code == 409
    matching.swap_volunteer(chat.request, actor=chat.request.owner)
    for answer in (bjorn.get(at(version)), bjorn.post(at(version, "comments_send")), comment(bjorn, version)):
        assert answer.status_code == 404
    assert Comment.objects.get().sent_at is None


@pytest.mark.parametrize(("move", "status"), [("resolve", 409), ("stop", 404)])
def test_nothing_is_sent_when_the_chat_stands_still(bjorn, version, chat, move, status):
    comment(bjorn, version, "good")
    getattr(matching, move)(chat.request, actor=chat.request.owner)
    assert bjorn.post(at(version, "comments_send")).status_code == status
    assert Comment.objects.get().sent_at is None


@pytest.mark.django_db(transaction=True)
def test_two_helpers_at_once_never_leave_more_than_three_open():
    make.office()
    chat = make.claimed(make.volunteer(on_duty=True))
    disa = make.staff("Disa")
    matching.let_staff_in(chat.request, staff=disa, reason="review")
    rounds = 5 if connection.vendor == "postgresql" else 2
    helpers = [make.helper_of(chat), chat.participants.get(user=disa)]
    for _round in range(rounds):
        version = make.document(chat, text=TEXT, source="text").versions.select_related("document").get()
        for helper in helpers:
            for reason in ("good", "move", "clearer", "spelling"):
                make.comment(version, helper.user, reason, is_sent=False)
        found = at_once(
            *(partial(reviews.send, sight_of(helper, version)) for helper in helpers for _twice in range(2))
        )
        assert all(isinstance(one, Sent | ReviewConflict) for one in found), found
        assert open_changes(version).count() == 3
        assert sum(one.count for one in found if isinstance(one, Sent)) == 5  # 2 good ones, 3 changes
        assert Message.objects.filter(conversation=chat, body__contains="comments_sent").count() == 2 * (_round + 1)


def test_drafts_follow_to_a_new_version(bjorn, version):
    comment(bjorn, version, note="Bra rad")
    new = make.version(version.document, text="Nytt\nKock i åtta år.", source="text")
    assert bjorn.post(at(version, "comment_add"), {"reason": "good", "place": "1.0"}).status_code == 409
    assert at(new, "comments_take_along") in html(bjorn.get(at(new)))
    bjorn.post(at(new, "comments_take_along"))
    assert Comment.objects.get().version == new
    assert "Bra rad" in html(bjorn.get(at(new)))


# --- the owner


def test_owner_takes_one_thing_at_a_time(bjorn, amina, version, chat):
    first, second = sent(bjorn, version, "good", "clearer", "move", note="Skriv var")
    page = html(amina.get(f"/en{at(version, 'thing_list')}"))
    assert page.index("This is good") < page.index("See thing 1 of 2")
    page = html(amina.get(f"/en{at(version, 'comment_show', 1)}"))
    assert "Thing 1 of 2" in page and "<mark>Kock i åtta år.</mark>" in page and "Skriv var" in page
    answer = amina.post(about(first, "comment_answer"), {"answer": "done"})
    assert answer["Location"] == at(version, "comment_show", 2)
    answer = amina.post(about(second, "comment_answer"), {"answer": "unclear"})
    assert answer["Location"] == at(version, "thing_list")
    assert [one.answer for one in things_of(version).changes] == ["done", "unclear"]
    line = Message.objects.filter(conversation=chat, kind="system").latest("seq")
    assert '"code":"comment_unclear"' in line.body and '"number":2' in line.body
    page = html(amina.get(f"/en{at(version, 'thing_list')}"))
    assert "Now you can send a new version" in page
    amina.post(about(second, "comment_answer"), {"answer": "unclear"})  # pressed twice: said once
    assert Message.objects.filter(conversation=chat, body__contains="comment_unclear").count() == 1
    assert set(AuditEntry.objects.filter(action__startswith="comment.").values_list("action", flat=True)) == {
        "comment.drafted", "comment.done", "comment.unclear",
    }  # fmt: skip


def test_the_way_to_the_things_is_straight_from_document_and_chat(bjorn, amina, version, chat):
    sent(bjorn, version, "good", "clearer", "move", "example")
    document, talk = f"/en{at(version)}", f"/en/chatt/{chat.request.public_id}/"
    for number in (1, 2, 3):
        thing = f"/en{at(version, 'comment_show', number)}"
        for page in (html(amina.get(document)), html(amina.get(talk))):
            assert re.search(rf'class="button[^"]*" href="{thing}"[^>]*>See thing {number} of 3<', page)
        amina.post(about(things_of(version).changes[number - 1], "comment_answer"), {"answer": "done"})
    for page in (html(amina.get(document)), html(amina.get(talk))):
        assert "See thing" not in page and "comment<" not in page


def test_praise_is_read_by_walking_past_it_and_counted_no_more(bjorn, amina, version, chat):
    sent(bjorn, version, "good", "clearer", "move", note="Så bra")
    talk, first = f"/en/chatt/{chat.request.public_id}/", f"/en{at(version, 'comment_show', 1)}"
    assert "3 comments" in html(amina.get(talk)) and "This is good" in html(amina.get(first))
    assert amina.get(at(version, "praise_read")).status_code == 405
    assert things_of(version).new_praise  # looking changes nothing
    before = Conversation.objects.get(pk=chat.pk).version
    for _twice in range(2):
        answer = amina.post(f"{at(version, 'praise_read')}?efter=1")  # "Next" on the first thing
        assert answer["Location"] == at(version, "comment_show", 2)
    assert not things_of(version).new_praise
    assert Conversation.objects.get(pk=chat.pk).version == before + 1
    assert AuditEntry.objects.filter(action="praise.read").count() == 1
    assert "2 comments" in html(amina.get(talk)) and "This is good" not in html(amina.get(first))
    assert "This is good" in html(amina.get(f"/en{at(version, 'thing_list')}"))
    assert ">Read</b>" in html(bjorn.get(f"/en{at(version)}"))


def test_praise_alone_is_read_with_one_press_and_so_is_what_stood_above_an_answer(bjorn, amina, version, chat):
    sent(bjorn, version, "good")
    talk, listed = f"/en/chatt/{chat.request.public_id}/", f"/en{at(version, 'thing_list')}"
    assert f'href="{listed}"' in html(amina.get(talk)) and "I have read this" in html(amina.get(listed))
    for client in (bjorn, Client()):
        assert client.post(at(version, "praise_read")).status_code == 404
    assert amina.post(f"{at(version, 'praise_read')}?efter=x")["Location"] == at(version, "thing_list")
    assert "I have read this" not in html(amina.get(listed)) and "1 comment<" not in html(amina.get(talk))
    (made,) = sent(bjorn, version, "good", "move")
    amina.post(about(made, "comment_answer"), {"answer": "done"})
    assert not things_of(version).new_praise


@pytest.mark.django_db(transaction=True)
def test_praise_read_in_two_windows_is_read_once():
    make.office()
    chat = make.claimed(make.volunteer(on_duty=True))
    version = make.document(chat, text=TEXT, source="text").versions.select_related("document").get()
    make.comment(version, make.helper_of(chat).user, "good")
    sight = sight_of(make.seeker_of(chat), version)
    assert at_once(*[partial(reviews.read_praise, sight)] * 4) == [None] * 4
    assert AuditEntry.objects.filter(action="praise.read").count() == 1


def test_cut_out_of_the_picture_shows_the_place_to_its_owner_alone(bjorn, amina, scan):
    (made,) = sent(bjorn, scan, "good", "clearer", place="1.2")
    page = html(amina.get(at(scan, "comment_show", 1)))
    assert re.search(r'<svg class="cut" dir="ltr" viewBox="\d+ \d+ \d+ \d+"', page)
    assert "<mark>Ring 070-123 45 67 på dagen.</mark>" in page
    assert bjorn.get(at(scan, "comment_show", 1)).status_code == 404
    assert amina.get(at(scan, "comment_show", 2)).status_code == 404
    assert bjorn.post(about(made, "comment_answer"), {"answer": "done"}).status_code == 404


def test_wording_makes_a_new_version_once_and_the_other_things_come_along(bjorn, amina, version):
    comment(bjorn, version, "good")
    comment(bjorn, version, place="1.2", before="Ring [telefon]", after="Telefon: [telefon]")
    comment(bjorn, version, "spelling", place="1.3")
    first, second = sent(bjorn, version)
    assert "Telefon: [telefon]" in html(amina.get(at(version, "comment_show", 1)))
    for _twice in range(2):
        answer = amina.post(about(first, "comment_answer"), {"answer": "used"})
        new = version.document.versions.select_related("document").get(number=2)
        assert answer["Location"] == at(new, "comment_show", 1)
    assert new.text == TEXT.replace("Ring 070", "Telefon: 070")
    assert "Ring [telefon]" not in new.masked_text and "Telefon: [telefon] på dagen." in new.masked_text
    (carried,) = things_of(new).changes
    assert (carried.quote, carried.carried_from) == ("Jag är snäll.", second)
    first.refresh_from_db()
    assert first.answer == "used"


def test_wording_on_an_old_page_is_used_in_the_newest_version_or_refused_kindly(bjorn, amina, version):
    comment(bjorn, version, "good")
    comment(bjorn, version, place="1.1", after="Kock i 8 år.")
    comment(bjorn, version, place="1.3", after="Jag är noga.")
    first, second = sent(bjorn, version)
    amina.post(about(first, "comment_answer"), {"answer": "used"})
    amina.post(about(second, "comment_answer"), {"answer": "used"})  # of version 1: its copy in version 2 is meant
    assert version.document.versions.get(number=3).text == TEXT.replace("åtta", "8").replace("snäll", "noga")
    (third,) = sent(bjorn, version.document.versions.get(number=3), "good", "clearer", place="1.0", after="A. Ali")[:1]
    make.version(version.document, text="Något helt annat", source="text")
    page = html(amina.post(f"/en{about(third, 'comment_answer')}", {"answer": "used"}, follow=True))
    assert "The text is different now" in page
    assert version.document.versions.count() == 4


def test_answer_on_an_old_page_is_about_the_copy_in_the_newest_version(bjorn, amina, version):
    comment(bjorn, version, "good")
    comment(bjorn, version, place="1.1", after="Kock i 8 år.")
    first, second = sent(bjorn, version, "spelling", place="1.3")
    amina.post(about(first, "comment_answer"), {"answer": "used"})
    amina.post(about(second, "comment_answer"), {"answer": "done"})
    new = version.document.versions.select_related("document").get(number=2)
    assert [one.answer for one in things_of(new).changes] == ["done"]
    assert "Open version 2" in html(amina.get(f"/en{at(version, 'comment_show', 2)}"))


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_version_and_one_line():
    make.office()
    chat = make.claimed(make.volunteer(on_duty=True))
    version = make.document(chat, text=TEXT, source="text").versions.select_related("document").get()
    bjorn, amina = make.helper_of(chat), make.seeker_of(chat)
    used = make.comment(version, bjorn.user, line=1, after="Kock i 8 år.")
    unclear = make.comment(version, bjorn.user, line=3)
    person = make.person_of(amina)
    found = at_once(*[partial(reviews.use_wording, person, used)] * 3)
    assert {one.number for one in found} == {2}, found
    at_once(*[partial(reviews.answer, person, unclear, answer="unclear")] * 3)
    assert Message.objects.filter(conversation=chat, body__contains="comment_unclear").count() == 1
    assert version.document.versions.count() == 2


def test_grant_answers_like_the_owner(bjorn, version, chat):
    (made,) = sent(bjorn, version, "good", "clearer")
    leila = with_grant(make.seeker_of(chat))
    assert leila.get(at(version, "comment_show", 1)).status_code == 200
    leila.post(about(made, "comment_answer"), {"answer": "done"})
    assert things_of(version).open == []


@pytest.mark.parametrize("answer", ["", "open", "good"])
def test_strange_answer_changes_nothing(bjorn, amina, version, answer):
    (made,) = sent(bjorn, version, "good", "clearer")
    assert amina.post(about(made, "comment_answer"), {"answer": answer}).status_code == 302
    made.refresh_from_db()
    assert made.answer == ""


def test_earlier_versions_things_are_marked_with_their_version(bjorn, amina, version):
    sent(bjorn, version, "good", "clearer", note="Fel stad")
    new = make.version(version.document, text="Något helt annat", source="text")
    for client, page in ((bjorn, at(new)), (amina, at(new, "thing_list"))):
        shown = html(client.get(f"/en{page}"))
        assert "From earlier versions" in shown and "version 1</span>" in shown and "Fel stad" in shown


# --- the checklist


@pytest.fixture
def points():
    with override("sv"):
        return [ChecklistPoint.objects.create(kind="cv", position=n, text=f"Punkt {n}") for n in range(1, 6)]


def test_checklist_is_kept_and_the_owner_sees_what_was_chosen(bjorn, amina, version, points):
    page = at(version, "checklist_edit")
    typed = {f"p{points[0].pk}": "fine", f"p{points[1].pk}": "not", "show": [points[0].pk, points[1].pk]}
    assert bjorn.post(page, typed)["Location"] == at(version)
    assert html(bjorn.get(page)).count("checked") == 5 + 2
    shown = html(amina.get(at(version, "thing_list")))
    assert "Punkt 1" in shown and "Punkt 2" in shown and "Punkt 3" not in shown
    assert amina.get(page).status_code == 404


@pytest.mark.parametrize("shown", [range(4), [4]])
def test_checklist_with_too_many_or_unmarked_points_is_kept_as_typed(bjorn, version, points, shown):
    typed = {f"p{point.pk}": "not" for point in points[:4]} | {"show": [points[number].pk for number in shown]}
    answer = bjorn.post(at(version, "checklist_edit"), typed)
    assert answer.status_code == 400
    assert html(answer).count("checked") == 5 + len(shown)
    assert not ChecklistMark.objects.exists()


def test_papers_without_a_list_have_none(bjorn, chat, points):
    other = make.document(chat, kind="other").versions.select_related("document").get()
    assert bjorn.get(at(other, "checklist_edit")).status_code == 404


# --- many pages


def long_cv(chat, pages: int):
    """A CV of so many pages, 45 lines each, no two alike."""
    dice = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzåäö"
    word = lambda: "".join(dice.choices(letters, k=dice.randint(2, 11)))  # noqa: E731
    lines = [[" ".join(word() for _ in range(9)) for _line in range(45)] for _page in range(pages)]
    texts = ["\n".join(page) for page in lines]
    version = make.document(chat, text="x").versions.select_related("document").get()
    version.pages.all().delete()
    version.text = version.masked_text = "\n".join(texts)
    version.save()
    for number, text in enumerate(texts, 1):
        make.page(version, number, text=text)
    return version


def queries(client, page) -> int:
    client.get(page)  # the viewing is noted, the languages are known
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", ["bjorn", "amina"])
def test_queries_are_the_same_for_many_pages_and_comments(request, chat, who):
    client, writer = request.getfixturevalue(who), make.helper_of(chat).user
    counts = set()
    for pages, comments in ((1, 1), (30, 3)):
        version = long_cv(chat, pages)
        make.comment(version, writer, "good")
        for number in range(comments):
            make.comment(version, writer, line=number)
            make.comment(version, writer, line=number, is_sent=False)
        page = at(version) if who == "bjorn" else at(version, "thing_list")
        counts.add((queries(client, page), queries(client, at(version, "comment_show", 1)) if who == "amina" else 0))
    assert counts == ({(15, 0)} if who == "bjorn" else {(11, 11)})


def test_thirty_pages_stay_in_the_budget_four_at_a_time(bjorn, chat):
    version = long_cv(chat, 30)
    for start in (1, 25):
        page = html(bjorn.get(f"{at(version)}?sida={start}"))
        weight = len(gzip.compress(page.encode(), 9))
        print(f"helper's page of 30, from {start}: {weight} bytes")
        assert weight < 15 * 1024
        assert page.count("<img ") == 4 and page.count('loading="lazy"') == 3
        assert re.findall(r'data-sheet="(\d+)"', page) == [str(start + more) for more in range(4)]
    assert page.count('href="?sida=') == 8
    for strange in ("0", "999", "x", "-1", "٣"):
        assert bjorn.get(f"{at(version)}?sida={strange}").status_code == 200


def test_access_ends_a_day_after_the_end(bjorn, version, chat):
    sent(bjorn, version, "good")
    matching.resolve(chat.request, actor=chat.request.owner)
    assert bjorn.get(at(version)).status_code == 200
    chat.request.refresh_from_db()
    type(chat.request).objects.update(ended_at=timezone.now() - timedelta(hours=25))
    assert bjorn.get(at(version)).status_code == 404
