"""The rules of comments: where they may be pinned, when they go, what the owner answers."""

from math import nan
from uuid import uuid4

import pytest

from motesplats.models import AuditEntry
from seekers import anchors, checklists, documents, reviews
from seekers.anchors import BadPlace
from seekers.models import ChecklistMark, ChecklistPoint, Comment, DocumentVersion
from seekers.reviews import ReviewConflict
from tests import make

pytestmark = pytest.mark.django_db
TEXT = "Amina Ali\nKock i åtta år.\nRing 070-123 45 67 på dagen.\nJag är snäll."


@pytest.fixture
def talk():
    return make.claimed()


@pytest.fixture
def bjorn(talk):
    return make.helper_of(talk).user


@pytest.fixture
def version(talk):
    """A pasted CV: a page of lines, no picture."""
    return newest(make.document(talk, text=TEXT, source="text"))


@pytest.fixture
def scan(talk):
    """A file of one page, its lines with boxes."""
    return newest(make.document(talk, text=TEXT))


def newest(document) -> DocumentVersion:
    return document.versions.select_related("document").latest("number")


def draft(version, author, reason="clearer", *, line=1, **words) -> Comment:
    return reviews.add(version, author=author, place=anchors.at_line(version, 1, line), reason=reason, **words)


def sent(version, author, *reasons) -> list[Comment]:
    for reason in reasons:
        draft(version, author, reason)
    reviews.send(version, author=author)
    return reviews.things_of(version).changes


# --- places


def test_line_is_kept_with_its_box_its_offsets_and_its_masked_words(scan):
    place = anchors.at_line(scan, 1, 2)
    assert place.quote == "Ring [telefon] på dagen."
    assert scan.text[place.start : place.end] == "Ring 070-123 45 67 på dagen."
    assert place.box == scan.pages.get().lines[2]["box"]


@pytest.mark.parametrize(
    ("words", "quote", "stood"),
    [
        ("Ring", "Ring", "Ring"),
        ("på dagen", "på dagen", "på dagen"),
        ("ng [tel", "ng [telefon]", "ng 070-123 45 67"),
        ("fon] på", "[telefon] på", "070-123 45 67 på"),
        ("elef", "[telefon]", "070-123 45 67"),
    ],
)
def test_words_of_a_masked_line_are_found_in_the_whole_text(version, words, quote, stood):
    first = "Ring [telefon] på dagen.".index(words)
    place = anchors.at_line(version, 1, 2, first=first, last=first + len(words))
    assert (place.quote, version.text[place.start : place.end]) == (quote, stood)


def test_words_are_those_that_were_shown_when_all_is_shown(version):
    version.shows_all = True
    place = anchors.at_line(version, 1, 2, first=5, last=18)
    assert (place.quote, version.text[place.start : place.end]) == ("[telefon]", "070-123 45 67")


def test_box_takes_the_lines_whose_middle_it_holds(scan):
    lines = scan.pages.get().lines
    top, bottom = lines[1]["box"][1], lines[2]["box"][1] + lines[2]["box"][3]
    place = anchors.at_box(scan, 1, [0.05, top, 0.5, bottom - top])
    assert place.quote == "Kock i åtta år.\nRing [telefon] på dagen."
    assert scan.text[place.start : place.end] == "Kock i åtta år.\nRing 070-123 45 67 på dagen."


@pytest.mark.parametrize(
    "box",
    [
        [0, 0, 1.2, 0.1], [-0.1, 0, 0.2, 0.2], [0.9, 0.9, 0.2, 0.2], [nan, 0, 0.1, 0.1], [0, 0, 0, 0.1], [0.1, 0.1],
        [0.1, 0.1, float("inf"), 0.1],
    ],
)  # fmt: skip
def test_box_that_is_not_on_the_page_is_refused(scan, box):
    with pytest.raises(BadPlace, match="box"):
        anchors.at_box(scan, 1, box)


def test_places_that_are_not_there_are_refused(version, scan, talk):
    make.page(scan, 2, text="", is_released=False)
    wrong = [
        lambda: anchors.at_line(scan, 99, 0),
        lambda: anchors.at_line(scan, 1, 99),
        lambda: anchors.at_line(scan, 1, -1),
        lambda: anchors.at_line(scan, 1, 0, first=3, last=3),
        lambda: anchors.at_line(scan, 1, 0, first=0, last=500),
        lambda: anchors.at_line(scan, 2, 0),  # its owner has not looked at it
        lambda: anchors.at_box(scan, 2, [0.1, 0.1, 0.1, 0.1]),
        lambda: anchors.at_box(version, 1, [0.1, 0.1, 0.1, 0.1]),  # no picture to point at
        lambda: anchors.at_band(scan, 1, 5),
        lambda: anchors.at_second(scan, 0),
    ]
    for place in wrong:
        with pytest.raises(BadPlace):
            place()
    assert not Comment.objects.exists()


def test_photo_is_pointed_at_by_fifths_and_sound_by_seconds(scan, talk):
    make.page(scan, 2, text="")
    assert anchors.at_band(scan, 2, 4).box == [0, 0.8, 1, 0.2]
    sound = newest(make.document(talk, kind="sound", source="sound", format="webm", seconds=40))
    assert anchors.at_second(sound, 12).second == 12
    with pytest.raises(BadPlace):
        anchors.at_second(sound, 41)


def test_wording_draws_the_place_in_to_the_words_it_replaces(version, bjorn):
    made = draft(version, bjorn, line=2, before="Ring [telefon]", after="Telefon: [telefon]")
    assert version.text[made.start : made.end] == "Ring 070-123 45 67"
    with pytest.raises(BadPlace, match="words"):
        draft(version, bjorn, line=2, before="Kock", after="Kokerska")


# --- drafts


def test_draft_sent_twice_is_kept_once_and_nobody_elses_id_is_taken(version, bjorn):
    first = draft(version, bjorn, public_id="AAAAAAAAAAAAAAAA")
    assert draft(version, bjorn, public_id="AAAAAAAAAAAAAAAA") == first
    other = draft(version, make.staff(), public_id="AAAAAAAAAAAAAAAA")
    assert other.public_id != first.public_id


def test_only_the_author_changes_and_removes_a_draft(version, bjorn):
    made, cecilia = draft(version, bjorn), make.volunteer("Cecilia").user
    for act in (
        lambda: reviews.change(made, actor=cecilia, place=None, reason="good"),
        lambda: reviews.remove(made, actor=cecilia),
    ):
        with pytest.raises(ReviewConflict, match="sent"):
            act()
    reviews.change(made, actor=bjorn, place=anchors.at_line(version, 1, 0), reason="good", note="Bra namn")
    made.refresh_from_db()
    assert (made.reason, made.note, made.quote) == ("good", "Bra namn", "Amina Ali")
    reviews.remove(made, actor=bjorn)
    assert not Comment.objects.exists()
    with pytest.raises(ReviewConflict, match="sent"):
        reviews.remove(made, actor=bjorn)


def test_sent_comment_is_changed_by_nobody(version, bjorn):
    draft(version, bjorn, "good")
    (made,) = sent(version, bjorn, "move")
    for act in (
        lambda: reviews.change(made, actor=bjorn, place=None, reason="good"),
        lambda: reviews.remove(made, actor=bjorn),
    ):
        with pytest.raises(ReviewConflict, match="sent"):
            act()


def test_drafts_have_a_limit(version, bjorn, monkeypatch):
    monkeypatch.setattr(reviews, "MOST_DRAFTS", 2)
    draft(version, bjorn)
    draft(version, bjorn)
    with pytest.raises(ReviewConflict, match="too_many"):
        draft(version, bjorn)


# --- sending


def test_first_is_always_something_good(version, bjorn):
    draft(version, bjorn)
    with pytest.raises(ReviewConflict, match="nothing_good"):
        reviews.send(version, author=bjorn)
    assert Comment.objects.get().sent_at is None
    draft(version, bjorn, "good")
    assert reviews.send(version, author=bjorn) == reviews.Sent(count=2, kept=0)
    draft(version, bjorn, "spelling")  # praise was given: not again
    assert reviews.send(version, author=bjorn).count == 1


def test_three_changes_go_and_the_rest_stays(version, bjorn):
    for reason in ("good", "good", "clearer", "move", "spelling", "example"):
        draft(version, bjorn, reason)
    assert reviews.send(version, author=bjorn) == reviews.Sent(count=5, kept=1)
    assert [one.reason for one in reviews.drafts_of(bjorn, version)] == ["example"]
    with pytest.raises(ReviewConflict, match="three"):
        reviews.send(version, author=bjorn)
    draft(version, bjorn, "good")
    assert reviews.send(version, author=bjorn) == reviews.Sent(count=1, kept=1)
    reviews.answer(reviews.things_of(version).changes[0], actor=version.document.owner, answer="done")
    assert reviews.send(version, author=bjorn) == reviews.Sent(count=1, kept=0)


def test_sent_twice_is_sent_once(version, bjorn):
    draft(version, bjorn, "good")
    reviews.send(version, author=bjorn)
    at = Comment.objects.get().sent_at
    assert reviews.send(version, author=bjorn) == reviews.Sent()
    assert Comment.objects.get().sent_at == at
    assert AuditEntry.objects.filter(action="comments.sent").count() == 1


def test_old_version_takes_no_comments(version, bjorn):
    draft(version, bjorn, "good")
    make.version(version.document, text=TEXT, source="text")
    with pytest.raises(ReviewConflict, match="old_version"):
        draft(version, bjorn)
    with pytest.raises(ReviewConflict, match="old_version"):
        reviews.send(version, author=bjorn)


def test_drafts_go_along_to_the_next_version_where_their_words_stand(version, bjorn):
    draft(version, bjorn, line=1)
    draft(version, bjorn, line=3)
    new = make.version(version.document, text="Rubrik\nKock i åtta år.", source="text")
    assert [one.quote for one in reviews.left_behind(new, bjorn)] == ["Kock i åtta år.", "Jag är snäll."]
    assert reviews.take_along(new, author=bjorn) == (1, 1)
    assert reviews.take_along(new, author=bjorn) == (0, 1)
    moved = reviews.drafts_of(bjorn, new).get()
    assert new.text[moved.start : moved.end] == "Kock i åtta år."


# --- answering


def test_owner_answers_and_may_change_the_answer(version, bjorn):
    draft(version, bjorn, "good")
    made = sent(version, bjorn, "clearer")[0]
    owner = version.document.owner
    for answer in ("done", "done", "unclear", "unclear", "done"):
        reviews.answer(made, actor=owner, answer=answer)
        made.refresh_from_db()
        assert made.answer == answer
    assert AuditEntry.objects.filter(action="comment.done").count() == 2  # only what changed something


def test_praise_and_drafts_are_not_answered(version, bjorn):
    sent(version, bjorn, "good")
    for made in (reviews.things_of(version).good[0], draft(version, bjorn)):
        with pytest.raises(ReviewConflict, match="answered"):
            reviews.answer(made, actor=version.document.owner, answer="done")


def test_wording_is_put_in_place_and_what_is_hidden_stays(version, bjorn):
    draft(version, bjorn, "good")
    draft(version, bjorn, line=2, before="Ring [telefon]", after="Telefon: [telefon], helst")
    made = sent(version, bjorn)[0]
    made.version.document = version.document
    assert reviews.with_wording(made) == TEXT.replace("Ring 070-123 45 67", "Telefon: 070-123 45 67, helst")


def test_wording_for_half_of_a_broken_number_keeps_that_half(talk, bjorn):
    text = "Amina Ali\nRing 070-174\n06 05 på dagen."
    owner = talk.request.owner
    version = documents.bring_text(owner=owner, request=talk.request, kind="cv", text=text, draft_id=uuid4())
    draft(version, bjorn, "good")
    draft(version, bjorn, line=1, before="Ring [telefon]", after="Telefon: [telefon]")
    made = sent(version, bjorn)[0]
    made.version.document = version.document
    assert reviews.with_wording(made) == "Amina Ali\nTelefon: 070-174\n06 05 på dagen."


@pytest.mark.parametrize(
    "after", ["Ring Eva[telefon]x", "På 1.[telefon]", "Ring x_[telefon]_", "Ring 2024-01-01[telefon]"]
)
def test_wording_that_would_let_out_what_is_hidden_is_not_used(version, bjorn, after):
    draft(version, bjorn, "good")
    draft(version, bjorn, line=2, before="Ring [telefon]", after=after)
    made = sent(version, bjorn)[0]
    made.version.document = version.document
    with pytest.raises(ReviewConflict, match="no_wording"):
        reviews.with_wording(made)


def test_wording_that_takes_away_the_word_before_a_short_number_is_not_used(talk, bjorn):
    text = "Amina Ali\nTelefon: 12 34 56"
    owner = talk.request.owner
    version = documents.bring_text(owner=owner, request=talk.request, kind="cv", text=text, draft_id=uuid4())
    draft(version, bjorn, "good")
    draft(version, bjorn, line=1, before="Telefon: [telefon]", after="Jag: [telefon]")
    made = sent(version, bjorn)[0]
    made.version.document = version.document
    with pytest.raises(ReviewConflict, match="no_wording"):
        reviews.with_wording(made)


def test_wording_of_a_text_that_changed_or_a_file_is_not_used(version, scan, bjorn):
    for one in (version, scan):
        draft(one, bjorn, "good")
        draft(one, bjorn, line=1, after="Kock i 8 år.")
        reviews.send(one, author=bjorn)
    with pytest.raises(ReviewConflict, match="no_wording"):
        reviews.with_wording(reviews.things_of(scan).changes[0])
    made = reviews.things_of(version).changes[0]
    make.version(version.document, text=TEXT, source="text")
    with pytest.raises(ReviewConflict, match="changed"):
        reviews.with_wording(made)


def test_next_open_thing_goes_round(version, bjorn):
    draft(version, bjorn, "good")
    changes = sent(version, bjorn, "clearer", "move", "spelling")
    owner = version.document.owner
    things = reviews.things_of(version)
    assert [things.next_open(place) for place in (0, 1, 2, 3)] == [1, 2, 3, 1]
    for made in changes[:2]:
        reviews.answer(made, actor=owner, answer="done")
    assert reviews.things_of(version).next_open(2) == 3
    reviews.answer(changes[2], actor=owner, answer="unclear")
    assert reviews.things_of(version).next_open(2) is None


# --- checklists


@pytest.fixture
def points():
    ChecklistPoint.objects.all().delete()
    return [ChecklistPoint.objects.create(kind="cv", position=n, text=f"Punkt {n}") for n in range(1, 6)]


def test_marks_are_kept_and_at_most_three_are_shown(version, bjorn, points):
    letter = ChecklistPoint.objects.create(kind="letter", position=1, text="Brev")
    ids = [point.pk for point in points]
    found = {ids[0]: True, ids[1]: False, ids[2]: False, ids[3]: False, letter.pk: True}
    with pytest.raises(checklists.TooManyShown):
        checklists.mark(version, actor=bjorn, found=found, chosen=set(ids[:4]))
    assert not ChecklistMark.objects.exists()
    assert checklists.mark(version, actor=bjorn, found=found, chosen={ids[1], ids[4], letter.pk})
    assert [mark.point_id for mark in checklists.shown(version)] == [
        ids[1]
    ]  # 4 was not looked at, the letter's is none
    assert [row.is_fine for row in checklists.of(version)] == [True, False, False, False, None]
    assert not checklists.mark(version, actor=bjorn, found=found, chosen={ids[1]})  # as seen: the same
    checklists.mark(version, actor=bjorn, found={ids[0]: True}, chosen=set())
    assert ChecklistMark.objects.count() == 1
