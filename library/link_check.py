"""Asking whether an address on the web answers, without being led anywhere else. No database, and nothing is kept.

Staff and volunteers write the addresses, and servers answer what they like, so both are strangers' words: https on port
443 only, no names and passwords, a name is looked up once and the connection goes to what the look-up said, never to
an address inside a network, redirects only within the same host, and one limit in time and bytes for all of it.
"""

import http.client
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

from library.models import Answer
from motesplats.open_internet import is_open_internet

SECONDS, MOST_BYTES, REDIRECTS, TRIED = 5.0, 256 * 1024, 3, 2
URL_MAX_CHARACTERS = 2000
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_LEADS_ON = {301, 302, 303, 307, 308}
_UNSURE = {401, 402, 403, 406, 407, 408, 425, 429, 451, 503}  # the server is there, and does not want to tell a machine
_NO_ISSUER = {20, 21}  # OpenSSL: a chain with a part missing; browsers fetch it, we cannot know
_KEPT_AS_IT_IS = "/%:@!$&'()*+,;=~?-._"


class NotAllowed(Exception):  # noqa: N818 a refusal
    """The address, or what it leads to, is none that we ask."""


class TooMuch(Exception):  # noqa: N818 the server's fault
    """More bytes than we read."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the asking. `status`: of HTTP, None without one. `leads_to`: another host, when MOVED."""

    answer: Answer
    status: int | None = None
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An address in parts. `host` is ASCII; `path` begins with / and holds the query."""

    scheme: str
    host: str
    path: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"


@dataclass(slots=True)
class Budget:
    """What is left for one address, all its redirects included. `ends_at`: time.monotonic()."""

    ends_at: float
    bytes_left: int = MOST_BYTES

    def seconds_left(self) -> float:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _look_up(host: str) -> list[str]:
    return [entry[4][0] for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    """To that very address: a number needs no look-up."""
    return socket.create_connection((address, port), seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """What of the world outside is used; tests have one of their own."""

    look_up: Callable[[str], list[str]] = _look_up
    connect: Callable[[str, int, float], socket.socket] = _connect
    port: int = 443
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def ask(url: str, *, network: Network | None = None, seconds: float = SECONDS) -> Found:
    """Ask once whether `url` answers. Takes at most `seconds`, raises nothing that the network does."""
    try:
        return _ask(url, network or Network(), Budget(time.monotonic() + seconds))
    except NotAllowed:
        return Found(Answer.NOT_ALLOWED)
    except TooMuch:
        return Found(Answer.BROKEN)
    except TimeoutError:
        return Found(Answer.SILENT)
    except socket.gaierror:
        return Found(Answer.NO_HOST)
    except ssl.SSLCertVerificationError as problem:
        return Found(Answer.UNSURE if problem.verify_code in _NO_ISSUER else Answer.UNSAFE)
    except (OSError, http.client.HTTPException):
        return Found(Answer.SILENT)


def _ask(url: str, network: Network, budget: Budget) -> Found:
    place = taken_apart(url)
    if place.scheme == "http":
        return Found(Answer.NOT_ASKED)
    addresses = _open_addresses(place.host, network, budget)
    found = _follow("HEAD", place, addresses, network, budget)
    if found.status is not None and found.status >= 400 and found.status != 429:  # some answer no HEAD: 405, or worse
        found = _follow("GET", place, addresses, network, budget)
    return found


def _follow(method: str, place: Place, addresses: list[str], network: Network, budget: Budget) -> Found:
    """Ask there and wherever the same host leads on."""
    for _step in range(REDIRECTS + 1):
        status, location = _request(method, place, addresses, network, budget)
        if status not in _LEADS_ON or not location:
            return Found(_answer_of(status), status)
        there = taken_apart(urljoin(place.url, quote(location.encode("latin-1"), safe=f"{_KEPT_AS_IT_IS}#[]")))
        if (there.scheme, there.host) != ("https", place.host):
            return Found(Answer.MOVED, status, there.host)
        place = there
    return Found(Answer.UNSURE, status)


def _answer_of(status: int) -> Answer:
    if status < 400:
        return Answer.WORKS
    if status in _UNSURE or status >= 600:
        return Answer.UNSURE
    return Answer.GONE if status < 500 else Answer.BROKEN


def taken_apart(url: str) -> Place:
    """The address in parts, when it may be asked or is plain http. NotAllowed otherwise."""
    if len(url) > URL_MAX_CHARACTERS or "\\" in url or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise NotAllowed
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        raise NotAllowed from None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    is_plain = port in (None, usual) and not set("@[]") & set(parts.netloc)
    if usual is None or not is_plain or not _NAME.fullmatch(host):
        raise NotAllowed
    path = quote(parts.path or "/", safe=_KEPT_AS_IT_IS)
    return Place(parts.scheme, host, f"{path}?{quote(parts.query, safe=_KEPT_AS_IT_IS)}" if parts.query else path)


def _open_addresses(host: str, network: Network, budget: Budget) -> list[str]:
    """What the name means now, for the whole asking. A name that also leads inside is not asked at all."""
    addresses = list(dict.fromkeys(_within(budget.seconds_left(), network.look_up, host)))
    if not addresses:
        raise socket.gaierror
    if not all(is_open_internet(address) for address in addresses):
        raise NotAllowed
    return sorted(addresses, key=lambda address: ":" in address)[:TRIED]


def _within(seconds: float, call: Callable, *args):
    """What `call` returns or raises; TimeoutError when it has not ended by then (the look-up knows no limit)."""
    ended: queue.SimpleQueue = queue.SimpleQueue()

    def run():
        try:
            ended.put((call(*args), None))
        except Exception as problem:  # whatever it is, who waits here raises it
            ended.put((None, problem))

    threading.Thread(target=run, daemon=True).start()
    try:
        value, problem = ended.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(problem, ValueError):  # a name that is none
        raise NotAllowed
    if problem:
        raise problem
    return value


class _Measured(ssl.SSLSocket):
    """TLS that reads until the budget is used up, however slowly or much the server sends."""

    budget: Budget

    def recv_into(self, buffer, nbytes=None, flags=0):
        if self.budget.bytes_left <= 0:
            raise TooMuch
        self.settimeout(self.budget.seconds_left())
        got = super().recv_into(buffer, min(nbytes or len(buffer), self.budget.bytes_left), flags)
        self.budget.bytes_left -= got
        return got


def _request(method: str, place: Place, addresses: list[str], network: Network, budget: Budget) -> tuple[int, str]:
    """-> (status, Location or ""). Of the page itself nothing is read."""
    network.context.sslsocket_class = _Measured
    with _connected(addresses, network, budget) as plain:
        plain.settimeout(budget.seconds_left())
        with network.context.wrap_socket(plain, server_hostname=place.host) as safe:
            safe.budget = budget
            safe.settimeout(budget.seconds_left())
            connection = http.client.HTTPSConnection(place.host)
            connection.sock, connection.auto_open = safe, 0
            connection.request(method, place.path, headers={"User-Agent": user_agent(), "Connection": "close"})
            with connection.getresponse() as response:
                return response.status, response.headers.get("Location", "")


def _connected(addresses: list[str], network: Network, budget: Budget) -> socket.socket:
    """The first that answers."""
    for number, address in enumerate(addresses, 1):
        try:
            return network.connect(address, network.port, budget.seconds_left() / (len(addresses) - number + 1))
        except OSError:
            if number == len(addresses):
                raise
    raise socket.gaierror


def user_agent() -> str:
    """Who asks, and where to read about us."""
    return f"Motesplats-links/1 (+{settings.PUBLIC_URL})"
