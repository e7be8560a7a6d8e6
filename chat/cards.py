"""Cards: messages that each side reads in Swedish *and* in its own language.

A card's body is JSON with all its words as they were when it was sent, so that one edited later still says what was
said: {"card": "phrase", "texts": {"sv": "Tack!", "ar": "شكرا!"}}. Swedish is always there. Erased, the body is "".
A card "tip" has the title of a tip, and under "tip" its name in the address.
"""

from dataclasses import dataclass

import orjson
from django.utils.translation import get_language, get_language_info

SWEDISH = "sv"


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


def tip_of(body: str) -> str:
    """The name in the address of the tip that a card leads to; "" of other cards and of an erased one."""
    return orjson.loads(body).get("tip", "") if body else ""


def faces(body: str) -> list[Face]:
    """The Swedish words, then those in the language of the page when that is another. [] of an erased card."""
    return faces_of(orjson.loads(body)["texts"]) if body else []


def faces_of(texts: dict[str, str]) -> list[Face]:
    """The same of a card that is not sent yet. `texts`: language -> words."""
    own = get_language()
    codes = [SWEDISH, own] if own != SWEDISH and texts.get(own) else [SWEDISH]
    return [Face(texts[code], code, "rtl" if get_language_info(code)["bidi"] else "ltr") for code in codes]
