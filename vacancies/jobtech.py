"""The two doors of JobTech: JobStream (everything, then what has changed) and JobSearch (one ad). Reads, keeps nothing.

Off unless `JOBTECH=1`. Only the two hosts of the settings are spoken to, over https, and no redirect is followed.
Source: JobStream 2 (`/v2/snapshot`, `/v2/stream?updated-after=`), JobStream 1 (`/snapshot`, `/stream?date=`),
JobSearch (`/ad/{id}`). No key is needed; the ads are CC0; one question to the stream a minute.
"""

import http.client
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

import orjson
from django.conf import settings

from motesplats.moments import STOCKHOLM
from vacancies import jobtech_reader, platsbanken

SECONDS = 30.0  # without a sign
AD_SECONDS, AD_MAX_BYTES = 10.0, 1024**2
CHUNK_BYTES = 64 * 1024
LOOPBACK = {"127.0.0.1", "::1"}


class Failed(Exception):  # noqa: N818 theirs, or the network's
    """No answer that we can use. `code`: off, address, network, status, too_much, slow, json."""

    def __init__(self, code: str, status: int = 0):
        super().__init__(code, status)
        self.code, self.status = code, status

    def __str__(self) -> str:
        return f"{self.code} {self.status}" if self.status else self.code


@dataclass(frozen=True, slots=True)
class Answer:
    """`etag`: of this very answer, "" for none. `items`: each ad as JSON says it, or jobtech_reader.BROKEN."""

    etag: str
    items: Iterator[object]


@contextmanager
def snapshot() -> Iterator[Answer]:
    """Everything that can be applied for now; some 400 MB. Failed; while reading also jobtech_reader.Cut."""
    with _get(_stream_path("snapshot")) as answer:
        yield answer


@contextmanager
def changes(since: datetime) -> Iterator[Answer]:
    """What is new, changed or gone since then. Failed; while reading also jobtech_reader.Cut."""
    name = "updated-after" if settings.JOBTECH_VERSION >= 2 else "date"
    with _get(f"{_stream_path('stream')}?{name}={quote(clock_in_sweden(since))}") as answer:
        yield answer


def clock_in_sweden(moment: datetime) -> str:
    """As JobStream wants it: '2026-10-25T01:30:00'. An hour that comes twice is asked from its hour before."""
    local = moment.astimezone(STOCKHOLM)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        local = (moment - timedelta(hours=1 + local.fold)).astimezone(STOCKHOLM)
    return local.strftime("%Y-%m-%dT%H:%M:%S")


def one(source_id: str) -> object | None:
    """One ad, as JSON says it; None when there is none with this id. Failed."""
    if not re.fullmatch(platsbanken.ID, source_id):
        return None
    with _connected(settings.JOBTECH_SEARCH_URL, AD_SECONDS) as (connection, base):
        response = _asked(connection, f"{base}/ad/{source_id}", {"Accept": "application/json"})
        if response.status == 404:
            return None
        if response.status != 200:
            raise Failed("status", response.status)
        body = b"".join(_chunks(response, most=AD_MAX_BYTES, seconds=AD_SECONDS))
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Failed("json") from None


def _stream_path(name: str) -> str:
    return f"/v2/{name}" if settings.JOBTECH_VERSION >= 2 else f"/{name}"


@contextmanager
def _get(path: str) -> Iterator[Answer]:
    with _connected(settings.JOBTECH_STREAM_URL, SECONDS) as (connection, base):
        response = _asked(connection, base + path, {"Accept": "application/jsonl, application/json;q=0.9"})
        if response.status != 200:
            raise Failed("status", response.status)
        chunks = _chunks(response, most=settings.JOBTECH_MAX_BYTES, seconds=settings.JOBTECH_MAX_SECONDS)
        found = response.headers.get("ETag", "")[:200]
        yield Answer(found if found.isascii() else "", jobtech_reader.items(chunks))


@contextmanager
def _connected(base: str, seconds: float) -> Iterator[tuple[http.client.HTTPConnection, str]]:
    """-> (a connection, the path that the address of the settings has). Failed when we may not go there."""
    if not settings.JOBTECH:
        raise Failed("off")
    parts = urlsplit(base)
    if parts.scheme == "https" and parts.hostname:
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=seconds, context=context)
    elif settings.JOBTECH_TO_LOOPBACK and parts.scheme == "http" and parts.hostname in LOOPBACK:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    else:
        raise Failed("address")
    try:
        yield connection, parts.path.rstrip("/")
    except (OSError, http.client.HTTPException):
        raise Failed("network") from None
    finally:
        connection.close()


def _asked(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    who = {"User-Agent": f"Motesplats/1 (+{settings.PUBLIC_URL})", "Accept-Encoding": "identity"}
    connection.request("GET", path, headers=who | headers)
    return connection.getresponse()


def _chunks(response: http.client.HTTPResponse, *, most: int, seconds: float) -> Iterator[bytes]:
    """The body in pieces. Failed when it is larger, or takes longer, than that."""
    read, ends_at = 0, time.monotonic() + seconds
    while chunk := response.read1(CHUNK_BYTES):
        read += len(chunk)
        if read > most:
            raise Failed("too_much")
        if time.monotonic() > ends_at:
            raise Failed("slow")
        yield chunk
    if response.length:  # bytes that were promised and never came
        raise jobtech_reader.Cut
