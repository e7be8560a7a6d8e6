"""Mina dokument: each their own, with its date; taken away at once, kept by consent, taken home; who has seen it."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import links, matching, removal
from motesplats import files
from motesplats.models import AuditEntry
from seekers import archive, keeping, viewings
from seekers.models import Document, HelpRequest, Viewing
from tests import make, roles
from tests.chat.house import logged_in, with_grant
from tests.races import at_once

pytestmark = pytest.mark.django_db
LIST = "/en/mina-dokument/"  # the words of the tests are the msgids; Swedish may be reworded by IM


@pytest.fixture(autouse=True)
def office():
    cache.clear()
    return make.office()


@pytest.fixture
def talk():
    return make.claimed(owner=make.user("Amina"))


@pytest.fixture
def document(talk):
    return make.document(talk, title="Aminas cv.pdf")


@pytest.fixture
def amina(talk):
    return logged_in(talk.request.owner)


def fresh(user) -> Client:
    client = Client()
    client.cookies["session"] = roles.session_of(user, has_shown_key=True)
    return client


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- the list ----------------------------------------------------------------------------------------------------------
def test_list_shows_ones_own_and_says_that_it_stays_while_the_question_is_open(amina, document):
    other = make.document(make.conversation(make.user("Samir")), title="Samirs cv.pdf")
    said = words(amina.get(LIST))
    assert "Aminas cv.pdf" in said
    assert "It is here as long as the question is open." in said
    assert other.title not in said


def test_list_says_the_day_it_is_taken_away(amina, document, talk):
    ended = datetime(2026, 11, 20, 12, tzinfo=UTC)
    HelpRequest.objects.filter(pk=talk.request_id).update(ended_at=ended, state="resolved")
    with time_machine.travel(ended + timedelta(hours=1)):
        said = words(logged_in(talk.request.owner).get(LIST))
    assert "Taken away Sunday 20 December 2026." in said


def test_list_by_grant_shows_what_belongs_to_that_question_until_its_links_end(talk):
    shell = make.user("Leila", email=None)
    mine = make.conversation(shell)
    make.document(mine, title="Leilas cv.pdf")
    browser = with_grant(make.seeker_of(mine))
    assert "Leilas cv.pdf" in words(browser.get(LIST))
    links.void_all(make.seeker_of(mine))
    assert "Leilas cv.pdf" not in words(browser.get(LIST))


def test_list_of_nobody_and_of_a_helper_is_empty(document, talk):
    assert "There are no documents here." in words(Client().get(LIST))
    assert "Aminas cv.pdf" not in words(logged_in(make.helper_of(talk).user).get(LIST))


def test_list_takes_as_many_queries_for_three_as_for_one(amina, document, talk):
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as asked:
            amina.get(LIST)
        counts.append(len(asked))
        for _one in range(2):
            made = make.document(talk)
            make.version(made)
    assert counts[0] == counts[1] <= 10


# --- taken away --------------------------------------------------------------------------------------------------------
def test_remove_asks_once_more_then_takes_away_bytes_words_and_tells_the_chat(
    amina, document, talk, django_capture_on_commit_callbacks
):
    path, names = f"{LIST}{document.public_id}/ta-bort/", make.stored_names(document)
    assert amina.get(path).status_code == 200
    assert Document.objects.kept().exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = amina.post(path)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert not any(files.path_of(name).exists() for name in names)
    assert "Aminas cv.pdf" not in words(amina.get(LIST))
    chat = words(amina.get(f"/en/chatt/{talk.request.public_id}/"))
    assert "You have taken away a document." in chat
    helped = words(logged_in(make.helper_of(talk).user).get(f"/en/chatt/{talk.request.public_id}/"))
    assert "Amina has taken away a document." in helped
    entry = AuditEntry.objects.get(action="document.removed")
    assert (entry.actor_id, entry.data) == (talk.request.owner_id, {"why": "owner"})
    assert amina.post(path).status_code == 404  # gone


def test_remove_while_im_looks_waits(amina, document, talk):
    matching.hold(talk.request, actor=make.staff())
    answer = amina.post(f"{LIST}{document.public_id}/ta-bort/", follow=True)
    assert "IM is looking at the chat" in words(answer)
    assert Document.objects.kept().count() == 1


def test_remove_somebody_elses_is_404(document):
    other = logged_in(make.user("Samir"))
    for end in ("ta-bort/", "spara/", "sett/"):
        for method in ("get", "post"):
            assert getattr(other, method)(f"{LIST}{document.public_id}/{end}").status_code in (404, 405)
    assert Document.objects.kept().count() == 1


@pytest.mark.django_db(transaction=True)
def test_remove_two_at_once_is_said_once(on_postgres, office):
    document = make.document(make.claimed(owner=make.user("Amina")))
    done = at_once(*[lambda: removal.remove(document, actor=document.owner)] * 2)
    assert sorted(done) == [False, True]
    assert AuditEntry.objects.filter(action="document.removed").count() == 1


# --- kept --------------------------------------------------------------------------------------------------------------
def test_keep_is_a_consent_that_can_be_taken_back(amina, document):
    path = f"{LIST}{document.public_id}/spara/"
    assert "at most 12 months" in words(amina.get(path))
    amina.post(path)
    document.refresh_from_db()
    assert timedelta(days=364) < document.kept_until - timezone.now() <= timedelta(days=365)
    assert "Kept until next time" in words(amina.get(LIST))
    amina.post(path, {"to": "stop"})
    document.refresh_from_db()
    assert document.kept_until is None
    assert [entry.action for entry in AuditEntry.objects.filter(about_kind="document").order_by("pk")] == [
        "document.kept", "document.not_kept",
    ]  # fmt: skip


@pytest.mark.parametrize(("email", "kind"), [(None, "cv"), ("", "sound")])
def test_keep_is_not_for_sounds_nor_for_people_without_an_address(email, kind):
    talk = make.conversation(make.user("Leila", email=email))
    made = make.document(talk, kind=kind, source="sound" if kind == "sound" else "file")
    with pytest.raises(keeping.CannotKeep):
        keeping.keep(made, actor=made.owner)
    browser = with_grant(make.seeker_of(talk))
    assert "We cannot keep this one" in words(browser.get(f"{LIST}{made.public_id}/spara/"))
    assert "We cannot keep this document." in words(browser.post(f"{LIST}{made.public_id}/spara/", follow=True))


# --- who has seen it ---------------------------------------------------------------------------------------------------
def test_who_has_seen_it_says_name_side_time_and_what(amina, document, talk):
    path = f"{LIST}{document.public_id}/sett/"
    assert "Nobody but you has seen it." in words(amina.get(path))
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    version = document.versions.get()
    with time_machine.travel(at):
        viewings.note(version, viewer=make.helper_of(talk).user, side="volunteer", what="read")
        viewings.note(version, viewer=make.staff("Disa"), side="staff", what="download")
        viewings.note(version, viewer=talk.request.owner, side="seeker", what="read")
    said = words(amina.get(path))
    assert re.search("Björn ?, volunteer read it Tuesday 24 November at 21:30", said)
    assert re.search("Disa ?, IM downloaded it Tuesday 24 November at 21:30", said)
    assert Viewing.objects.count() == 2


# --- take home ---------------------------------------------------------------------------------------------------------
def opened(answer) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_archive_holds_every_original_and_text(document, talk):
    make.version(document, text="Ny text", source="text")
    answer = fresh(talk.request.owner).get(f"{LIST}ladda-ner/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "private, no-store")
    assert opened(answer) == {
        "01 Aminas_cv.pdf/version 1/text.txt": make.CV_TEXT.encode(),
        "01 Aminas_cv.pdf/version 1/1 cv.pdf": b"original bytes",
        "01 Aminas_cv.pdf/version 2/text.txt": b"Ny text",
    }


def test_archive_of_an_account_asks_for_proof_and_a_grant_is_none(amina, document, talk):
    assert "/konto/bekrafta/" in amina.get(f"{LIST}ladda-ner/")["Location"]
    assert "/konto/logga-in/" in with_grant(make.seeker_of(talk)).get(f"{LIST}ladda-ner/")["Location"]
    assert "/konto/logga-in/" in Client().get(f"{LIST}ladda-ner/")["Location"]


def test_archive_of_somebody_without_an_account_opens_by_the_link():
    talk = make.conversation(make.user("Leila", email=None))
    make.document(talk)
    assert len(opened(with_grant(make.seeker_of(talk)).get(f"{LIST}ladda-ner/"))) == 2


def test_archive_with_bad_names_and_lost_bytes_is_still_whole(talk):
    bad = make.document(talk, title="../../etc/passwd")
    bad.versions.get().files.update(original_name="..\\..\\x/y.pdf")
    lost = make.document(talk, title="...")
    for name in make.stored_names(lost):
        files.remove(name)
    found = opened(fresh(talk.request.owner).get(f"{LIST}ladda-ner/"))
    assert sorted(found) == [
        "01 cv/version 1/text.txt", "02 ....etcpasswd/version 1/1 .._.._x_y.pdf", "02 ....etcpasswd/version 1/text.txt",
    ]  # fmt: skip


def test_archive_is_sent_bit_by_bit(talk):
    made = make.document(talk)
    big = files.store([bytes(archive.CHUNK)] * 8)
    made.versions.get().files.update(stored_name=big)
    sizes = [len(bit) for bit in archive.pack(Document.objects.prefetch_related("versions__files"))]
    assert max(sizes) < 2 * archive.CHUNK
    assert sum(sizes) > 8 * archive.CHUNK


# --- where it is in the menu -------------------------------------------------------------------------------------------
def menu_of(browser: Client) -> list[str]:
    page = browser.get("/en/").content.decode()
    return re.findall(r"<a [^>]*>([^<]+)</a>", re.search(r"<nav.*?</nav>", page, re.S)[0])


def test_the_menu_has_it_only_when_there_is_something_and_never_a_fifth(amina, talk):
    assert "My documents" not in menu_of(amina)
    made = make.document(talk)
    assert menu_of(amina) == ["Get help", "My questions", "My documents", "My account"]
    assert LIST in amina.get("/en/mina-fragor/").content.decode()
    assert "My documents" not in menu_of(logged_in(make.helper_of(talk).user))
    keeping.remove(made, actor=made.owner)
    assert "My documents" not in menu_of(amina)
    assert LIST not in amina.get("/en/mina-fragor/").content.decode()


# --- used again --------------------------------------------------------------------------------------------------------
def test_a_document_from_before_is_shown_in_a_new_chat_when_its_owner_says_so(amina, document, talk):
    new = make.claimed(owner=talk.request.owner)
    bjorn = logged_in(make.helper_of(new).user)
    page, path = f"/en/chatt/{new.request.public_id}/dokument/", f"/en/chatt/{new.request.public_id}/visa-igen/"
    assert bjorn.get(f"{page}{document.public_id}/").status_code == 404
    assert "Show it in this chat" in words(amina.get(page))
    assert "Show it in this chat" not in words(bjorn.get(page))
    for _again in range(2):
        answer = amina.post(f"{path}{document.public_id}/", follow=True)
    assert "Show it in this chat" not in words(amina.get(page))
    assert answer.status_code == 404  # it is there already
    assert bjorn.get(f"{page}{document.public_id}/").status_code == 200
    assert document.uses.count() == 2


def test_a_link_to_one_chat_offers_no_other_papers(document, talk):
    new = make.claimed(owner=talk.request.owner)
    browser = with_grant(make.seeker_of(new))
    assert "Show it in this chat" not in words(browser.get(f"/en/chatt/{new.request.public_id}/dokument/"))
    assert browser.post(f"/en/chatt/{new.request.public_id}/visa-igen/{document.public_id}/").status_code == 404
