"""A helper with a phone presses on the picture of a page: the line there is meant, or a box of a line's height."""

import io

import pytest
from django.core.cache import cache
from PIL import Image

from motesplats import files
from seekers.models import Comment
from tests import make, roles
from tests.e2e.house import scrolls_sideways

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Amina Ali\nKock i åtta år.\nJag är noga."


def white_page() -> str:
    out = io.BytesIO()
    Image.new("RGB", (800, 1131), "white").save(out, "WEBP")
    return files.store([out.getvalue()])


@pytest.fixture
def talk(db):
    cache.clear()
    make.office()
    return make.claimed()


@pytest.fixture
def phone(new_page, live_server, talk):
    """-> the page of Björn, on a phone, that shows a document."""

    def open_(document):
        document.versions.get().pages.update(picture=white_page(), masked_picture=white_page())
        page = new_page(width=360, height=740, has_touch=True, is_mobile=True)
        page.context.add_cookies(
            [{"name": "session", "value": roles.session_of(make.helper_of(talk).user), "url": live_server.url}]
        )
        page.goto(f"{live_server.url}/en/chatt/{talk.request.public_id}/dokument/{document.public_id}/")
        return page

    return open_


def press(page, x: float, y: float) -> None:
    """x, y: parts of the picture."""
    sheet = page.locator("[data-sheet]")
    sheet.scroll_into_view_if_needed()
    frame = sheet.bounding_box()
    page.touchscreen.tap(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"])
    page.wait_for_selector("[data-new]", state="attached")


def drawn(page) -> list[float]:
    """The box that is shown, as parts of the page; without the line around it."""
    names = ("x", "y", "width", "height")
    x, y, width, height = (float(page.get_attribute("[data-new]", name)) for name in names)
    return [(x + 4) / 800, (y + 4) / 1131, (width - 8) / 800, (height - 8) / 1131]


def save(page) -> Comment:
    page.locator("input[name=reason][value=good]").check(force=True)
    with page.expect_navigation():
        page.click("#new-comment button.button")
    return Comment.objects.get()


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.17), (0.94, 0.165), (0.06, 0.172)])  # on the line, and beside it
def test_a_press_takes_the_line_there(phone, talk, x, y):
    page = phone(make.document(talk, text=TEXT))
    press(page, x, y)
    assert page.inner_text("[data-chosen]") == "Kock i åtta år."
    assert drawn(page) == pytest.approx([0.1, 0.15, 0.8, 0.04], abs=0.002)
    assert not scrolls_sideways(page)
    made = save(page)
    assert (made.quote, made.box) == ("Kock i åtta år.", [0.1, 0.15, 0.8, 0.04])


def test_a_press_under_the_last_line_within_a_finger_takes_it_and_further_away_a_box(phone, talk):
    page = phone(make.document(talk, text=TEXT))
    press(page, 0.5, 0.27)  # 12 pixels under it
    assert page.inner_text("[data-chosen]") == "Jag är noga."
    press(page, 0.5, 0.5)
    assert page.locator("[data-chosen]").is_hidden()
    assert drawn(page) == pytest.approx([0.35, 0.48, 0.3, 0.04], abs=0.01)


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.3), (0.98, 0.99), (0.01, 0.01)])
def test_a_press_on_a_photo_gives_a_box_that_holds_the_place(phone, talk, x, y):
    document = make.document(talk, text=TEXT)
    document.versions.get().pages.update(lines=[], has_text=False)
    page = phone(document)
    press(page, x, y)
    left, top, width, height = save(page).box
    assert left <= x <= left + width + 0.01 and top <= y <= top + height + 0.01
    assert width >= 0.15 and height >= 0.02 and left + width <= 1 and top + height <= 1
    assert not scrolls_sideways(page)
