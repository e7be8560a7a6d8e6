"""JSON lines, or one long JSON array, read piece by piece: never more of it in memory than one ad.

JobStream answers with either, whatever was asked for, and may end a slow transfer in the middle of an ad as if all was
well (seen in 2026). What is broken is counted and passed over; what is cut off is said.
"""

import re
from collections.abc import Iterable, Iterator

import orjson

LINE_MAX_BYTES = 2 * 1024**2
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|["{}\]]', re.DOTALL)  # a whole string, or one of the four signs


class Cut(Exception):  # noqa: N818 the server's fault
    """The answer ended before its end. What was read up to there is whole."""


class Broken:
    """In place of an ad that could not be read."""

    __slots__ = ()


BROKEN = Broken()


def items(chunks: Iterable[bytes]) -> Iterator[object]:
    """Each ad of an answer, as JSON says it, or BROKEN. Cut, after the last whole one."""
    chunks = iter(chunks)
    start = b""
    for chunk in chunks:
        start = (start + chunk).lstrip(b"\xef\xbb\xbf \t\r\n")
        if start:
            break
    rest = _with(start, chunks)
    yield from _of_array(rest) if start.startswith(b"[") else _of_lines(rest)


def _with(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _of_lines(chunks: Iterator[bytes]) -> Iterator[object]:
    waiting, is_too_long = b"", False
    for chunk in chunks:
        *lines, waiting = (waiting + chunk).split(b"\n")
        for line in lines:
            if is_too_long:  # its end
                is_too_long = False
            elif line.strip():
                yield _read(line)
        if len(waiting) > LINE_MAX_BYTES:
            if not is_too_long:
                yield BROKEN
            waiting, is_too_long = b"", True
    if waiting.strip() and not is_too_long:
        last = _read(waiting)
        if last is BROKEN:
            raise Cut
        yield last


def _of_array(chunks: Iterator[bytes]) -> Iterator[object]:
    """The objects of the array, found by their braces alone, so that one that is broken does not spoil the next."""
    held, at, start, depth, is_closed = b"", 0, 0, 0, False
    for chunk in chunks:
        held += chunk
        for token in _TOKEN.finditer(held, at):
            sign, at = token[0], token.end()
            if sign == b"{":
                start, depth = (token.start() if depth == 0 else start), depth + 1
            elif sign == b"}" and depth:
                depth -= 1
                if depth == 0:
                    yield _read(held[start:at])
            elif sign == b"]" and depth == 0:
                is_closed = True
            elif sign == b'"':  # a string whose end has not come yet
                at = token.start()
                break
        else:
            at = len(held)
        begin = start if depth else at
        held, at, start = held[begin:], at - begin, 0
        if len(held) > LINE_MAX_BYTES:
            raise Cut  # nothing tells where the next one begins
    if not is_closed:
        raise Cut


def _read(line: bytes) -> object:
    if len(line) > LINE_MAX_BYTES:
        return BROKEN
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return BROKEN
