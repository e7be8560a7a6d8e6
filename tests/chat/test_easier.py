"""Lättare svenska: the rule, IM's list, and where the hint is."""

import json

import pytest
from django.utils.html import escape

from chat import easier, phrases
from chat.models import HardWord
from tests.chat.house import html

HARD = {"samt": "och", "erhålla": "få", "huruvida": "om"}
FIFTEEN = " ".join(["ord"] * 15)
# text -> (words of the longest sentence that is too long, hard words)
SENTENCES = [
    ("", 0, []),
    (FIFTEEN + ".", 0, []),
    (FIFTEEN + " till.", 16, []),
    (f"{FIFTEEN}. {FIFTEEN}! Och?", 0, []),
    (f"{FIFTEEN}\n{FIFTEEN}", 0, []),
    ("CV samt brev. Samt foto.", 0, ["samt"]),
    ("Du kan ERHÅLLA svar, huruvida du vill samt kan.", 0, ["erhålla", "huruvida", "samt"]),
    ("Samtal är inte samt-ord; samtliga heller.", 0, []),
    ("kl. 18.30 " + " ".join(["e-post", "d'Arc", "3,5"] * 6), 26, []),
    ("constructor toString 😀 مرحبا " + "ord " * 14, 17, []),
]


@pytest.mark.parametrize(("text", "longest", "hard"), SENTENCES)
def test_long_sentences_and_hard_words_are_found(text, longest, hard):
    found = easier.look(text, HARD)
    assert (found.longest, found.hard) == (longest, hard)


@pytest.mark.django_db
def test_the_list_is_loaded_once_and_what_staff_changed_stays():
    assert easier.load_missing() == HardWord.objects.count() > 40
    HardWord.objects.filter(word="samt").update(easier="IM:s eget", is_active=False)
    HardWord.objects.get(word="dock").delete()
    assert easier.load_missing() == 1
    assert "samt" not in easier.words() and easier.words()["dock"] == "men"


def test_our_own_ready_sentences_need_no_hint():
    rows = json.loads(easier._FILE.read_text(encoding="utf-8"))
    found = {row["key"]: easier.look(row["text"]["sv"], rows) for row in phrases.texts()}
    assert {key: hints for key, hints in found.items() if hints.longest or hints.hard} == {}


@pytest.mark.django_db
def test_the_volunteer_gets_the_list_and_the_one_who_asks_does_not(chat, url, amina, bjorn):
    HardWord.objects.create(word="samt", easier='"och" <b>')
    assert escape(json.dumps({"samt": '"och" <b>'})) in html(bjorn.get(url))
    assert "data-easier" not in html(amina.get(url))
