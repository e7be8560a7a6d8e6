"""Guided writing: what text comes of it, and what is kept when two windows are open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seekers import writing
from seekers.models import Document, WritingDraft
from seekers.writing import WrittenElsewhere
from tests import make, races

LETTER, PITCH = Document.Kind.LETTER, Document.Kind.PITCH
WHOLE = {
    "to": "Anna",
    "job": "kock som jag såg på Platsbanken",
    "work": "kock i åtta år i Syrien",
    "did": "lagade jag mat till 200 gäster varje dag",
    "sweden": "läst SFI kurs C",
    "why": "ni lagar all mat själva",
    "begin": "den 1 mars och kommer gärna på intervju",
    "name": "Amina Ali",
    "phone": "070-174 06 05",
}


def test_whole_letter_is_the_skeleton_of_the_paper():
    assert writing.compose(LETTER, WHOLE) == (
        "Hej Anna!\n\n"
        "Jag söker jobbet som kock som jag såg på Platsbanken.\n\n"
        "Jag har arbetat som kock i åtta år i Syrien. Där lagade jag mat till 200 gäster varje dag."
        " I Sverige har jag läst SFI kurs C.\n\n"
        "Jag vill arbeta hos er eftersom ni lagar all mat själva.\n\n"
        "Jag kan börja den 1 mars och kommer gärna på intervju.\n\n"
        "Med vänlig hälsning\nAmina Ali\nTelefon: 070-174 06 05"
    )


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({}, ""),
        ({"job": "   "}, ""),
        ({"job": "kock"}, "Hej!\n\nJag söker jobbet som kock."),
        ({"job": "kock", "did": "lagade jag mat"}, "Hej!\n\nJag söker jobbet som kock. Där lagade jag mat."),
        ({"job": "jag söker jobbet som kock."}, "Hej!\n\nJag söker jobbet som kock."),
        ({"job": "Jag söker jobbet som"}, ""),
        ({"to": "Hej, Anna!"}, "Hej Anna!"),
        ({"to": "Heja Gym"}, "Hej Heja Gym!"),
        ({"job": "kock\nbagare!"}, "Hej!\n\nJag söker jobbet som kock bagare!"),
        ({"job": "طباخ"}, "Hej!\n\nJag söker jobbet som طباخ."),
        ({"unknown": "x"}, ""),
    ],
)
def test_letter_leaves_out_what_is_empty(typed, text):
    assert writing.compose(LETTER, typed) == text


def test_presentation_ends_with_a_question():
    typed = {"who": "Amina och bor i Göteborg", "want": "jobb som kock", "ask": "någon jag kan ringa"}

    assert writing.compose(PITCH, typed) == (
        "Hej! Jag heter Amina och bor i Göteborg. Jag söker jobb som kock. Känner du någon jag kan ringa?"
    )


def test_a_name_with_signs_of_patterns_is_only_text():
    assert writing.compose(PITCH, {"who": "A(*[\\d+$ %(x)s {y}"}) == "Hej! Jag heter A(*[\\d+$ %(x)s {y}."


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("Hej!", 1), ("e-post: a.b@c.se", 2), ("مرحبا يا آنا", 3), ("8 år, 2 dagar", 4)]
)
def test_words_are_counted_as_people_count(text, words):
    assert writing.count_words(text) == words


@pytest.mark.parametrize(("words", "seconds"), [(0, 0), (1, 5), (77, 35), (90, 40), (100, 45)])
def test_seconds_are_those_of_a_learner(words, seconds):
    assert writing.seconds_to_say(words) == seconds


def test_every_sentence_stands_in_the_skeleton_once_and_fits_the_row():
    for kind, pieces in writing.SKELETONS.items():
        names = [piece.name for piece in pieces]
        longest = writing.compose(kind, dict.fromkeys(names, "x " * (writing.PIECE_MAX_CHARACTERS // 2)))
        assert len(set(names)) == len(names)
        assert len(longest) < 20_000, kind  # what a document may hold


# --- the draft -------------------------------------------------------------------------------------------------------


@pytest.fixture
def request_(db):
    make.office()
    return make.help_request()


def test_draft_is_kept_and_found_again(request_):
    first = writing.keep(request_, LETTER, {"job": "kock", "evil": "x"}, based_on=None)
    second = writing.keep(request_, LETTER, {"job": "kock", "to": "Anna"}, based_on=first.updated_at)

    assert writing.draft_of(request_, LETTER).fields == {"job": "kock", "to": "Anna"}
    assert second.pk == first.pk
    assert WritingDraft.objects.count() == 1
    assert writing.draft_of(request_, PITCH).pk is None


def test_draft_based_on_an_old_window_is_not_saved_over_the_newer(request_):
    old = writing.keep(request_, LETTER, {"job": "kock"}, based_on=None)
    new = writing.keep(request_, LETTER, {"job": "bagare"}, based_on=old.updated_at)

    for based_on in (old.updated_at, None, timezone.now() - timedelta(days=1)):
        with pytest.raises(WrittenElsewhere) as elsewhere:
            writing.keep(request_, LETTER, {"job": "lärare"}, based_on=based_on)
        assert elsewhere.value.draft.fields == {"job": "bagare"}
        assert elsewhere.value.draft.updated_at == new.updated_at
    assert writing.draft_of(request_, LETTER).fields == {"job": "bagare"}


def test_same_text_twice_is_saved_once(request_):
    first = writing.keep(request_, LETTER, {"job": "kock"}, based_on=None)
    again = writing.keep(request_, LETTER, {"job": "kock"}, based_on=None)

    assert again.updated_at == first.updated_at


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_keep_one_text_and_tell_the_other():
    make.office()
    request = make.help_request()
    begun = writing.keep(request, PITCH, {"who": "Amina"}, based_on=None)

    outcomes = races.at_once(
        lambda: writing.keep(request, PITCH, {"who": "Amina ett"}, based_on=begun.updated_at),
        lambda: writing.keep(request, PITCH, {"who": "Amina två"}, based_on=begun.updated_at),
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["WritingDraft", "WrittenElsewhere"]


@pytest.mark.django_db(transaction=True)
def test_first_save_of_two_windows_at_once_makes_one_row():
    make.office()
    request = make.help_request()

    outcomes = races.at_once(
        *(lambda text=text: writing.keep(request, PITCH, {"who": text}, based_on=None) for text in ("ett", "två"))
    )

    assert WritingDraft.objects.count() == 1
    assert sorted(type(one).__name__ for one in outcomes) == ["WritingDraft", "WrittenElsewhere"]
