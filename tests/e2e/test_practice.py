"""Writing, speaking aloud, practising for the interview: in real browsers against a running house."""

import json
import time

import pytest

from tests.e2e.house import claim, come_to_desk, follow, question_of
from tests.e2e.test_look import faults

MARKS = ("clarity", "example", "relevance", "swedish", "length")
# The page's policy lets no script read a blob: address, so the blob itself is remembered.
REMEMBER = """
  const real = URL.createObjectURL;
  URL.createObjectURL = (blob) => { window.recorded = blob; return real.call(URL, blob); };
"""
TO_HEX = "[...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')"
RECORDED = f"async () => {{ const bytes = await window.recorded.arrayBuffer(); return {TO_HEX}; }}"
HEARD = f"""async () => {{
  const bytes = await (await fetch(document.querySelector('audio').src)).arrayBuffer(); return {TO_HEX};
}}"""
RECORDING = """
from seekers.models import DocumentVersion
import json
found = DocumentVersion.objects.filter(document__uses__request__public_id={question!r}, source="sound").last()
print(json.dumps(found and [found.document.public_id, found.state, found.seconds]))
"""
COMMENTED = """
from seekers.models import Comment
print([c.second for c in Comment.objects.filter(version__document__public_id={document!r})])
"""


@pytest.fixture
def people(house, new_page):
    """Amina on her phone, with a microphone, and Björn who helps her; the address of their chat."""
    amina = new_page(width=360, height=740, permissions=["microphone"])
    house.open_asked(amina)
    bjorn = new_page()
    come_to_desk(bjorn, house)
    claim(bjorn, amina)
    return amina, bjorn, f"{house.home}/chatt/{question_of(amina)}"


def record(page, *, seconds: float) -> None:
    page.click("[data-record]")
    page.wait_for_selector("[data-stop]:visible")
    page.wait_for_timeout(seconds * 1000)
    page.click("[data-stop]")
    page.wait_for_selector("audio:visible")


def length_of(page) -> float:
    """Seconds, when the player knows them."""
    page.wait_for_function("() => Number.isFinite(document.querySelector('audio').duration)")
    return page.evaluate("document.querySelector('audio').duration")


@pytest.mark.whole_browser
def test_a_recording_stays_here_until_sent_and_is_heard_by_the_volunteer(house, people):
    amina, bjorn, chat = people
    sent, thrown = [], []
    amina.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    bjorn.on("pageerror", lambda problem: thrown.append(problem))
    amina.add_init_script(REMEMBER)
    amina.goto(f"{chat}/presentera/hogt/")
    record(amina, seconds=1)
    record(amina, seconds=3)  # once more: the first is gone
    assert 2 < length_of(amina) < 6
    recorded = bytes.fromhex(amina.evaluate(RECORDED))
    assert 2_000 < len(recorded) < 30_000  # opus at about 24 kbit a second, 3 s
    assert sent == []

    amina.click("[data-send]")
    amina.wait_for_selector("[data-told]:has-text('The volunteer can hear it')")
    document = _prepared(house, question_of(amina))
    bjorn.goto(f"{chat}/dokument/{document}/")
    assert bytes.fromhex(bjorn.evaluate(HEARD)) == recorded
    bjorn.evaluate("document.querySelector('audio').load()")
    bjorn.evaluate("document.querySelector('audio').play()")
    bjorn.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    assert bjorn.evaluate("document.querySelector('audio').duration") > 0

    for second, reason in ((1, "good"), (2, "clearer")):
        bjorn.fill("#id_second", str(second))
        bjorn.locator(f"#new-comment input[name=reason][value={reason}]").check()
        bjorn.click("#new-comment button:has-text('Save the comment')")
        bjorn.wait_for_selector(f"#comments li:has-text('0:0{second}')")
    assert house.python(COMMENTED.format(document=document)) == "[1, 2]"
    bjorn.click("button:has-text('Send the comments')")
    bjorn.wait_for_selector("h2:has-text('Sent')")
    assert thrown == []  # a recording has no lines and no picture to press

    amina.goto(f"{chat}/dokument/{document}/")
    amina.click("a:has-text('See thing 1 of 1')")
    assert "0:01" in amina.inner_text(".good-things") and "0:02" in amina.inner_text("article")
    assert amina.get_attribute("article audio", "src").endswith("/ljud/#t=2")
    amina.evaluate("document.querySelector('article audio').play()")  # from where the comment is
    amina.wait_for_function("() => document.querySelector('article audio').currentTime > 1.9")


def _prepared(house, question: str) -> str:
    """The public id of the recording, when a worker has looked at it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = json.loads(house.python(RECORDING.format(question=question)))
        if found and found[1] == "ready":
            assert 2 <= found[2] <= 5
            return found[0]
        time.sleep(0.5)
    raise AssertionError(f"the recording was not prepared: {found}")


def test_a_letter_is_saved_by_itself_and_two_windows_lose_nothing(people, new_page):
    amina, bjorn, chat = people
    amina.goto(f"{chat}/brev/")
    amina.fill("#id_job", "kock")
    amina.wait_for_selector("[data-saved]:has-text('Saved')")
    assert amina.text_content("[data-text]") == "Hej!\n\nJag söker jobbet som kock."
    amina.reload()
    assert amina.input_value("#id_job") == "kock"

    other = amina.context.new_page()
    other.goto(f"{chat}/brev/")
    amina.fill("#id_to", "Anna")
    amina.wait_for_function("() => document.querySelector('[data-text]').textContent.startsWith('Hej Anna!')")
    other.fill("#id_work", "lärare")
    other.wait_for_selector("text=You have written in another window too.")
    assert other.input_value("#id_work") == "lärare"
    assert "Hej Anna!" in other.text_content("section[role=alert]")

    other.close()
    amina.click("button[name=show]")
    amina.wait_for_selector(".note.success")
    bjorn.goto(f"{chat}/")
    assert bjorn.locator(".system:has-text('has sent a document')").count() == 1


def test_what_was_typed_is_saved_when_the_page_is_left(people):
    amina, _bjorn, chat = people
    amina.goto(f"{chat}/presentera/")
    amina.fill("#id_who", "Amina")
    amina.goto(f"{chat}/")  # the save goes on behind it
    until = time.monotonic() + 20
    while time.monotonic() < until and amina.goto(f"{chat}/presentera/") and not amina.input_value("#id_who"):
        amina.wait_for_timeout(200)
    assert amina.input_value("#id_who") == "Amina"


def mark(page, value: str) -> None:
    for name in MARKS:
        page.locator(f"input[name={name}][value={value}]").check()
    page.click("details.own button")


def test_three_interview_questions_and_both_sides_marks(people, new_page):
    amina, bjorn, chat = people
    amina.goto(f"{chat}/ova/")
    amina.click("main a.button.big")
    for number in (1, 2):
        amina.fill("textarea", f"Svar {number}")
        amina.click("button[name=text_kept]")
        mark(amina, "almost")
        amina.wait_for_selector(".marks")
        if number == 1:
            follow(amina, "a:has-text('Next question')")
    record_at = amina.url
    amina.click("form[action*=visa] button")
    amina.wait_for_selector("text=The volunteer can read this answer.")
    bjorn.goto(record_at)
    assert bjorn.locator("text=Svar 2").count() == 1
    mark(bjorn, "good")
    amina.reload()
    assert amina.locator(".mark.almost").count() == amina.locator(".mark.good").count() == 5

    still = new_page(width=360, height=740, java_script_enabled=False, storage_state=amina.context.storage_state())
    still.goto(f"{chat}/ova/fraga/3/")
    assert not still.locator("[data-record]").is_visible()
    still.fill("textarea", "Svar 3")
    still.click("button[name=text_kept]")
    mark(still, "again")
    still.click("form[action*=basta] button")
    still.goto(f"{chat}/ova/mina-svar/")
    assert "Svar 3" in still.text_content("main")


def test_refused_microphone_leaves_the_text_way(house, new_page):
    amina = new_page(width=360, height=740)  # no permission
    house.open_asked(amina)
    amina.goto(f"{house.home}/chatt/{question_of(amina)}/presentera/hogt/")
    amina.click("[data-record]")
    amina.wait_for_selector("[data-told]:has-text('or write instead')")
    amina.fill("textarea", "Hej! Jag heter Amina.")
    amina.click("button[name=text_shown]")
    amina.wait_for_selector(".note.success")


def test_a_browser_that_cannot_record_says_so_and_keeps_the_text_way(people):
    amina, _bjorn, chat = people
    amina.add_init_script("delete window.MediaRecorder")
    amina.goto(f"{chat}/ova/fraga/1/")
    assert amina.locator("[data-no-recorder]").is_visible()
    assert not amina.locator("[data-record]").is_visible()
    assert amina.locator("textarea").is_visible()


def test_the_clock_counts_down_without_a_microphone(people):
    amina, _bjorn, chat = people
    amina.goto(f"{chat}/presentera/hogt/")
    amina.click("[data-start]")
    amina.wait_for_function("() => Number(document.querySelector('[data-clock]').textContent) < 45")
    amina.click("[data-halt]")
    assert amina.locator("[data-start]").is_visible()


@pytest.mark.parametrize("language", ["", "/ar"])
def test_every_page_is_whole_at_320_pixels(house, new_page, language):
    amina = new_page(width=320, height=640, permissions=["microphone"])
    house.open_asked(amina)
    path, found = f"{house.url}{language}/chatt/{question_of(amina)}", []
    for page in ("", "brev/", "presentera/", "presentera/hogt/", "ova/", "ova/fraga/1/", "ova/mina-svar/"):
        amina.goto(f"{path}/{page}")
        found += faults(amina)
    amina.goto(f"{path}/ova/fraga/1/")
    amina.fill("textarea", "Jag är bra på att laga mat.")
    amina.click("button[name=text_kept]")
    found += faults(amina)
    mark(amina, "good")
    amina.wait_for_selector(".marks")
    found += faults(amina)
    assert not found, "\n".join(found)
