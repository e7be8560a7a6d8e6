"""What is said of a practice chat at its end: what one can see without understanding the text, and no points.

Each check says what it looked for, so that nobody takes it for more than it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from volunteers.rehearsal import Run, Said, Step

WORDS_IN_A_SENTENCE = 15  # klarspråk: domain.md, six to fifteen words
_PRAISE = re.compile(
    r"\b(jättebra|bra|fin|fint|fina|tydlig|tydligt|snygg|snyggt|stark|starkt|perfekt|toppen|härligt|roligt"
    r"|good|great|nice|clear|clearly|strong|perfect|well done)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\d[\s-]*){7,}|\S@\S")
_SHORTENED = re.compile(r"\b(t\.\s?ex|m\.\s?m|o\.\s?s\.\s?v|bl\.\s?a|osv|mm|ev|e\.g|i\.e|etc)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about what was written. `quote`: the words it is about."""

    is_good: bool
    words: str
    quote: str = ""


def remarks(run: Run) -> list[Remark]:
    """About a run that is over: five remarks, and one more when words were shortened."""
    mine = [said for said in run.said if said.by == "me"]
    found = [_of_sentences(mine), _of_praise(mine), _of_questions(mine), _of_reading(run), _of_number(mine)]
    return [remark for remark in (*found, _of_shortened(mine)) if remark]


def sentences(texts: Iterable[str]) -> list[str]:
    """Every sentence by itself, as it was written."""
    parts = (part.strip() for text in texts for part in re.split(r"(?<=[.!?…])\s+|\n+", text))
    return [part for part in parts if part]


def _of_sentences(mine: list[Said]) -> Remark:
    longest = max(sentences(said.text for said in mine), key=lambda one: len(one.split()), default="")
    if len(longest.split()) <= WORDS_IN_A_SENTENCE:
        return Remark(True, _("Your sentences are short. That is easy to read."))
    words = _("This sentence has %(n)d words. Divide it: at most 15 words is easy to read.")
    return Remark(False, words % {"n": len(longest.split())}, longest)


def _of_praise(mine: list[Said]) -> Remark:
    first = next((said.text for said in mine if said.step in (Step.READ, Step.COMMENT)), "")
    if any(_PRAISE.search(one) for one in sentences([first])[:1]):
        return Remark(True, _("You began with something good about the CV."))
    words = _("Begin with something good: “This is good: one sees at once what you can do.” We looked for such words.")
    return Remark(False, words)


def _of_questions(mine: list[Said]) -> Remark:
    most = max(mine, key=lambda said: said.text.count("?"), default=None)
    asked = most.text.count("?") if most else 0
    if asked > 1:
        return Remark(False, _("You asked several things at once. Ask one thing, and wait for the answer."), most.text)
    if asked == 1:
        return Remark(True, _("You asked one thing at a time."))
    return Remark(False, _("You asked nothing. A question helps: “What did you do there? How many each day?”"))


def _of_reading(run: Run) -> Remark:
    if run.has_read:
        return Remark(True, _("You said that you were reading. Then nobody wonders where you are."))
    return Remark(False, _("Next time, tap “I am reading”. Then nobody wonders where you are."))


def _of_number(mine: list[Said]) -> Remark:
    gave = next((said.text for said in mine if _NUMBER.search(said.text)), "")
    if gave:
        return Remark(
            False, _("You wrote a number or an address. Stay here in the chat: it is safe for you both."), gave
        )
    return Remark(True, _("You gave no number and no address. That is safe for you both."))


def _of_shortened(mine: list[Said]) -> Remark | None:
    found = next((match[0] for said in mine if (match := _SHORTENED.search(said.text))), "")
    return Remark(False, _("Write shortened words in full. They are hard to look up."), found) if found else None
