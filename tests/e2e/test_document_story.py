"""One paper's whole way: a photo from a phone, covered, pinned, taken in thing by thing, written anew, side by side."""

from tests.e2e.house import ask, claim, come_to_desk
from tests.e2e.test_bring_document import chat_of, colours, photo, picture_of, until_ready
from tests.e2e.test_bring_document import send as bring
from tests.e2e.test_review import choose_line, save
from tests.e2e.test_review import send as send_comments

TEXT = "Amina Warsame\nTelefon: 070-123 45 67\nAnsvarig för lager i Damaskus\nSvenska, SFI kurs C"
SECRET = (0.05, 0.17, 0.9, 0.28)  # left, top, right, bottom: around the blue line of the photo


def draw_box(page, left: float, top: float, right: float, bottom: float) -> None:
    """On the picture of the page to cover, as its parts."""
    edge = page.wait_for_selector("[data-canvas]:not([hidden])").bounding_box()
    page.mouse.move(edge["x"] + edge["width"] * left, edge["y"] + edge["height"] * top)
    page.mouse.down()
    page.mouse.move(edge["x"] + edge["width"] * right, edge["y"] + edge["height"] * bottom, steps=5)
    page.mouse.up()


def pin_by_mouse(page, top: float) -> None:
    """A box drawn on the picture, from so far down."""
    page.evaluate("scrollTo(0, 0)")
    frame = page.locator("[data-sheet]").bounding_box()
    page.mouse.move(frame["x"] + 40, frame["y"] + frame["height"] * top)
    page.mouse.down()
    page.mouse.move(frame["x"] + 300, frame["y"] + frame["height"] * (top + 0.05), steps=4)
    page.mouse.up()


def pin_by_keyboard(page) -> None:
    """The third of the places from the top, with Tab and arrows alone."""
    page.focus("input[name=place] >> nth=0")
    page.keyboard.press("Space")
    for _place in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "reason"


def test_from_a_photo_on_a_phone_to_a_better_text_side_by_side(house, new_page):
    amina, bjorn = new_page(width=360, height=740), new_page()
    ask(amina, house)
    come_to_desk(bjorn, house)
    claim(bjorn, amina)

    bring(amina, photo())
    until_ready(amina)
    amina.click(".note a.button")
    draw_box(amina, *SECRET)
    amina.click("form[data-boxes] button.grow")
    amina.wait_for_selector(".note.success")
    address = amina.url.removesuffix("1/")
    amina.goto(chat_of(amina))

    bjorn.wait_for_selector(".papers .button")  # by itself
    bjorn.click(".papers .button")
    assert colours(bjorn, picture_of(bjorn)) == {"black"}
    pin_by_mouse(bjorn, 0.35)
    save(bjorn, "good", "Rubriken är tydlig.")
    pin_by_keyboard(bjorn)
    save(bjorn, "clearer", "Skriv vad du gjorde.")
    pin_by_mouse(bjorn, 0.45)  # inside what is pinned already
    save(bjorn, "example", "Hur många varor?")
    assert bjorn.locator(".pin").count() == 3
    send_comments(bjorn)

    amina.click(".papers .button:has-text('See thing 1 of 2')")  # it came by itself
    assert "Rubriken är tydlig." in amina.inner_text(".good-things")
    assert amina.locator("svg.cut image").count() == 1
    assert "Skriv vad du gjorde." in amina.inner_text("article")
    amina.click("button:has-text('Done')")
    amina.wait_for_selector("h1:has-text('Thing 2 of 2')")
    assert amina.locator(".good-things").count() == 0  # read
    amina.click("button:has-text('Done')")
    amina.click("a:has-text('Send a new version')")
    amina.click("summary:has-text('Paste the text instead')")
    amina.fill("textarea[name=text]", TEXT)
    amina.click("form[data-upload] button.grow")
    amina.wait_for_selector("small:has-text('version 2')")

    bjorn.wait_for_selector("a:has-text('Open version 2')")  # by itself
    bjorn.click("a:has-text('Open version 2')")
    bjorn.wait_for_url("**/2/")
    assert "070" not in bjorn.inner_text("main")
    choose_line(bjorn, "SFI kurs C")
    save(bjorn, "good")
    choose_line(bjorn, "Ansvarig för lager")
    save(bjorn, "clearer", before="Ansvarig för lager", after="Jag packade 200 varor per dag")
    send_comments(bjorn)

    amina.goto(address)
    amina.click("a:has-text('See thing 1 of 1')")
    amina.click("button:has-text('Use this text')")
    amina.wait_for_selector("text=The new text is in place. This is version 3.")
    for page in (amina, bjorn):
        page.goto(f"{address}3/jamfor/")
        assert "Ansvarig för lager" in page.inner_text(".changes del >> nth=0")
        assert "Jag packade 200 varor per dag" in page.inner_text(".changes ins >> nth=0")
    assert "070" not in bjorn.inner_text("main")
