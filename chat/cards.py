"""Cards: messages that each side reads in Swedish *and* in its own language.

A card's body is JSON with all its words as they were when it was sent, so that one edited later still says what was
said: {"card": "phrase", "texts": {"sv": "Tack!", "ar": "شكرا!"}}. Swedish is always there. Erased, the body is "".
A card "tip" has the title of a tip, and under "tip" its name in the address; a card "vacancy" an ad in one line, and
under "vacancy" its public id. Under "to" both have where they lead, behind the language: "tips/kom-i-tid/".
"""

from dataclasses import dataclass

import orjson
from django.urls import reverse
from django.utils.translation import get_language, get_language_info

SWEDISH = "sv"
TIP, AD = "tip", "vacancy"
_LEADS_TO = {TIP: "library:resource_show", AD: "vacancies:vacancy_show"}


@dataclass(frozen=True, slots=True)
class Face:
    """The words of a card in one language, with what `lang` and `dir` need."""

    text: str
    lang: str
    dir: str


def body_of(kind: str, texts: dict[str, str], **more: str) -> str:
    """The body to store. `texts`: language -> words; those without words are left out. KeyError without Swedish."""
    said = {SWEDISH: texts[SWEDISH]} | {code: words for code, words in texts.items() if words}
    return orjson.dumps({"card": kind, "texts": said, **more}).decode()


def path_of(body: str) -> str:
    """Where a card leads, in the active language; "" of cards that lead nowhere and of an erased one."""
    said = orjson.loads(body) if body else {}
    return next((reverse(name, args=[said[kind]]) for kind, name in _LEADS_TO.items() if kind in said), "")


def faces(body: str) -> list[Face]:
    """The Swedish words, then those in the language of the page when that is another. [] of an erased card."""
    return faces_of(orjson.loads(body)["texts"]) if body else []


def faces_of(texts: dict[str, str]) -> list[Face]:
    """The same of a card that is not sent yet. `texts`: language -> words."""
    own = get_language()
    codes = [SWEDISH, own] if own != SWEDISH and texts.get(own) else [SWEDISH]
    return [Face(texts[code], code, "rtl" if get_language_info(code)["bidi"] else "ltr") for code in codes]
