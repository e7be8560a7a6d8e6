"""Amina brings her CV from a phone: a photo she covers, a PDF, a text, or six answers; Björn sees what she lets him."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from tests.e2e.house import claim, come_to_desk, question_of
from tests.e2e.test_look import faults
from tests.seekers import cv_paper

STORED = """
from seekers.models import DocumentVersion
from motesplats import files
print(DocumentVersion.objects.filter(document__uses__request__public_id={!r}).count())
"""
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}  # bytes a second


def photo(name: str = "IMG 1.jpg") -> dict:
    """As a phone hands it over: a line of letters that must not be seen."""
    picture, kept = Image.new("RGB", (900, 1200), "white"), BytesIO()
    ImageDraw.Draw(picture).rectangle((90, 240, 700, 300), fill="#2040c0")
    picture.save(kept, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def noise(size: int = 1100) -> dict:
    """A photo that does not get smaller: it takes a while to send."""
    kept = BytesIO()
    Image.effect_noise((size, size), 100).save(kept, "JPEG", quality=95)
    return {"name": "brus.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


@pytest.fixture
def amina(house, new_page):
    page = new_page(width=360, height=740)
    house.open_asked(page)
    return page


def helper_of(amina, house, new_page, name: str = "Björn"):
    page = new_page()
    come_to_desk(page, house, name)
    claim(page, amina)
    return page


def to_documents(page) -> None:
    page.goto(f"{chat_of(page)}dokument/")


def chat_of(page) -> str:
    return page.url.partition("/chatt/")[0] + f"/chatt/{question_of(page)}/"


def send(page, *uploads) -> None:
    to_documents(page)
    page.set_input_files("#id_files", list(uploads))
    page.click("form[data-upload] button.grow")
    page.wait_for_url("**/dokument/*/")


def until_ready(page) -> None:
    page.wait_for_selector("[data-waits=ready]", timeout=60_000)


def colours(page, source: str) -> set[str]:
    """Where the secret line stands, in the picture at `source`: blue, black or white."""
    answer = page.request.get(source)
    assert answer.ok, answer.status
    picture = Image.open(BytesIO(answer.body())).convert("RGB")
    red, green, blue = picture.getpixel((int(picture.width * 0.4), int(picture.height * 0.225)))
    return {"blue" if blue > 120 > red else "black" if max(red, green, blue) < 90 else "white"}


def picture_of(page) -> str:
    return page.locator("img[src*='/sida/1/']").first.evaluate("one => one.src")  # waits for it


def test_a_photo_is_covered_by_a_finger_and_seen_with_its_box(amina, house, new_page):
    bjorn = helper_of(amina, house, new_page)
    amina.click(".invite .button >> nth=0")
    assert "At most 10 MB" in amina.inner_text("main")
    amina.set_input_files("#id_files", [photo()])
    amina.set_input_files("#id_photo", [photo("IMG 2.jpg")])
    assert amina.locator("[data-chosen] li").count() == 2
    amina.click("[data-chosen] li:nth-child(2) button")
    amina.click("form[data-upload] button.grow")
    amina.wait_for_url("**/dokument/*/")
    until_ready(amina)
    assert bjorn.request.get(picture_of(amina)).status == 404  # not before she has looked

    amina.click(".note a.button")
    edge = amina.wait_for_selector("[data-canvas]:not([hidden])").bounding_box()
    amina.mouse.move(edge["x"] + edge["width"] * 0.05, edge["y"] + edge["height"] * 0.17)
    amina.mouse.down()
    amina.mouse.move(edge["x"] + edge["width"] * 0.9, edge["y"] + edge["height"] * 0.28, steps=5)
    amina.mouse.up()
    assert amina.inner_text("[data-count]") == "Boxes: 1"
    amina.click("form[data-boxes] button.grow")
    amina.wait_for_selector(".note.success")

    bjorn.wait_for_selector(".papers .button")  # the box of his chat page grew by itself
    bjorn.click(".papers .button")
    assert colours(bjorn, picture_of(bjorn)) == {"black"}
    assert colours(amina, picture_of(bjorn).partition("?")[0]) == {"blue"}


def test_a_box_is_made_moved_undone_and_taken_away_by_keyboard(amina):
    send(amina, photo())
    until_ready(amina)
    amina.click(".note a.button")
    amina.wait_for_selector("[data-canvas]:not([hidden])")
    amina.focus("[data-add]")
    amina.keyboard.press("Enter")
    before = amina.locator("rect[tabindex]").bounding_box()
    amina.keyboard.press("ArrowDown")
    amina.keyboard.press("Shift+ArrowRight")
    after = amina.locator("rect[tabindex]").bounding_box()
    assert (after["y"] > before["y"], after["width"] > before["width"]) == (True, True)
    amina.keyboard.press("Delete")
    assert amina.locator("rect[tabindex]").count() == 0
    amina.click("[data-undo]")
    assert amina.locator("rect[tabindex]").count() == 1


def test_a_pdf_shows_how_far_it_is_and_what_is_hidden(amina, house, new_page):
    bjorn = helper_of(amina, house, new_page)
    file = {
        "name": "Mitt CV.pdf",
        "mimeType": "application/pdf",
        "buffer": cv_paper.pdf([("h", ["Amina Ali"]), ("p", ["Telefon: 070-174 06 05"]), ("p", ["Kock i Damaskus"])]),
    }
    send(amina, file)
    assert "We are preparing your CV. It takes about 1 minute." in amina.inner_text("main")
    until_ready(amina)
    assert "We have hidden phone number. This is how the volunteer sees your CV." in amina.inner_text("main")

    bjorn.wait_for_selector(".papers .button")
    bjorn.click(".papers .button")
    bjorn.wait_for_selector("img[src*='/sida/1/']")
    assert ("Kock i Damaskus" in bjorn.content(), "174 06" in bjorn.content()) == (True, False)
    amina.click("button[value=all]")
    amina.wait_for_selector("button[value=masked]")
    bjorn.reload()
    assert "070-174 06 05" in bjorn.content()


def test_progress_is_shown_and_cancel_leaves_nothing(amina, house):
    to_documents(amina)
    amina.context.new_cdp_session(amina).send("Network.emulateNetworkConditions", SLOW)
    amina.set_input_files("#id_files", [noise()])
    amina.click("form[data-upload] button.grow")
    amina.wait_for_function("() => { const v = document.querySelector('progress').value; return v > 5 && v < 95; }")
    amina.click("[data-cancel]")
    assert "Stopped. Nothing was sent." in amina.inner_text("[data-status]")
    amina.wait_for_timeout(500)
    assert house.python(STORED.format(question_of(amina))) == "0"

    amina.context.new_cdp_session(amina).send("Network.emulateNetworkConditions", {**SLOW, "uploadThroughput": -1})
    amina.click("form[data-upload] button.grow")  # still chosen
    amina.wait_for_url("**/dokument/*/")
    assert house.python(STORED.format(question_of(amina))) == "1"


def test_what_is_refused_stays_chosen_and_is_said_on_the_spot(amina):
    to_documents(amina)
    amina.set_input_files("#id_files", [{"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"no pdf at all"}])
    amina.click("form[data-upload] button.grow")
    amina.wait_for_selector("[data-errors]")
    assert amina.evaluate("document.activeElement.matches('[data-errors]')")
    assert amina.locator("[data-chosen] li").count() == 1
    large = {"name": "stor.jpg", "mimeType": "image/jpeg", "buffer": b"a" * (10 * 1024**2 + 1)}
    amina.set_input_files("#id_files", [large])
    assert "The file is too large (at most 10 MB)." in amina.inner_text("[data-status]")


def test_a_file_that_is_dropped_is_chosen(amina):
    to_documents(amina)
    amina.evaluate(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'cv.png', {type: 'image/png'}));"
        " document.querySelector('[data-drop]').dispatchEvent("
        "   new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }"
    )
    assert amina.inner_text("[data-chosen] li bdi") == "cv.png"


def test_without_script_a_photo_is_sent_and_covered_by_taps(house, new_page):
    amina = new_page(width=360, height=740, java_script_enabled=False)
    house.open_asked(amina)
    bjorn = helper_of(amina, house, new_page)
    amina.click(".invite .button >> nth=0")
    amina.set_input_files("#id_files", [photo(), photo("IMG 2.jpg")])
    amina.click("form[data-upload] button.grow")
    for _second in range(60):
        amina.wait_for_timeout(1000)
        if amina.locator("[data-waits=ready]").count():
            break
    amina.click(".note a.button")
    for column in range(4):
        amina.locator(".zones label").nth(2 * 4 + column).click()
    amina.locator(".zones label").nth(4).click()
    amina.click("form[data-boxes] button.grow")
    assert "Page 2 of 2" in amina.inner_text("main")
    amina.click("button[name=whole]")

    bjorn.goto(f"{chat_of(bjorn)}dokument/")
    bjorn.click(".papers .button")
    assert colours(bjorn, picture_of(bjorn)) == {"black"}


def test_no_cv_becomes_a_first_one_by_six_questions(amina, house, new_page):
    bjorn = helper_of(amina, house, new_page)
    amina.click(".invite .button >> nth=0")
    amina.click("text=We start together.")
    forward = "main form .buttons .button >> nth=0"
    amina.fill("[name=name]", "Amina Ali")
    amina.fill("[name=town]", "Göteborg")
    amina.click(forward)
    amina.fill("[name=job]", "Kock")
    amina.click("[name=back]")
    assert amina.input_value("[name=town]") == "Göteborg"
    amina.click(forward)
    assert amina.input_value("[name=job]") == "Kock"
    amina.fill("[name=where]", "Hotell Sham, Damaskus")
    amina.click(forward)
    amina.click("[name=skip]")
    amina.fill("[name=languages]", "Arabiska\nSvenska")
    amina.click(forward)
    amina.click("[name=skip]")
    amina.fill("[name=wants]", "Kock eller servitris")
    amina.click(forward)
    amina.wait_for_url("**/dokument/*/")
    assert "Kock, Hotell Sham, Damaskus" in amina.inner_text(".lines")

    bjorn.wait_for_selector(".papers .button")
    bjorn.click(".papers .button")
    assert "Kock eller servitris" in bjorn.inner_text("main")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "dark")])
def test_the_pages_have_no_faults_at_320_px(house, new_page, language, scheme):
    page = new_page(width=320, height=640, color_scheme=scheme)
    house.open_asked(page)
    here = chat_of(page).replace("/en/", f"/{language}/")
    found = []

    def look(address: str = "") -> None:
        if address:
            page.goto(address)
        found.extend(faults(page))

    look(here)
    look(f"{here}dokument/")
    page.click("form[data-upload] button.grow")
    page.wait_for_load_state()
    look()
    page.set_input_files("#id_files", [photo("ett mycket långt namn på en fil " * 3 + ".jpg"), photo()])
    look()
    page.click("form[data-upload] button.grow")
    page.wait_for_url("**/dokument/*/")
    look()
    until_ready(page)
    look()
    page.click(".note a.button")
    page.wait_for_selector("[data-canvas]:not([hidden])")
    page.click("[data-add]")
    look()
    look(here)
    for step in ("namn", "arbete", "studier", "sprak", "kan", "vill"):
        look(f"{here}forsta-cv/{step}/")
    assert found == []
