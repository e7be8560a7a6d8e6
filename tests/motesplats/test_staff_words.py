"""Staff read words, never the house's codes."""

import ast
from pathlib import Path

from motesplats import outbox, staff_words
from tests.test_architecture import ROOT
from volunteers.models import StaffStep

APPS = ("motesplats", "chat", "library", "seekers", "vacancies", "volunteers")


def recorded() -> set[str]:
    """Every deed that is written down by its whole name."""
    found = set()
    for path in [path for app in APPS for path in Path(ROOT / app).rglob("*.py")]:
        for call in [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "action")]
            if name in ("record", "_record") or any(word.arg == "action" for word in call.keywords):
                found |= {one.value for one in given if isinstance(one, ast.Constant) and "." in str(one.value)}
    return found


def test_every_deed_in_the_log_has_words():
    assert len(recorded()) > 40
    assert recorded() - set(staff_words.DEEDS) == set()


def test_the_steps_of_a_volunteer_have_words_too():
    deeds = {f"volunteer.{kind}_{did}" for kind in StaffStep.Kind.values for did in ("noted", "taken_back")}
    assert deeds - set(staff_words.DEEDS) == set()


def test_every_kind_of_mail_has_words():
    assert {outbox.STORED, *outbox._kinds} - set(staff_words.MAILS) == set()


def test_a_code_without_words_shows_as_it_is():
    assert (staff_words.deed("x.y"), staff_words.mail("x"), staff_words.thing("x")) == ("x.y", "x", "x")
