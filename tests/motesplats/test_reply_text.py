"""A person's own words, cut out of an answer: the delimiter, what was written in a quote, the limits."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from motesplats.reply_text import ANSWER_MAX_BYTES, body_digest, cut_answer, delimiter_line

ADDRESS = "svar+abc.1.def@motesplats.example"
HEADERS = "Från: Lars via Mötesplats\nSkickat: den 22 november 2026 19:58\nTill: amina@example.org\nÄmne: Ditt CV"


def test_delimiter_is_in_the_readers_language():
    assert delimiter_line("sv") == "##- Skriv ditt svar ovanför den här raden -##"
    assert delimiter_line("en") == "##- Write your answer above this line -##"
    assert delimiter_line("ar") not in (delimiter_line("sv"), delimiter_line("en"))


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_delimiter_of_every_language_cuts(code):
    assert cut_answer(f"Ja, gärna.\n\n{delimiter_line(code)}\nHej Amina").text == "Ja, gärna."
    assert (
        cut_answer(f"Ja, gärna.\n\n> {delimiter_line(code)}\n> Hej Amina\n\nOch tack!").text
        == "Ja, gärna.\n\nOch tack!"
    )


def test_answer_between_the_lines_of_an_unmarked_quote_stays_when_we_know_what_we_said():
    said = "Kan du arbeta på lördagar?\nJa\nHar du körkort?\nHälsningar Lars"
    mail = f"Se nedan.\n\n{HEADERS}\n\nKan du arbeta på lördagar?\nNej\nJa\nHar du körkort?\nJa\nHälsningar Lars"

    assert cut_answer(mail, reply_address=ADDRESS, said_before=said).text == "Se nedan.\n\nNej\nJa"
    assert cut_answer(mail, reply_address=ADDRESS).text == "Se nedan."


def test_line_broken_elsewhere_is_still_ours():
    said = "Skriv vilka dagar du kan arbeta, så tittar vi på annonsen tillsammans."
    mail = f"Ok!\n{HEADERS}\n\nSkriv vilka dagar du kan arbeta,\nså tittar vi på annonsen tillsammans."

    assert cut_answer(mail, reply_address=ADDRESS, said_before=said).text == "Ok!"


def test_letter_of_somebody_else_stays_only_when_our_address_is_known():
    letter = f"Läs!\n\n{HEADERS.replace('Mötesplats', 'Förskolan <eva@forskolan.example>')}\n\nVälkommen på intervju."

    assert cut_answer(letter, reply_address=ADDRESS).text == letter
    assert cut_answer(letter).text == "Läs!"


def test_nothing_left_keeps_everything():
    mail = f"\n{delimiter_line('sv')}\nHej Amina\nJag svarar här nere."
    cut = cut_answer(mail)

    assert (cut.text, cut.is_whole) == (mail.strip(), True)
    assert not cut_answer("Hej").is_whole


def test_long_answer_is_shortened_and_says_so():
    cut = cut_answer("å" * ANSWER_MAX_BYTES)

    assert (len(cut.text.encode()), cut.is_shortened) == (ANSWER_MAX_BYTES, True)
    assert not cut_answer("å" * (ANSWER_MAX_BYTES // 2)).is_shortened


def test_digest_is_of_the_words_alone():
    assert body_digest("Hej  Lars!\r\nTack\u200e") == body_digest("hej lars! tack ")
    assert body_digest("Hej Lars") != body_digest("Hej Lasse")


OWN_LINE = st.text(
    st.characters(whitelist_categories=("L", "Nd", "Zs", "Po"), blacklist_characters="#>:"), min_size=1, max_size=60
)


@given(st.lists(OWN_LINE, min_size=1, max_size=8), st.sampled_from(["sv", "ar"]))
@hypothesis_settings(max_examples=40, deadline=None, database=None)
def test_no_own_line_is_lost_above_or_between_marked_quotes(lines, code):
    half = len(lines) // 2
    mail = "\n".join([*lines[:half], "", f"> {delimiter_line(code)}", "> Hej", "", *lines[half:]])
    kept = [" ".join(line.split()) for line in cut_answer(mail, reply_address=ADDRESS).text.split("\n")]

    assert [line for line in lines if line.strip() and " ".join(line.split()) not in kept] == []


@given(st.text(max_size=150))
@hypothesis_settings(max_examples=40, deadline=None, database=None)
def test_any_text_is_cut_without_an_error(text):
    cut = cut_answer(text, reply_address=ADDRESS, said_before=text[:50])

    assert bool(cut.text) == bool(text.replace("\ue000", "").strip())
