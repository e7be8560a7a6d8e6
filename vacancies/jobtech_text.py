"""The words of an ad without the people in it: plain text, no e-mail addresses, numbers or names of contact persons."""

import html
import re
import unicodedata
from collections.abc import Iterable

TEXT_MAX_CHARACTERS = 12_000
DROPPED = "…"
_MARK = "\ue000"  # stands for what was dropped, while names near it are looked for
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ue000-\uf8ff]"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_CLOCKS = r"(?:[01]\d|2[0-4])[0-5]\d\s?[-–]\s?(?:[01]\d|2[0-4])[0-5]\d(?!\d)"
_PHONE = re.compile(rf"(?<![\d\w-])(?!{_CLOCKS})\(?(?:\+\d{{2}}|00\d{{2}}|0)(?:[ \t\-–/()]{{0,3}}\d){{6,12}}(?!\d)")
_NAME = r"[A-ZÅÄÖÉ][\w'’-]{1,40}(?:[ \t]+[A-ZÅÄÖÉ][\w'’-]{1,40}){1,2}"  # no longer: else the square of the text
_NEAR = re.compile(rf"{_NAME}(?=[^\n{_MARK}]{{0,40}}{_MARK})")
_ASK = re.compile(
    r"(?i:\b(?:kontakta|kontakt|kontaktperson(?:er)?|ring|mejla|maila|frågor|besvaras av|upplysningar|lämnas av"
    r"|facklig[at]?|saco|chef|ansvarig|representant(?:er)?|rekryterare))"
    rf"[ \t:,]+(?:[a-zåäö]+[ \t:,]+){{0,4}}({_NAME})"
)
_TAG = re.compile(r"<(?:br|/p|/li|/div|/h\d)\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,500}>")


def plain(text: str, *, names: Iterable[str] = ()) -> str:
    """`text` without contacts, at most 12,000 characters. `names`: of contact persons, dropped wherever they stand."""
    lines = _UNSEEN.sub("", text[: 2 * TEXT_MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n"))
    said = unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", lines))
    said = _PHONE.sub(_MARK, _EMAIL.sub(_MARK, said))
    for name in sorted({" ".join(one.split()) for one in names if len(one.strip()) > 3}, key=len, reverse=True):
        said = re.sub(r"\s+".join(map(re.escape, name.split())), _MARK, said, flags=re.IGNORECASE)
    said = _NEAR.sub(_MARK, said)
    said = _ASK.sub(lambda found: found[0].replace(found[1], _MARK), said)
    said = re.sub(rf"{_MARK}(?:[ \t,;:/]*(?:och[ \t]+)?{_MARK})*", DROPPED, said)
    return said[:TEXT_MAX_CHARACTERS].strip()


def from_html(text: str) -> str:
    """The words of foreign HTML; for reading as plain text, never to be shown as HTML."""
    return html.unescape(_ANY_TAG.sub("", _TAG.sub("\n", text)))
