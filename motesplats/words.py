"""Words as the search sees them: folded, counted, compared. The same on every database."""

import re
import unicodedata
from functools import lru_cache

# Says nothing about what somebody looks for. Folded.
_SMALL = """
a an and are att av be behover blir can de dem den det detta dig din ditt do does du eller en er ett finns for
fran fun far gor gora ha har hade hjalp hjalpa how hur i ich if ikke in inte is it jag kan like man med mig min
mina mitt much my need nu nagon nagot och of om on or pa ska skulle som sa the till to two ut vad var vara vem
vi vid vill vilka vilken want what when where with you your ar over
"""
SMALL = frozenset(_SMALL.split())
MOST = 8  # words of a question that are looked for
LONGEST = 40


def fold(text: str) -> str:
    """Lower case without accents: "Lön" -> "lon". Letters of other scripts stay."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def split(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    lowered = unicodedata.normalize("NFC", text.lower())
    return [word[:LONGEST] for word in re.findall(r"[^\W_]+", lowered)]


def asked(question: str) -> list[str]:
    """What is to be looked for: at most eight words, the small ones only when there is nothing else."""
    every = list(dict.fromkeys(split(question)))
    return ([word for word in every if fold(word) not in SMALL] or every)[:MOST]


@lru_cache(maxsize=20_000)
def trigrams(word: str) -> frozenset[str]:
    """As pg_trgm counts them: two spaces before, one after."""
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def similarity(one: str, other: str) -> float:
    """0 to 1: the trigrams the two share, of all they have. As pg_trgm's similarity()."""
    first, second = trigrams(one), trigrams(other)
    return len(first & second) / len(first | second)
