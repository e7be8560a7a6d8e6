"""E-mail addresses and links, also where a line broke in the middle of them. Works on folded text."""

import re
from collections.abc import Iterator

from seekers.identifier_letters import Ranges

_AT = r"(?:@|\(at\)|\[at\]|\(a\)|\{at\}|\(snabel-?a\))"
_TOP = r"[^\W\d_]{2,24}"
_TOPS = (
    "com|se|org|net|nu|io|dev|eu|info|me|app|co|edu|gov|biz|name|page|site|online|tech|pro|cv|work|de|no|dk|fi|uk|fr|es"
    "|it|nl|pl|ru|ua|tr|ir|sy|iq|af|et|er|so|jo|lb|sa|ae|eg|us|ca|example|test|link|ly|gle|xyz|blog|wordpress|github"
)
_DOT = r"[ ]?(?:\.|\(dot\)|\[dot\]|\(punkt\))[ ]?"
_EMAIL = re.compile(
    rf"""
    (?: (?<![\w.+%'-]) [\w+%'-]{{1,64}} (?:\.[\w+%'-]{{1,64}})* (?:[._-][ ]?\n[ ]?) )?   # its beginning, a line above
    (?<![\w.+%'-]) [\w.+%'&!$*=~^-]{{1,64}}
    [ ]{{0,2}} \n? [ ]{{0,2}} {_AT} [ ]{{0,2}} \n? [ ]{{0,2}}
    (?: (?:[\w-]{{1,63}}\.)* [\w-]{{1,63}} [ ]?\.[ ]?\n[ ]?                       # broken after a dot
        (?:[a-z][\w-]*\.)* (?:{_TOPS}) (?![\w-])
      | (?:[\w-]{{1,63}}\.)+ {_TOP}
      | [\w-]{{1,63}} (?:{_DOT}[\w-]{{1,63}})* {_DOT}
        (?:[a-z]{{2,10}}|[A-Z]{{2,4}}) (?![\w-])                                   # spaced out
      | [\w-]{{1,63}} \n [ ]? [\w-]{{1,63}} (?:\.[\w-]{{1,63}})* \.{_TOP}          # broken in a word
      | [\w-]{{1,63}} \n [ ]? \. (?:[\w-]{{1,63}}\.)* {_TOP}                       # broken before a dot
    )
    """,
    re.VERBOSE,
)

_PATH = r"[^\s<>\"'{}|\\^\[\]]"
_LINK = re.compile(
    rf"""
    (?: h\W?ttps?\ ?:\ ?/\ ?/\ ?{_PATH}+ | (?<![^\W\d])(?<![@.]) www\ ?\.\ ?{_PATH}+ | (?<![\w@]) mailto:{_PATH}+
      | (?<![\w@.-]) (?:[\w-]{{2,63}}\.)+ (?:{_TOPS}) (?![\w-]|\.\w) (?:[:/?\#]{_PATH}*)?
      | (?<!\w) linkedin(?:\ ?\.\ ?com)? \ ?/\ ?(?:in|pub)\ ?/\ ?{_PATH}+
      | (?<!\w) (?:t\.me|wa\.me|fb\.com|bit\.ly|youtu\.be|m\.me) / {_PATH}+
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![\w.])@[A-Za-z]\w[\w.]{1,28}"
    r"|(?:(?<!\w)(?i:instagram|telegram|twitter|tiktok|snapchat|skype|facebook|linkedin|github|gitlab|viber|imo)"
    r"(?:[ -]?(?i:id|namn|konto))? ?[:-] ?\n?)([^\s,;|]*[\d_.@/][^\s,;|]*)"
)
_NOT_LINKS = re.compile(
    r"(?i:(?:asp|ado|vb|paint)\.net|(?:socket|draw|hotjar)\.io|(?:booking|monday|hotels|salesforce|amazon)\.com"
    r"|node\.js)$"
)
LINES_MAX = 8  # of one link
_CONTINUES = re.compile(r"[ ]?\n[ ]?([^\s<>\"'{}|\\^\[\]]+)")


def emails(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses stand."""
    for match in _EMAIL.finditer(text):
        yield match.span()


def links(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Where web addresses and names in social media stand. Names of products such as ASP.NET are left alone."""
    starts = {start for start, _ in quiet}
    for match in _LINK.finditer(text):
        if not _NOT_LINKS.match(match[0]):
            yield match.start(), _end(text, match, starts)
    for match in _HANDLE.finditer(text):
        yield match.span(1) if match[1] else match.span()


def _end(text: str, match: re.Match, quiet_starts: set[int]) -> int:
    """Where the link really ends: full stops after it are the sentence's, and it may go on after a line's end."""
    end = match.start() + len(match[0].rstrip(".,;:!?)»”"))
    going_on, lines = _CONTINUES.match(text, match.end()), 1
    while (
        going_on
        and lines < LINES_MAX
        and going_on.start(1) not in quiet_starts
        and _goes_on(text[match.start() : end], text[end : going_on.start()], going_on[1])
    ):
        end = going_on.start(1) + len(going_on[1].rstrip(".,;:!?)»”"))
        going_on, lines = _CONTINUES.match(text, going_on.end()), lines + 1
    return end


def _goes_on(link: str, tail: str, more: str) -> bool:
    """`link` stood at the end of a line, `more` begins the next: are they one?"""
    if tail and tail != "." or more[0].isupper() and not link.endswith(("-", "=", "_", "%")) or "@" in more:
        return False
    if tail == "." or link.endswith(("-", "=", "_", "%", "&", "?")):
        return True
    if link.endswith("/"):
        return bool(re.match(r"[a-z][a-z0-9%_~.-]+(?:[/?#].*)?$", more))
    return "/" in link.partition("//")[2] and bool(re.match(r"[a-z]+(?:-[a-z]*\d[\w-]*|/.*|[a-z]*\d\w*)$", more))
