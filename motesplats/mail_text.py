"""The text of one part of a mail: bytes in any charset, flowed lines, winmail.dat, to plain text. Never raises."""

import codecs
import re
import struct
import unicodedata
from collections.abc import Iterator
from email.message import Message

TEXT_MAX_CHARACTERS = 1024 * 1024
# Charsets of mail. Python's other codecs (punycode, unicode_escape …) are no charsets, and some are slow.
_CHARSET = re.compile(
    r"(utf|ascii|iso8859|iso2022|latin|cp\d|koi8|mac|gb|big5|euc|shift_jis|hz|johab|tis|kz1048|ptcp|hp_roman)"
)
_WIDE = ("iso2022", "utf-16", "utf-32", "utf-7", "gb", "big5", "euc", "shift_jis", "hz")
_TNEF_SIGNATURE, _TNEF_BODY, _TNEF_TITLE = 0x223E9F78, 0x0002800C, 0x00018010
_TNEF_MAX_ATTRIBUTES = 2000
_ANSI = "cp1252"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def text_of(part: Message) -> tuple[str, bool]:
    """The text of a text/* part, and whether it was longer than `TEXT_MAX_CHARACTERS`. Flowed lines are joined."""
    data = content_of(part)
    text = decoded(data[: 4 * TEXT_MAX_CHARACTERS], part.get_content_charset() or "")
    is_shortened = len(text) > TEXT_MAX_CHARACTERS or len(data) > 4 * TEXT_MAX_CHARACTERS
    text = without_controls(text[:TEXT_MAX_CHARACTERS])
    if _parameter(part, "format").lower() == "flowed":
        text = unflowed(text, deletes_space=_parameter(part, "delsp").lower() == "yes")
    return text, is_shortened


def content_of(part: Message) -> bytes:
    """The bytes of a part that holds no others. What cannot be decoded is given as it stands."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError, RecursionError):
        content = None
    if content is None:
        raw = part.get_payload()
        content = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
    return content


def decoded(data: bytes, charset: str) -> str:
    """Bytes to text by the charset that the mail names, or the one they fit when it names none or a wrong one."""
    name = _charset_name(charset)
    for wanted in (name if name not in ("utf-8", "ascii") else "", "utf-8"):
        try:
            if wanted:
                return data.decode(wanted)
        except (UnicodeError, ValueError):
            continue
    if name.startswith(_WIDE):
        return data.decode(name, "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    if not broken:
        return text
    fitting = sum(letter > "\x7f" for letter in text) - broken
    # One broken letter among many good ones is UTF-8; otherwise it is the ANSI text that says it were.
    return text if fitting > broken else data.decode(_ANSI, "replace")


def _charset_name(charset: str) -> str:
    charset = charset.strip().strip("\"'").lower().removesuffix("-i").removesuffix("-e")
    charset = {"utf8mb4": "utf-8", "unicode": "utf-8", "ansi": _ANSI, "iso-8859-1": _ANSI, "us-ascii": "ascii"}.get(
        charset, re.sub(r"^(x-)?cp[-_]", "cp", charset)
    )
    try:
        name = codecs.lookup(charset[:40]).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return name if _CHARSET.match(name) else ""


def without_controls(text: str) -> str:
    """Text with \\n between lines and no signs that cannot be read: our forms refuse them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    if text.isprintable():
        return text
    return "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs", "Co")
    )


def unflowed(text: str, *, deletes_space: bool = False) -> str:
    """Lines that a mail program broke (RFC 3676) as the paragraphs that were typed. Depths of quotes stay apart."""
    paragraphs: list[tuple[int, list[str]]] = []
    is_open = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        is_soft = words.endswith(" ") and words != "-- "
        if is_open and paragraphs and paragraphs[-1][0] == depth and words != "-- ":
            paragraphs[-1][1].append(words[:-1] if is_soft and deletes_space else words)
        else:
            paragraphs.append((depth, [words[:-1] if is_soft and deletes_space else words]))
        is_open = is_soft
    return "\n".join(f"{'>' * depth} {''.join(words)}" if depth else "".join(words) for depth, words in paragraphs)


def winmail_body(data: bytes) -> str:
    """The plain text in a winmail.dat (MS-OXTNEF attBody), "" when it holds none: compressed RTF stays unread."""
    body = next((content for name, content in _tnef_attributes(data) if name == _TNEF_BODY), b"")
    return without_controls(decoded(body.rstrip(b"\0")[: 4 * TEXT_MAX_CHARACTERS], _ANSI))[:TEXT_MAX_CHARACTERS]


def winmail_names(data: bytes) -> list[str]:
    """The names of the files in a winmail.dat."""
    titles = (content for name, content in _tnef_attributes(data) if name == _TNEF_TITLE)
    return [without_controls(decoded(title.rstrip(b"\0")[:300], _ANSI)) for title in titles]


def _tnef_attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _TNEF_SIGNATURE:
        return
    at = 6
    for _number in range(_TNEF_MAX_ATTRIBUTES):
        if at + 9 > len(data):
            return
        _level, name, length = struct.unpack_from("<BII", data, at)
        yield name, data[at + 9 : at + 9 + length]
        at += 9 + length + 2  # a checksum follows


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    return value if isinstance(value, str) else ""
