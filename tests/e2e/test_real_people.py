"""A full conversation for each person of the demo CVs, through two real browsers. Skips where the CVs are not at hand."""

import json
from pathlib import Path

import pytest

from tests.e2e.house import ask, claim, come_to_desk, say, shown, wait_until_shown

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "cv" / "demo_sv"
PEOPLE = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not PEOPLE, reason="needs the CVs of shared/data/cv/demo_sv beside the project")


@pytest.mark.parametrize("file", PEOPLE, ids=lambda file: file.stem)
def test_whole_cv_is_talked_through_line_by_line(house, new_page, file):
    cv = json.loads(file.read_text(encoding="utf-8"))
    name = cv["namn"].replace(" (demo)", "")
    theirs = [cv["profil"], *(f"{when}: {what}" for when, what, _tasks in cv["jobb"]), *cv["sprak"], *cv["ovr"]]
    bjorn, asker = new_page(), new_page(width=360, height=740)
    come_to_desk(bjorn, house)
    ask(asker, house, name=name, need=cv["profil"])
    claim(bjorn, asker)
    assert name in bjorn.inner_text("h1")
    expected = []
    for number, line in enumerate(theirs, start=1):
        answer = f"Tack! Rad {number} är bra. Berätta mer."
        for page, text in ((asker, line), (bjorn, answer)):
            say(page, text)
            wait_until_shown(page, {text})
            expected.append(text)
    for page in (asker, bjorn):
        wait_until_shown(page, set(expected))
        assert [text for _seq, text in shown(page)] == expected
    print(f"{name}: {len(expected)} messages, once and in order on both screens")
    asker.click(".acts a:has-text('Finish')")
    asker.click("main form button")
    asker.wait_for_selector("[data-part=asks] button:has-text('Open the question again')")
