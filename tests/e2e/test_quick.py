"""From Amina's question to Björn in the chat: each step within a second, by the browsers' own clocks."""

import pytest

from tests.e2e.house import ask, claim, come_to_desk, question_of

WATCH_CARDS = """() => {
  window.cardAt = {};
  const look = () => document.querySelectorAll("[data-card]").forEach((card) => { cardAt[card.dataset.card] ??= Date.now(); });
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}"""
WATCH_NAME = """() => {
  const look = () => { if (document.querySelector("h1").textContent.includes("Björn")) window.nameAt ??= Date.now(); };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
ON_SCREEN = """() => {
  const opened = performance.getEntriesByType("navigation")[0], painted = performance.getEntriesByName("first-contentful-paint")[0];
  return [performance.timeOrigin, performance.timeOrigin + Math.max(opened.domContentLoadedEventEnd, painted.startTime)];
}"""
SAVED = """
from seekers.models import HelpRequest
print(HelpRequest.objects.get(public_id={question!r}).created_at.timestamp() * 1000)
"""
ROUNDS = 6


@pytest.fixture
def claimed(house, new_page):
    """Asks and claims once. -> milliseconds (saved to on the desk, claim to his chat page, claim to his name on hers)."""

    def once() -> tuple[float, float, float]:
        bjorn, amina = new_page(), new_page(width=360, height=740)
        come_to_desk(bjorn, house)
        bjorn.evaluate(WATCH_CARDS)
        ask(amina, house)
        question = question_of(amina)
        bjorn.wait_for_function("question => cardAt[question]", arg=question)
        shown_at, saved_at = (
            bjorn.evaluate(f"cardAt['{question}']"),
            float(house.python(SAVED.format(question=question))),
        )
        amina.evaluate(WATCH_NAME)
        claim(bjorn, amina)
        bjorn.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        clicked_at, opened_at = bjorn.evaluate(ON_SCREEN)
        amina.wait_for_function("() => window.nameAt")
        named_at = amina.evaluate("nameAt")
        house.close_all()
        return shown_at - saved_at, opened_at - clicked_at, named_at - clicked_at

    return once


@pytest.mark.alone
def test_a_saved_question_is_on_the_desk_and_a_claim_on_both_screens_within_a_second(claimed):
    """Once of six at the most: this machine runs the whole house and the browsers too, which only delays."""
    rounds = []
    while len(rounds) < ROUNDS and not (rounds and _is_quick(*rounds[-1])):
        rounds.append(claimed())
    print(
        "milliseconds to the desk, to his chat, to her screen:", [[round(span) for span in spans] for spans in rounds]
    )
    assert _is_quick(*rounds[-1]), rounds


def _is_quick(to_desk: float, to_chat: float, to_her: float) -> bool:
    """From her question to his chat without the time he reads the card, and from his claim to her screen."""
    return to_desk + to_chat < 1000 and to_her < 1000
