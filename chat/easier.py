"""Lättare svenska: which sentences are long and which words hard. A quiet hint, never a stop.

The same rule stands in static/chat/easier.js, for the box one writes in; here it looks at what IM writes on phrase
cards. Source of the rule: one idea a sentence, 6 to 15 words, common words (klarspråk).
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from chat.models import HardWord

MOST_WORDS = 15  # in one sentence; easier.js has the same figure
_FILE = Path(__file__).with_name("hard_words.json")
_END = re.compile(r"[.!?…]+(?=\s|$)|\n")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Hints:
    """`longest`: words of the longest sentence that is too long, else 0; `hard`: the hard words found, in order."""

    longest: int
    hard: list[str]


def look(text: str, hard: dict[str, str]) -> Hints:
    """What could be easier in `text`. `hard`: word -> easier words, as `words()` gives them."""
    sentences = [_WORD.findall(sentence.lower()) for sentence in _END.split(text)]
    longest = max(len(sentence) for sentence in sentences)
    found = [word for sentence in sentences for word in sentence if word in hard]
    return Hints(longest if longest > MOST_WORDS else 0, list(dict.fromkeys(found)))


def words() -> dict[str, str]:
    """hard word -> easier words, what IM has in use. One query."""
    return dict(HardWord.objects.filter(is_active=True).values_list("word", "easier"))


@transaction.atomic
def load_missing() -> int:
    """Add the words the house comes with that are not here yet. -> how many. Safe to run again, and twice at once."""
    known = set(HardWord.objects.values_list("word", flat=True))
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    missing = [HardWord(word=word, easier=easier) for word, easier in rows.items() if word not in known]
    HardWord.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
