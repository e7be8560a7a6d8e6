"""Comments on a document in real browsers: pinned by mouse and by keyboard, taken in one by one on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.house import House, scrolls_sideways
from tests.seekers import cv_paper

LINES = [
    ("h", ["Amina Warsame"]),
    ("p", ["Telefon: 070-123 45 67"]),
    ("p", ["Kock, Restaurang Solen 2019–2024"]),
    ("p", ["Ansvarig för lager i Damaskus"]),
    ("p", ["Svenska, SFI kurs C"]),
]
PASTED = "Amina Warsame\nTelefon: 070-123 45 67\nAnsvarig för lager i Damaskus\nSvenska, SFI kurs C"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def script(request) -> bool:
    return request.param


@pytest.fixture
def make_people(house, new_page):
    """-> (amina, bjorn), in one chat, with or without script."""

    def make(script: bool):
        amina = new_page(width=360, height=740, java_script_enabled=script)
        bjorn = new_page(java_script_enabled=script)
        house.log_in(bjorn, "Björn")
        house.open_asked(amina)
        bjorn.goto(f"{house.home}/jour/")
        bjorn.locator("button[value=now]").last.click()
        bjorn.wait_for_url("**/chatt/**")
        return amina, bjorn

    return make


def faults(page) -> list[str]:
    found = [
        f"{page.url}: {rule['id']} {[node['html'][:120] for node in rule['nodes']]}"
        for rule in Axe().run(page).response["violations"]
    ]
    return found + ([f"{page.url}: scrolls sideways"] if scrolls_sideways(page) else [])


def bring_file(page, house: House, tmp_path) -> str:
    """Send a PDF by plain file input and wait until it is read. -> the document's address."""
    path = tmp_path / "cv.pdf"
    path.write_bytes(cv_paper.pdf(LINES))
    page.goto(f"{page.url.split('?')[0].split('#')[0]}dokument/")
    page.set_input_files("input[type=file] >> nth=0", path)
    page.click("form:has(input[type=file]) button.button:not([type])")
    page.wait_for_url("**/dokument/*/")
    address = page.url
    for _second in range(40):
        if page.locator("img[src*='/sida/']").count():
            return address
        page.wait_for_timeout(1000)
        page.goto(address)
    raise AssertionError(page.inner_text("main"))


def bring_text(page, text: str) -> str:
    page.goto(f"{page.url.split('?')[0].split('#')[0]}dokument/")
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    page.fill("textarea[name=text]", text)
    page.click("form:has(input[type=file]) button.button:not([type])")
    page.wait_for_url("**/dokument/*/")
    return page.url


def choose_line(page, words: str) -> None:
    for summary in page.locator(".sheet details:not([open]) > summary").all():
        summary.click()
    page.check(f".lines label:has-text('{words}') input")


def save(page, reason: str, note: str = "", *, before: str = "", after: str = "") -> None:
    page.locator(f"input[name=reason][value={reason}]").check(force=True)
    if note:
        page.fill("textarea[name=note]", note)
    if after:
        page.locator("#new-comment summary").click()
        page.fill("textarea[name=before]", before)
        page.fill("textarea[name=after]", after)
    with page.expect_navigation():
        page.click("#new-comment button.button")
    page.wait_for_selector("text=Not sent yet")


def send(page) -> None:
    page.click("button:has-text('Send the comments')")
    page.wait_for_selector("h2:has-text('Sent')")


def choose_by_keyboard(page, *, line: int) -> None:
    """From the list of lines, the first of which is 0."""
    page.focus("details summary:has-text('lines')")
    for key in ["Enter", "Tab", "Space", *["ArrowDown"] * line, "Enter"]:
        page.keyboard.press(key)


def test_pinned_by_mouse_and_keyboard_seen_live_and_answered_on_the_phone(house, make_people, tmp_path):
    if not cv_paper.has_fonts():
        pytest.skip("needs the fonts DejaVu and Noto")
    amina, bjorn = make_people(script=True)
    chat = amina.url
    address = bring_file(amina, house, tmp_path)
    amina.goto(f"{address}1/saker/")
    bjorn.goto(address)
    lines = bjorn.locator(".lines input")
    box = bjorn.locator("[data-sheet]").bounding_box()
    place = [float(part) / 1000 for part in lines.nth(2).get_attribute("data-at").split()]
    bjorn.mouse.click(  # a press on the picture takes the line there
        box["x"] + (place[0] + place[2] / 2) * box["width"], box["y"] + (place[1] + place[3] / 2) * box["height"]
    )
    assert "Restaurang Solen" in bjorn.inner_text("[data-chosen]")
    assert bjorn.evaluate("document.activeElement.name") == "reason"
    save(bjorn, "good", "Man ser direkt var.")
    bjorn.goto(address)  # to the top of the picture
    box = bjorn.locator("[data-sheet]").bounding_box()
    top = box["y"] + (place[1] + place[3] * 1.3) * box["height"]
    bjorn.mouse.move(box["x"] + 40, top)  # a box is drawn
    bjorn.mouse.down()
    bjorn.mouse.move(box["x"] + 400, top + 30, steps=4)
    bjorn.mouse.up()
    save(bjorn, "clearer", "Skriv vad du gjorde.")
    choose_by_keyboard(bjorn, line=4)
    assert bjorn.evaluate("document.activeElement.name") == "reason"
    assert "SFI kurs C" in bjorn.inner_text("[data-chosen]")
    save(bjorn, "example")
    assert bjorn.locator(".pin").count() == 3
    assert faults(bjorn) == []
    send(bjorn)
    amina.wait_for_selector(".button:has-text('See thing 1 of 2')")  # by itself
    amina.wait_for_selector("[data-told]:has-text('There are new comments.')", state="attached")
    assert faults(amina) == []
    amina.click(".button:has-text('See thing 1 of 2')")
    amina.wait_for_selector("svg.cut image")
    assert faults(amina) == []
    amina.click("button:has-text('I don')")
    amina.wait_for_selector("h1:has-text('Thing 2 of 2')")
    bjorn.wait_for_selector("#comments :text('Not understood')")  # by itself, too
    amina.click("button:has-text('Done')")
    amina.wait_for_selector("text=Now you can send a new version")
    amina.goto(chat)
    assert "do not understand thing 1" in amina.inner_text(".log")


def test_wording_of_a_pasted_text_is_used_with_one_press(house, make_people, script):
    amina, bjorn = make_people(script=script)
    address = bring_text(amina, PASTED)
    bjorn.goto(address)
    assert "070" not in bjorn.inner_text("main")
    choose_line(bjorn, "Amina Warsame")
    save(bjorn, "good")
    choose_line(bjorn, "Ansvarig för lager")
    save(bjorn, "clearer", before="Ansvarig för lager", after="Jag packade 200 varor per dag")
    choose_line(bjorn, "SFI kurs C")
    save(bjorn, "example")
    send(bjorn)
    amina.goto(f"{address}1/saker/")
    amina.click(".button:has-text('See thing 1 of 2')")
    amina.click("button:has-text('Use this text')")
    amina.wait_for_url("**/2/saker/1/")  # the other thing came along to the new version
    assert "SFI kurs C" in amina.inner_text("blockquote")
    amina.click("button:has-text('Done')")
    amina.wait_for_selector("text=Now you can send a new version")
    amina.goto(f"{address}2/")
    assert "Jag packade 200 varor per dag i Damaskus" in amina.inner_text("main")
    bjorn.goto(f"{address}2/jamfor/")
    assert "Jag packade 200 varor" in bjorn.inner_text("main")


def test_words_marked_in_a_text_are_the_comments_place(house, make_people):
    amina, bjorn = make_people(script=True)
    address = bring_text(amina, "😀 Jag heter Amina\nKock")
    bjorn.goto(address)
    bjorn.evaluate(
        """() => {
          const words = document.querySelector("[data-text] label span").firstChild;
          getSelection().setBaseAndExtent(words, 3, words, 12);
          document.dispatchEvent(new MouseEvent("mouseup"));
        }"""
    )
    bjorn.wait_for_selector("[data-chosen]:has-text('Jag heter')")
    assert bjorn.inner_text("[data-chosen]") == "Jag heter"
    save(bjorn, "good")
    assert bjorn.inner_text("#comments blockquote") == "Jag heter"


def test_what_is_being_typed_stays_when_something_new_comes(house, make_people):
    amina, bjorn = make_people(script=True)
    address = bring_text(amina, PASTED)
    bjorn.goto(address)
    for line, reason in (("Amina", "good"), ("lager", "clearer")):
        choose_line(bjorn, line)
        save(bjorn, reason)
    send(bjorn)
    choose_line(bjorn, "SFI")
    bjorn.fill("textarea[name=note]", "Halva meningen")
    amina.goto(f"{address}1/saker/1/")
    amina.click("button:has-text('Done')")
    bjorn.wait_for_selector("#comments b:has-text('Done')")
    assert bjorn.input_value("textarea[name=note]") == "Halva meningen"
    assert bjorn.is_checked(".lines label:has-text('SFI') input")


def test_arabic_at_320_px_is_right_to_left_and_the_picture_is_not_turned(house, make_people, new_page, tmp_path):
    amina, bjorn = make_people(script=True)
    address = bring_file(amina, house, tmp_path)
    bjorn.goto(address)
    for line, reason in (("Amina", "good"), ("lager", "clearer")):
        choose_line(bjorn, line)
        save(bjorn, reason)
    send(bjorn)
    left = bjorn.locator(".pin rect").first.bounding_box()["x"] - bjorn.locator(".picture").bounding_box()["x"]
    amina.set_viewport_size({"width": 320, "height": 640})
    for page, path in (
        (amina, "1/saker/"),
        (amina, "1/saker/1/"),
        (bjorn, "1/checklista/"),
        (bjorn, "1/"),
    ):
        page.goto(address.replace("/en/", "/ar/") + path)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert faults(page) == []
    moved = bjorn.locator(".pin rect").first.bounding_box()["x"] - bjorn.locator(".picture").bounding_box()["x"]
    assert abs(moved - left) < 2
