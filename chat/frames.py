"""The form of the socket: checks what comes in, encodes what goes out. Described in docs/protocol.md.

A frame is JSON text of at most 16 KiB. Whatever is wrong with one gets a code, and a permanent error never says retry.
"""

import json
import unicodedata
from datetime import datetime
from uuid import UUID

import orjson
from django.conf import settings

from chat.models import Participant

MAX_FRAME_BYTES = 16 * 1024
_KEYS = {
    "send": {"t", "cid", "body"},
    "resume": {"t", "after"},
    "read": {"t", "seq"},
    "typing": {"t"},
}
RETRY = {"retry", "slow"}  # codes after which the same frame may be sent again


class BadFrame(Exception):
    """args: (code, cid or None)."""

    def __init__(self, code: str, cid: str | None = None):
        super().__init__(code, cid)
        self.code, self.cid = code, cid


def parse(text: str | None) -> dict:
    """-> {"t": "send", "cid": UUID, "body": str} · {"t": "resume", "after": int} · {"t": "read", "seq": int} · {"t":
    "typing"}.

    Raises BadFrame: bad_frame, bad_text, empty, too_long.
    """
    if (
        not isinstance(text, str)
        or len(text) > MAX_FRAME_BYTES
        or len(text.encode("utf-8", "replace")) > MAX_FRAME_BYTES
    ):
        raise BadFrame("bad_frame")
    data = _decoded(text)
    kind = data.get("t") if isinstance(data, dict) else None
    if not isinstance(kind, str) or set(data) != _KEYS.get(kind):
        raise BadFrame("bad_frame")
    if kind == "send":
        cid = client_id(data["cid"])
        return {"t": kind, "cid": cid, "body": clean_body(data["body"], cid=str(cid))}
    for key in ("after", "seq"):
        if key in data:
            data[key] = _seq(data[key])
    return data


def _decoded(text: str):
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:  # half a character (\\ud800) is JSON to Python's own parser: so its sender learns which message was bad
        return json.loads(text) if "\\ud" in text.lower() else None
    except (ValueError, RecursionError):
        return None


def client_id(value) -> UUID:
    """A UUID in its usual text form. Raises BadFrame("bad_frame")."""
    try:
        if isinstance(value, str) and len(value) == 36:
            return UUID(value)
    except ValueError:
        pass
    raise BadFrame("bad_frame")


def clean_body(value, *, cid: str | None = None) -> str:
    """A text as it is stored: NFC, trimmed. Raises BadFrame: bad_frame (no text), bad_text, empty, too_long."""
    if not isinstance(value, str):
        raise BadFrame("bad_frame", cid)
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    if any(_is_forbidden(char) for char in value):
        raise BadFrame("bad_text", cid)
    value = value.strip()
    if not any(unicodedata.category(char) not in ("Cf", "Zs", "Zl", "Zp", "Cc") for char in value):
        raise BadFrame("empty", cid)
    if len(value) > settings.MESSAGE_MAX_CHARACTERS:
        raise BadFrame("too_long", cid)
    return value


def _is_forbidden(char: str) -> bool:
    """NUL and other controls, and lone surrogates, which PostgreSQL or UTF-8 cannot hold."""
    return char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs")


def _seq(value) -> int:
    if type(value) is not int or not -1 <= value < 2**31:
        raise BadFrame("bad_frame")
    return max(0, value)


def _encode(**frame) -> str:
    return orjson.dumps(frame).decode()


def name_of(part: str, display_name: str | None) -> str:
    """The name that a frame carries: that of a second volunteer, for two of one side write then. Else ""."""
    return display_name or "" if part == Participant.Part.SECOND else ""


def message(*, seq: int, side: str, cid: UUID, kind: str, body: str, at: datetime, name: str = "") -> str:
    """A stored message. A system line's body is {"code": …, …}, without words; a card's is {"card": …, "texts": …}.

    Erased, the body of a card is "", as that of a text.
    `name`: see name_of.
    """
    is_text = kind == "text" or kind == "card" and not body
    content = body if is_text else orjson.loads(body or "{}")
    named = {"name": name} if name else {}
    return _encode(t="msg", seq=seq, side=side, cid=str(cid), kind=kind, body=content, at=at, **named)


def ready(*, last_seq: int, version: int) -> str:
    return _encode(t="ready", seq=last_seq, version=version)


def ack(*, cid: UUID, seq: int, at: datetime) -> str:
    return _encode(t="ack", cid=str(cid), seq=seq, at=at)


def error(code: str, cid: str | None = None) -> str:
    frame = {"t": "err", "code": code, "retry": code in RETRY}
    if cid:
        frame["cid"] = cid
    return _encode(**frame)


def read(*, side: str, seq: int) -> str:
    return _encode(t="read", side=side, seq=seq)


def typing(*, side: str, name: str = "") -> str:
    return _encode(t="typing", side=side, **({"name": name} if name else {}))


def presence(*, side: str, here: bool) -> str:
    return _encode(t="presence", side=side, here=here)


def state(*, version: int) -> str:
    return _encode(t="state", version=version)


def desk(*, version: int) -> str:
    return _encode(t="desk", v=version)
