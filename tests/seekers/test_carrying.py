"""Comments that follow to the next version: those whose words still stand."""

import pytest
from django.utils import timezone

from seekers import carrying
from seekers.models import Comment
from seekers.reviews import things_of
from tests import make

pytestmark = pytest.mark.django_db
TEXT = "Amina Warsame\nKock 2019-2024\nJag lagar mat.\nKock 2012-2018\nRing 070-123 45 67"


@pytest.fixture
def document():
    make.office()
    return make.document(make.claimed(), text=TEXT, source="text")


def commented(version, quote: str, **fields) -> Comment:
    fields = {"reason": "clearer", "note": "Skriv mer.", "sent_at": timezone.now(), **fields}
    if not {"box", "second"} & set(fields):
        fields = {"start": version.text.find(quote), "end": version.text.find(quote) + len(quote), **fields}
    author = version.document.uses.get().request.helper
    return Comment.objects.create(version=version, author=author, quote=quote, **fields)


def test_carry_over_words_that_stand_follow_with_their_comment(document):
    first = document.versions.get()
    comment = commented(first, "lagar mat", after="lagar svensk mat")
    second = make.version(document, text=f"Ny rad\n{TEXT}", source="text")

    assert carrying.carry_over(second) == 1

    copy = second.comments.get()
    assert (copy.carried_from, copy.note, copy.after, copy.author) == (
        comment, "Skriv mer.", "lagar svensk mat", comment.author,
    )  # fmt: skip
    assert second.text[copy.start : copy.end] == "lagar mat"
    assert copy.sent_at == comment.sent_at


def test_carry_over_twice_copies_once(document):
    commented(document.versions.get(), "lagar mat")
    second = make.version(document, text=TEXT, source="text")

    assert [carrying.carry_over(second), carrying.carry_over(second)] == [1, 0]


def test_carry_over_leaves_what_is_gone_done_used_unsent_or_without_words(document):
    first = document.versions.get()
    commented(first, "Jag lagar mat.")
    commented(first, "Warsame", answer="done")
    commented(first, "Amina", answer="used")
    commented(first, "Kock", sent_at=None)
    commented(first, "", page=1, box=[0.1, 0.1, 0.2, 0.2])
    commented(first, "Kock", second=12)
    second = make.version(document, text=TEXT.replace("lagar", "kokar"), source="text")

    assert carrying.carry_over(second) == 0


def test_carry_over_not_understood_stays_not_understood(document):
    commented(document.versions.get(), "lagar mat", answer="unclear")
    second = make.version(document, text=TEXT, source="text")
    carrying.carry_over(second)

    assert second.comments.get().answer == "unclear"


def test_carry_over_praise_follows_and_stays_read(document):
    commented(document.versions.get(), "lagar mat", reason="good", answer="done")
    second = make.version(document, text=TEXT, source="text")
    carrying.carry_over(second)

    assert (second.comments.get().answer, things_of(second).new_praise) == ("done", [])


def test_carry_over_of_several_equal_places_takes_the_nearest(document):
    first = document.versions.get()
    late = first.text.rfind("Kock")
    commented(first, "Kock", start=late, end=late + 4)
    second = make.version(document, text=f"{TEXT}\nSlut", source="text")
    carrying.carry_over(second)

    copy = second.comments.get()
    assert second.text[copy.start : copy.end] == "Kock"
    assert copy.start == second.text.rfind("Kock")


def test_carry_over_a_short_quote_does_not_land_inside_another_word(document):
    commented(document.versions.get(), "mat")
    second = make.version(document, text="Jag är automatiker.", source="text")

    assert carrying.carry_over(second) == 0


def test_carry_over_hidden_words_are_found_by_what_the_helper_saw(document):
    commented(document.versions.get(), "Ring [telefon]", start=60, end=78)
    second = make.version(document, text=f"Hej\n{TEXT}", source="text")
    carrying.carry_over(second)

    copy = second.comments.get()
    assert second.text[copy.start : copy.end] == "Ring 070-123 45 67"


def test_carry_over_on_pictures_follows_to_the_new_box():
    make.office()
    document = make.document(make.claimed(), text=TEXT)
    comment = commented(document.versions.get(), "Jag lagar mat.", page=1, box=[0.1, 0.2, 0.5, 0.04])
    second = make.version(document, text=f"Rad\nRad\n{TEXT}")
    carrying.carry_over(second)

    copy = second.comments.get()
    line = second.pages.get().lines[4]
    assert line["text"] == comment.quote
    assert (copy.page, copy.box) == (1, pytest.approx(line["box"]))
    assert second.text[copy.start : copy.end] == "Jag lagar mat."


def test_carry_over_from_picture_to_text_finds_the_range():
    make.office()
    document = make.document(make.claimed(), text=TEXT)
    commented(document.versions.get(), "Jag lagar\nmat.", page=1, box=[0.1, 0.2, 0.5, 0.04])
    second = make.version(document, text=TEXT, source="text")
    carrying.carry_over(second)

    copy = second.comments.get()
    assert second.text[copy.start : copy.end] == "Jag lagar mat."


def test_carry_over_skips_a_refused_version_in_between(document):
    commented(document.versions.get(), "lagar mat")
    make.version(document, text=TEXT, source="text", state="refused")
    third = make.version(document, text=TEXT, source="text")

    assert carrying.carry_over(third) == 1


def test_carry_over_to_a_sound_or_a_first_version_does_nothing(document):
    assert carrying.carry_over(document.versions.get()) == 0
    commented(document.versions.get(), "lagar mat")
    assert carrying.carry_over(make.version(document, source="sound")) == 0
