"""Phrase cards: the list, who may pick what, what is stored, and that each side reads Swedish and its own language."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import override

from chat import cards, conversations, phrases, retention, unread_mail
from chat.models import FavouritePhrase, FlaggedMessage, Message, Phrase
from chat.writer import Refused
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import html, logged_in
from tests.chat.state_of import fresh

pytestmark = pytest.mark.django_db
SV, AR = "Ta den tid du behöver.", "خذ الوقت الذي تحتاجه."


def bodies(chat) -> list[dict]:
    rows = Message.objects.filter(conversation=chat, kind=Message.Kind.CARD).order_by("seq")
    return [json.loads(body) for body in rows.values_list("body", flat=True)]


def helper(chat):
    return make.person_of(make.helper_of(chat))


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_is_loaded_once_and_what_staff_changed_stays():
    added = phrases.load_missing()
    assert added == Phrase.objects.count() == len(phrases.texts())
    changed = Phrase.objects.get(key="thank-you")
    changed.text_sv = "IM:s egna ord"
    changed.save()
    Phrase.objects.get(key="back-later").delete()

    assert phrases.load_missing() == 1
    changed.refresh_from_db()
    assert changed.text_sv == "IM:s egna ord"


def test_each_sentence_is_there_in_three_languages_and_no_hole_is_left():
    for row in phrases.texts():
        assert set(row["text"]) == {"sv", "en", "ar"} and all(row["text"].values()), row["key"]
        assert all("{" not in words.replace("{name}", "") for words in row["text"].values()), row["key"]


def test_each_side_picks_from_its_own_and_favourites_stand_first(chat):
    first, second, _off = make.phrase(position=1), make.phrase(position=2), make.phrase(is_active=False)
    theirs = make.phrase("seeker")
    bjorn, amina = make.helper_of(chat), make.seeker_of(chat)

    phrases.set_favourite(bjorn.user, second.public_id, is_favourite=True)
    phrases.set_favourite(bjorn.user, second.public_id, is_favourite=True)
    picks = [(one.public_id, one.is_favourite) for one in phrases.choices_for(bjorn.user, bjorn.side)]
    assert picks == [(second.public_id, True), (first.public_id, False)]
    assert [one.public_id for one in phrases.choices_for(amina.user, amina.side)] == [theirs.public_id]
    phrases.set_favourite(bjorn.user, second.public_id, is_favourite=False)
    assert not FavouritePhrase.objects.exists()


# --- a card that was sent --------------------------------------------------------------------------------------------


def test_a_card_keeps_all_its_words_as_they_were_said(chat):
    phrase = make.phrase(text_sv="Hej {name}!", text_ar="مرحبا {name}!", text_en="")
    phrases.send(helper(chat), phrase.public_id, client_id=uuid4())
    Phrase.objects.update(text_sv="Annat", text_ar="آخر")

    assert bodies(chat) == [{"card": "phrase", "texts": {"sv": "Hej Björn!", "ar": "مرحبا Björn!"}}]


@pytest.mark.parametrize(
    ("language", "seen"),
    [("sv", [(SV, "sv", "ltr")]), ("ar", [(SV, "sv", "ltr"), (AR, "ar", "rtl")]), ("uk", [(SV, "sv", "ltr")])],
)
def test_one_reads_swedish_and_the_language_of_the_page(language, seen):
    body = cards.body_of("phrase", {"sv": SV, "ar": AR, "uk": ""})
    with override(language):
        assert [(face.text, face.lang, face.dir) for face in cards.faces(body)] == seen
    assert cards.faces("") == []


def test_sent_twice_it_is_one_message_and_of_the_other_side_it_is_refused(chat):
    client_id, phrase, theirs = uuid4(), make.phrase(), make.phrase("seeker")
    first = phrases.send(helper(chat), phrase.public_id, client_id=client_id)
    assert phrases.send(helper(chat), phrase.public_id, client_id=client_id).seq == first.seq
    assert len(bodies(chat)) == 1
    with pytest.raises(Phrase.DoesNotExist):
        phrases.send(helper(chat), theirs.public_id, client_id=uuid4())


def test_who_may_not_write_may_not_send_a_card(chat):
    person, phrase = helper(chat), make.phrase()
    person.participant.can_write = False
    person.participant.save(update_fields=["can_write"])
    with pytest.raises(Refused, match="forbidden"):
        phrases.send(person, phrase.public_id, client_id=uuid4())
    assert bodies(chat) == []


def test_a_card_is_unread_until_read_flagged_like_words_and_goes_with_the_text(chat):
    post = phrases.send(helper(chat), make.phrase().public_id, client_id=uuid4())
    amina = make.person_of(make.seeker_of(chat))
    assert unread_mail.unread(amina.participant).count() == 1
    conversations.flag_not_understood(amina, seq=post.seq)
    assert FlaggedMessage.objects.get().message.seq == post.seq

    HelpRequest.objects.filter(pk=chat.request_id).update(ended_at="2020-01-01T00:00Z", state="resolved")
    retention.remove_old_text()
    assert set(Message.objects.filter(conversation=chat).values_list("body", flat=True)) == {""}
    shown = conversations.messages_for(amina)
    assert [(line.body, line.faces) for line in shown if line.kind == Message.Kind.CARD] == [("", [])]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_one_tap_sends_and_both_pages_and_the_paper_show_it(chat, url, amina, bjorn):
    phrase = make.phrase(text_sv=f"{SV} <b>", text_ar=AR)
    assert phrase.public_id in html(bjorn.get(url)) and phrase.public_id not in html(amina.get(url))
    answer = bjorn.post(f"{url}fras/", {"phrase": phrase.public_id, "client_id": str(uuid4())})
    assert answer.url == f"{url}#m{fresh(chat).last_seq}"

    for page in (url, f"{url}utskrift/"):
        seen = html(amina.get(f"/ar{page}"))
        assert f'<span lang="sv" dir="ltr">{SV} &lt;b&gt;</span>' in seen and f'lang="ar" dir="rtl">{AR}<' in seen
        seen = html(bjorn.get(page))
        assert (
            f'<span lang="sv" dir="ltr">{SV} &lt;b&gt;</span>' in seen and AR not in seen.partition("data-phrases")[0]
        )


def test_the_one_who_asks_has_sentences_too(chat, url, amina):
    phrase = make.phrase("seeker", text_sv="Jag förstår inte.")
    amina.post(f"{url}fras/", {"phrase": phrase.public_id})
    assert bodies(chat)[0]["texts"]["sv"] == "Jag förstår inte."


@pytest.mark.parametrize("given", [{}, {"phrase": "finns-inte"}, {"phrase": "x" * 99, "client_id": "\x00"}])
def test_bad_input_sends_nothing_and_says_so(chat, url, bjorn, given):
    assert bjorn.post(f"{url}fras/", given).status_code in (302, 409)
    assert bodies(chat) == []


def test_strangers_send_no_cards(chat, url):
    phrase = make.phrase()
    for client in (Client(), logged_in(make.volunteer("Cecilia", on_duty=True).user)):
        assert client.post(f"{url}fras/", {"phrase": phrase.public_id}).status_code == 404
    assert bodies(chat) == []


def test_a_volunteer_chooses_favourites(bjorn, chat):
    phrase = make.phrase()
    assert bjorn.post("/jour/fraser/", {"phrase": phrase.public_id, "is_favourite": "1"}).status_code == 302
    assert "Make it a favourite" not in html(bjorn.get("/en/jour/fraser/"))
    bjorn.post("/jour/fraser/", {"phrase": phrase.public_id})
    assert "Make it a favourite" in html(bjorn.get("/en/jour/fraser/"))
    assert bjorn.post("/jour/fraser/", {"phrase": "finns-inte"}).status_code == 404
    assert logged_in(make.seeker_of(chat).user).get("/jour/fraser/").status_code == 404
