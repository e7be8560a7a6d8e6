"""A person's own words in an answer by mail, without what their mail program put round them.

First our delimiter, then the line that holds our reply address, then the patterns of mail programs. No word that
somebody wrote may be lost: what is not surely a quote stays, and when nothing is left everything stays.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils.translation import gettext, override

from motesplats import reply_patterns as patterns

ANSWER_MAX_BYTES = 32 * 1024
# A line of its own in text made of HTML: from here on the mail program quotes, without a mark on each line.
QUOTE_BEGINS = "\ue000"
_HEADER_LINES = 8
_ATTRIBUTION_LINES = 3
_LONG_ENOUGH_TO_FIND = 20
_DIRECTION = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))


@dataclass(frozen=True)
class Answer:
    """What somebody answered. is_whole: nothing was left after the cut, so `text` is all of the mail.

    is_shortened: it was longer than `ANSWER_MAX_BYTES`; the mail itself holds the rest.
    """

    text: str
    is_whole: bool = False
    is_shortened: bool = False


def delimiter_line(language: str) -> str:
    """The first line of our mails, in `language`: above it people write their answer. `cut_answer` knows them all."""
    with override(language):
        # Translators: first line of a mail. People answer above it; the cut is made there.
        words = gettext("Write your answer above this line")
    return f"##- {words} -##"


def body_digest(text: str) -> str:
    """A hex digest that is the same for the same words, whatever a mail server did to spaces and invisible signs."""
    words = " ".join(unicodedata.normalize("NFKC", text).translate(_DIRECTION).split()).casefold()
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def cut_answer(text: str, *, reply_address: str = "", said_before: str = "") -> Answer:
    """The person's own words in `text`, a mail's text as `mail_reading` gives it.

    reply_address: where our mails ask for answers ("svar+…@…"); others of the same shape count too, as the thread may
    have older ones. With it, quotes of somebody else (a letter from an employer) stay.
    said_before: all that our mails and the thread have said so far. With it, an answer that was written between the
    lines of a quote without marks (Outlook, Yahoo) stays as well; without it such a quote goes as a whole.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    own = _Cut(text.split("\n"), _Ours(reply_address), _Said(said_before)).own_lines()
    answer = "\n".join(own).strip("\n").rstrip()
    if not answer.strip():
        everything, is_shortened = _shortened(text.replace(QUOTE_BEGINS, "").strip())
        return Answer(everything, is_whole=True, is_shortened=is_shortened)
    answer, is_shortened = _shortened(answer)
    return Answer(answer, is_shortened=is_shortened)


def _shortened(text: str) -> tuple[str, bool]:
    encoded = text.encode("utf-8", "replace")
    return encoded[:ANSWER_MAX_BYTES].decode("utf-8", "ignore"), len(encoded) > ANSWER_MAX_BYTES


@cache
def _delimiter_words() -> frozenset[str]:
    return frozenset(_plain(delimiter_line(code).strip("#- ")) for code, _name in settings.LANGUAGES)


def _plain(line: str) -> str:
    """A line as the patterns see it: no direction marks, single spaces, lower case, not endless."""
    return " ".join(line[: 2 * patterns.LINE_MAX_CHARACTERS].translate(_DIRECTION).split()).casefold()[
        : patterns.LINE_MAX_CHARACTERS
    ]


class _Ours:
    """Tells our reply addresses from those of others. Without one, every address may be ours."""

    def __init__(self, reply_address: str):
        local, _at, self.domain = reply_address.casefold().rpartition("@")
        self.prefix = local.partition("+")[0]

    def in_line(self, line: str) -> bool:
        return any(map(self._is_ours, patterns.ADDRESS.findall(line)))

    def only_others_in(self, line: str) -> bool:
        addresses = patterns.ADDRESS.findall(line)
        return bool(self.domain and addresses) and not any(map(self._is_ours, addresses))

    def _is_ours(self, address: str) -> bool:
        local, _at, domain = address.casefold().removeprefix("mailto:").rpartition("@")
        if not self.domain:
            return False
        return local.partition("+")[0] == self.prefix and domain.rstrip(".") == self.domain


class _Said:
    """What the thread has said so far: as many lines of it as it has may be taken out of a quote without marks."""

    def __init__(self, said_before: str):
        lines = [_plain(line) for line in said_before.splitlines()]
        self.is_known = any(lines)
        self.left = Counter(line for line in lines if line)
        self.words = f" {' '.join(' '.join(lines).split())} "

    def has(self, plain: str) -> bool:
        plain = plain.lstrip("> ")
        if self.left[plain] > 0:
            self.left[plain] -= 1
            return True
        # A mail program has broken the line somewhere else.
        return len(plain) >= _LONG_ENOUGH_TO_FIND and f" {plain} " in self.words


@dataclass
class _Cut:
    """One pass over the lines of a mail."""

    lines: list[str]
    ours: _Ours
    said: _Said
    plain: list[str] = field(init=False)
    own: list[str] = field(default_factory=list)
    is_foreign: bool = False  # inside somebody else's letter, which the person passes on
    is_unmarked: bool = False  # inside a quote whose lines carry no ">"

    def __post_init__(self):
        self.plain = [_plain(line) for line in self.lines]

    def own_lines(self) -> list[str]:
        """The lines that stay."""
        at = 0
        while at < len(self.lines):
            at += self._take(at)
        self._drop_end()
        return _without_gaps(self.own)

    def _take(self, at: int) -> int:
        """Keep or drop what begins at this line. The number of lines that it is."""
        line, plain = self.lines[at], self.plain[at]
        if line.strip() == QUOTE_BEGINS:
            return self._begin_quote(1)
        if patterns.QUOTED.match(plain):
            self._take_quoted(line, plain)
            return 1
        if _is_delimiter(plain):
            return self._begin_quote(1)
        if patterns.FORWARDED.match(plain):
            self.is_foreign = not any(map(self.ours.in_line, self.plain[at : at + _HEADER_LINES]))
            if not self.is_foreign:
                return self._begin_quote(1)
        if (length := self._attribution(at)) and not self._passes_on(at, length):
            self.is_foreign = False
            if self._is_marked_after(at + length):
                self._drop_end()
                self.own.append("")
                return length
            return self._begin_quote(length)
        if (length := self._header_block(at)) and not self._passes_on(at, length):
            return self._begin_quote(length)
        if not self.is_unmarked or self._is_written_between(plain):
            self.own.append(line)
        return 1

    def _take_quoted(self, line: str, plain: str) -> None:
        if self.is_foreign and (self.ours.in_line(plain) or _is_delimiter(plain)):
            self.is_foreign = False
        self.own.append(line if self.is_foreign and not self.is_unmarked else "")

    def _begin_quote(self, length: int) -> int:
        if not self.is_unmarked:
            self._drop_end()
        self.is_unmarked, self.is_foreign = True, False
        self.own.append("")
        return length

    def _is_written_between(self, plain: str) -> bool:
        if not self.said.is_known or not plain or patterns.RULER.fullmatch(plain):
            return not plain
        return not self.said.has(plain) and not _is_mobile_signature(plain)

    def _passes_on(self, at: int, length: int) -> bool:
        """Whether this is the head of somebody else's letter; then what follows stays."""
        head = self.plain[at : at + length]
        writer = next((i for i, line in enumerate(head) if patterns.LABELS["from"].match(line)), None)
        if writer is not None:  # the address may stand on the next line
            head = [head[writer], *(line for line in head[writer + 1 : writer + 2] if not _label(line))]
        words = " ".join(head)
        if self.ours.in_line(words):
            return False
        self.is_foreign = self.is_foreign or self.ours.only_others_in(words)
        return self.is_foreign

    def _attribution(self, at: int) -> int:
        """The number of lines of "On Sunday … Lars <svar+…> wrote:" if it begins here, otherwise 0."""
        for length in range(1, _ATTRIBUTION_LINES + 1):
            lines = self.plain[at : at + length]
            if len(lines) < length or not lines[-1] or patterns.QUOTED.match(lines[-1]):
                return 0
            if length > 1 and not _may_be_wrapped(lines[0]):
                return 0
            if self._is_attribution(" ".join(lines), at + length):
                # It begins as late as it can: what stands above it is the person's.
                later = any(
                    _may_be_wrapped(self.plain[start])
                    and self._is_attribution(" ".join(self.plain[start : at + length]), at + length)
                    for start in range(at + 1, at + length)
                )
                return 0 if later else length
        return 0

    def _is_attribution(self, joined: str, after: int) -> bool:
        if len(joined) > patterns.LINE_MAX_CHARACTERS or not joined.endswith((":", "：", ":-")):
            return False
        has_moment = bool(patterns.CLOCK.search(joined) or patterns.YEAR.search(joined))
        has_wrote = bool(patterns.WROTE.search(joined))
        if self.ours.in_line(joined):
            return has_moment or has_wrote
        if self._is_marked_after(after, within=1):
            has_digit = any(map(str.isdigit, joined))
            return has_digit and (has_wrote or bool(patterns.ADDRESS.search(joined)))
        if not has_moment or not (has_wrote or patterns.ADDRESS.search(joined)):
            return False
        exact = bool(patterns.CLOCK.search(joined) and patterns.YEAR.search(joined))
        return bool(patterns.ADDRESS.search(joined)) or exact

    def _is_marked_after(self, at: int, within: int = 6) -> bool:
        following = [line for line in self.plain[at : at + within + 2] if line][:within]
        for line in following:
            if _is_delimiter(line) and not patterns.QUOTED.match(line):
                return False
            if patterns.QUOTED.match(line):
                return True
        return False

    def _header_block(self, at: int) -> int:
        """The number of lines of a block "From: … Sent: … To: …", or of the line above it. 0: none begins here."""
        if patterns.ORIGINAL.fullmatch(self.plain[at]):
            return 1 + self._header_block(at + 1) if at + 1 < len(self.lines) else 1
        if not _label(self.plain[at]):
            return 0
        window = self.plain[at : at + _HEADER_LINES]
        kinds, length = set(), 0
        for number, line in enumerate(window, 1):
            if kind := _label(line):
                kinds.add(kind)
                length = number
            elif not line and number > 2:
                break
        block = " ".join(window[:length])
        if "from" not in kinds or len(kinds) < 3:
            return 0
        return length if patterns.ADDRESS.search(block) or "subject" in kinds else 0

    def _drop_end(self) -> None:
        """Take away the signature and rulers that stand last in what was kept so far."""
        while True:
            while self.own and not self.own[-1].strip():
                self.own.pop()
            plain = _plain(self.own[-1]) if self.own else ""
            if plain and (_is_mobile_signature(plain) or patterns.RULER.fullmatch(plain)):
                self.own.pop()
                continue
            mark = _signature_mark(self.own)
            if mark is None:
                return
            del self.own[mark:]


def _is_delimiter(plain: str) -> bool:
    return bool(patterns.DELIMITER.search(plain)) or any(words in plain for words in _delimiter_words())


def _label(plain: str) -> str | None:
    """'från: lars' -> 'from': which line of a header block this is."""
    return next((kind for kind, label in patterns.LABELS.items() if label.match(plain)), None)


def _may_be_wrapped(plain: str) -> bool:
    """Whether a line may be the first of an attribution that goes on below it: it holds the date."""
    has_moment = bool(patterns.CLOCK.search(plain) and patterns.YEAR.search(plain))
    begins = bool(patterns.OPENER.match(plain)) or plain.endswith(("<", ","))
    return has_moment or (begins and any(map(str.isdigit, plain)))


def _is_mobile_signature(plain: str) -> bool:
    plain = plain.strip("*_ ")
    without_link = patterns.ADDRESS.sub("", plain).partition("http")[0]
    return len(without_link) <= patterns.MOBILE_SIGNATURE_MAX_CHARACTERS and bool(
        patterns.MOBILE_SIGNATURE.fullmatch(plain)
    )


def _signature_mark(lines: Sequence[str]) -> int | None:
    """Where a signature below "-- " begins. Long or asking text below it is no signature: None."""
    for back in range(1, min(len(lines), 9)):
        line = lines[-back]
        if patterns.SIGNATURE_MARK.fullmatch(line.strip("\r")):
            return len(lines) - back
        if len(line) > 70 or "?" in line.partition("http")[0] or "؟" in line:
            return None
    return None


def _without_gaps(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip())
    return kept
