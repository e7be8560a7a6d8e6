"""Notes to the next volunteer: who writes and reads, that the one who asked does not, and that they end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat import claiming, handover, notes, retention
from chat.models import CaseNote
from motesplats.models import AuditEntry
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import html, logged_in
from tests.chat.state_of import fresh

pytestmark = pytest.mark.django_db
NOTE = "Vi har skrivit halva brevet. Resten är kvar."


@pytest.fixture
def cecilia(house):
    return make.volunteer("Cecilia", on_duty=True)


def write(chat, text=NOTE) -> CaseNote:
    question = fresh(chat).request
    return notes.write(question, author=question.helper, text=text)


def test_written_on_the_page_read_by_the_next_and_never_by_the_one_who_asked(chat, url, amina, bjorn, cecilia):
    assert bjorn.post(f"{url}anteckningar/", {"text": NOTE}).status_code == 302
    version = fresh(chat).version
    assert NOTE in html(bjorn.get(url)) and NOTE in html(bjorn.get(f"{url}lage/"))
    for page in ("", "lage/", "utskrift/"):
        assert NOTE not in html(amina.get(url + page))
    handover.hand_over(fresh(chat).request, actor=make.helper_of(chat).user, note="Två")
    claiming.claim(fresh(chat).request, cecilia)
    page = html(logged_in(cecilia.user).get(url))
    assert NOTE in page and "Två" in page and fresh(chat).version > version


def test_only_those_with_a_right_to_the_case(chat, url, amina, cecilia):
    write(chat)
    for client in (Client(), amina, logged_in(cecilia.user)):
        assert client.get(f"{url}anteckningar/").status_code == 404
        assert client.post(f"{url}anteckningar/", {"text": "Hej"}).status_code == 404
    assert CaseNote.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x" * 1001, " \n"])
def test_bad_input_is_said_and_kept(url, bjorn, text):
    answer = bjorn.post(f"{url}anteckningar/", {"text": text})
    assert answer.status_code == 400 and text.strip() in html(answer)
    assert not CaseNote.objects.exists()


def test_one_takes_away_ones_own_and_nobody_elses(chat, url, bjorn, cecilia):
    mine, other = write(chat), CaseNote.objects.create(conversation=chat, author=cecilia.user, text="Annan")
    for note in (mine, mine, other):
        assert bjorn.post(f"{url}anteckningar/{note.public_id}/ta-bort/").status_code == 302
    assert list(CaseNote.objects.all()) == [other]
    assert AuditEntry.objects.filter(action="note.removed").count() == 1


def test_they_go_with_the_text(chat):
    write(chat)
    HelpRequest.objects.filter(pk=chat.request_id).update(
        ended_at=timezone.now() - timedelta(days=91), state="resolved"
    )
    retention.remove_old_text()
    assert CaseNote.objects.get().text == ""
    assert retention.remove_old_text() == 0


def test_they_are_given_out_to_both_and_erased(chat, cecilia):
    made = write(chat)
    amina = chat.request.owner
    assert [(row["text"], row["about"]) for row in notes.export(amina)] == [(NOTE, chat.request.public_id)]
    assert [row["text"] for row in notes.export(made.author)] == [NOTE]
    assert notes.export(cecilia.user) == []
    notes.erase(amina)
    notes.erase(amina)
    assert notes.export(made.author) == []
