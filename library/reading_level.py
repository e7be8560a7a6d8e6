"""How hard a Swedish text is: LIX, words a sentence + percent of words longer than six letters (C. H. Björnsson)."""

import re

from library.models import Level

EASY_BELOW, HARD_FROM = 30, 45  # below 30: as books for children; from 45: as papers of authorities


def lix_of(text: str) -> int | None:
    """LIX of a plain text, where a line break ends a sentence too (headings, points). None without words."""
    sentences = [re.findall(r"[^\W_]+(?:-[^\W_]+)*", part) for part in re.split(r"[.!?:]+(?=\s|$)|\n+", text)]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    return round(len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words))


def level_of(lix: int | None) -> str:
    """The value of Level, "" when there is nothing to go by."""
    if lix is None:
        return ""
    if lix < EASY_BELOW:
        return Level.EASY
    return Level.HARD if lix >= HARD_FROM else Level.MEDIUM
