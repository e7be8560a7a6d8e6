"""Text that people type: what is stored, what is refused. The same rule for every form."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_JOINERS = "\u200c\u200d"  # Persian and Indic spelling, and family emoji, need them
_LINES = "\n\t"


def clean_text(text: str) -> str:
    """Text as it is stored: NFC, \\n between lines, nothing around it. "" when nothing of it can be seen.

    Control characters and halves of characters are refused, not removed: nobody's text changes in silence.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in _LINES for letter in text):
        raise ValidationError(_("Your text has a sign that we cannot read. Write the text again."), code="bad_text")
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(_is_seen(letter) for letter in text) else ""


def _is_seen(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Mn", "Zl", "Zp")


def clean_name(name: str) -> str:
    """A name on one line: without control and invisible characters, which could turn the text around it."""
    kept = (
        letter
        for letter in " ".join(name.split())
        if letter in _JOINERS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    name = unicodedata.normalize("NFC", "".join(kept)).strip()
    return name if any(_is_seen(letter) for letter in name) else ""


def plain_digits(typed: str) -> str:
    """What a person typed, as ASCII digits: '١٢٣ ٤٥٦' and '123-456' are both '123456'. Other characters stay."""
    kept = (letter for letter in typed if not letter.isspace() and unicodedata.category(letter) not in ("Pd", "Cf"))
    return "".join(str(unicodedata.digit(letter, letter)) for letter in kept)
