"""A version beside the one before: what each side sees of it, how much it weighs."""

import gzip
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seekers.models import Viewing
from tests import make
from tests.chat.house import logged_in

pytestmark = pytest.mark.django_db
BEFORE = "Amina\nRing 070-123 45 67\nJag är kock."
AFTER = "Amina\nRing 070-123 45 67\nJag är bagare.\nKörkort B"


@pytest.fixture(autouse=True)
def office():
    cache.clear()
    return make.office()


@pytest.fixture
def talk():
    return make.claimed(owner=make.user("Amina"))


@pytest.fixture
def document(talk):
    made = make.document(talk, text=BEFORE)
    make.version(made, text=AFTER)
    return made


@pytest.fixture
def amina(talk):
    return logged_in(talk.request.owner)


@pytest.fixture
def bjorn(talk):
    return logged_in(make.helper_of(talk).user)


def path(document, number: int = 2) -> str:
    return f"/en/chatt/{document.uses.get().request.public_id}/dokument/{document.public_id}/{number}/jamfor/"


def page(browser, document, number: int = 2, **query) -> str:
    answer = browser.get(path(document, number), query)
    assert answer.status_code == 200
    return answer.content.decode()


def marked(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}><span class=\"unseen\">[^<]*</span>([^<]*)</{tag}>", html)


def test_words_that_went_and_came_are_marked_in_html_and_in_words(amina, document):
    html = page(amina, document)
    assert "1 place has changed." in html
    assert (marked(html, "del"), marked(html, "ins")) == (["kock"], ["bagare", "Körkort B"])
    assert html.count('<span class="unseen">Gone: </span>') == 1
    assert html.count('<span class="unseen">New: </span>') == 2


def test_the_pictures_of_both_stand_below_and_are_fetched_late(bjorn, document):
    html = page(bjorn, document)
    pictures = re.findall(r"<img [^>]*>", html)
    assert ["/1/sida/1/" in pictures[0], "/2/sida/1/" in pictures[1], len(pictures)] == [True, True, 2]
    assert all('loading="lazy"' in one and 'alt="Page 1, version ' in one for one in pictures)


def test_a_helper_sees_of_each_version_only_what_its_owner_shows(amina, bjorn, document):
    document.versions.filter(number=2).update(
        text=AFTER.replace("67", "99"), masked_text=AFTER.replace("070-123 45 67", "[telefon]")
    )
    assert "070-123" in page(amina, document)
    assert "070-123" not in page(bjorn, document)
    document.versions.filter(number=2).update(shows_all=True)
    html = page(bjorn, document)
    assert "070-123 45 99" in re.sub(r"<[^>]+>", "", html).replace("New: ", "")
    assert "67" not in html


def test_comparing_is_a_view_of_both_versions_in_the_list_of_the_owner(amina, bjorn, document):
    for browser in (amina, bjorn, bjorn):
        page(browser, document)
    assert sorted(Viewing.objects.values_list("version__number", "what")) == [(1, "read"), (2, "read")]


def test_a_page_not_released_is_only_the_owners(amina, bjorn, document):
    document.versions.get(number=2).pages.update(is_released=False)
    assert page(amina, document).count("<img ") == 2
    assert page(bjorn, document).count("<img ") == 1


def test_the_first_version_the_same_words_and_pictures_without_words_are_said(amina, document, talk):
    assert "There is no earlier version" in page(amina, document, 1)
    make.version(document, text=AFTER)
    assert "The words are the same" in page(amina, document, 3)
    photos = make.document(talk, text="", source="photos")
    make.version(photos, text="", source="photos")
    assert "We cannot read the words" in page(amina, photos)


def test_a_version_that_was_refused_is_passed_over(amina, document):
    make.version(document, state="refused", text="")
    make.version(document, text=AFTER + "\nNy rad")
    assert "version 2" in page(amina, document, 4)
    assert "There is no earlier version" in page(amina, document, 3)


def test_a_sound_has_nothing_to_compare(amina, talk):
    sound = make.document(talk, kind="sound", source="sound")
    assert amina.get(path(sound, 1)).status_code == 404


def thirty_pages(document, text: str) -> None:
    version = make.version(document, text=text)
    version.pages.update(lines=[])
    for number in range(2, 31):
        version.pages.create(number=number, width=800, height=1131, picture="0" * 32, masked_picture="0" * 32)


def test_thirty_pages_stay_within_the_budget_and_the_same_queries(amina, document):
    with CaptureQueriesContext(connection) as asked_for_one:
        page(amina, document)
    text = "\n".join(f"Rad {number}: jag har arbetat som kock i {number % 17} år." for number in range(1500))
    thirty_pages(document, text)
    thirty_pages(document, "\n".join(f"{row} Nu." if n % 9 == 0 else row for n, row in enumerate(text.split("\n"))))
    with CaptureQueriesContext(connection) as asked_for_thirty:
        html = page(amina, document, 4)
    weight = len(gzip.compress(html.encode(), 9))
    print(f"30 pages: {len(asked_for_thirty)} queries, {weight} bytes")
    assert len(asked_for_one) == len(asked_for_thirty) <= 10
    assert weight < 15 * 1024
    assert "167 places have changed." in html
    assert "Place 11" in page(amina, document, 4, sida=2)
    for bad in ("0", "999", "x", ""):
        page(amina, document, 4, sida=bad)


def test_words_of_a_page_that_is_not_let_out_are_compared_for_its_owner_alone(document, amina, bjorn):
    version = document.versions.get(number=2)
    lines = [{"kind": "p", "text": words, "masked": words, "start": 0, "box": None} for words in ("Sett", "Osett")]
    for number, line in enumerate(lines, 1):
        version.pages.update_or_create(number=number, defaults={"lines": [line], "is_released": number == 1})
    document.versions.filter(number=2).update(text="Sett\nOsett", masked_text="Sett\nOsett")

    for shows_all in (False, True):
        document.versions.filter(number=2).update(shows_all=shows_all)
        assert "Osett" in page(amina, document)
        assert "Sett" in page(bjorn, document) and "Osett" not in page(bjorn, document)
