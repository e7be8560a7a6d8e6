"""Whatever stands in an address or is answered to it, we call nobody inside; and a good page is found to be there."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from library import link_check
from library.link_check import Network, ask
from tests.library.web import OUTSIDE, Web, certificate, context_for

NAMES = {  # what a stranger's name server says
    "inside.example.org": ["127.0.0.1"],
    "both.example.org": [OUTSIDE, "127.0.0.1"],
    "six.example.org": ["::1"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "metadata.example.org": ["169.254.169.254"],
    "shared.example.org": ["100.64.0.1"],
    "private.example.org": ["10.0.0.1"],
    "multicast.example.org": ["224.0.0.1"],
    "nat64.example.org": ["64:ff9b::7f00:1"],
    "old.example.org": ["::7f00:1"],
    "zone.example.org": ["fe80::1%lo"],
    "empty.example.org": [],
}
HOSTILE = [
    *(f"https://{name}/" for name in NAMES),
    "https://127.0.0.1/", "https://127.1/", "https://0x7f.0.0.1/", "https://0x7f000001/", "https://0177.0.0.1/",
    "https://2130706433/", "https://0/", "https://0.0.0.0/", "https://[::1]/", "https://[::]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:0:0:1]/", "https://127.0.0.1./",
    "https://127.0.0.1.:443/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://localhost/",
    "https://localhost./", "https://LOCALHOST:443/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/",
    "https://amina:secret@inside.example.org/", "https://www.example.org@127.0.0.1/", "https://@127.0.0.1/",
    "https://www.example.org\\@127.0.0.1/", "https://127.0.0.1#@www.example.org/", "https://127.0.0.1%2f@example.org/",
    "https://inside.example.org:{port}/", "http://127.0.0.1:{port}/", "http://inside.example.org:{port}/",
    "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x", "javascript:alert(1)", "//127.0.0.1/",
    "https:///etc/passwd", "https://", "", "https://inside.example.org/\r\nHost: x", "https://inside .example.org/",
    "https://[v1.fe]/", "https://[::1/", "https://inside.example.org:99999/", "https://" + "a" * 300 + ".example.org/",
]  # fmt: skip
REDIRECTS = [
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "//127.1/", "https://0x7f000001/", "http://127.0.0.1/",
    "ftp://www.example.org/", "file:///etc/passwd", "https://a:b@www.example.org/", "https://www.example.org:{port}/",
    "https://www.example.org:22/",
]  # fmt: skip


@contextmanager
def listener():
    """On loopback, IPv4 and IPv6. -> (port, the list of connections it got)."""
    got, ends, door = [], threading.Event(), socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    door.settimeout(0.05)

    def take():
        while not ends.is_set():
            try:
                door.accept()[0].close()
            except TimeoutError:
                continue
            got.append(1)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield door.getsockname()[1], got
    finally:
        time.sleep(0.06)  # who was on their way is counted
        ends.set()
        thread.join()
        door.close()


def strange(port: int) -> Network:
    """The real connections, to `port` in place of 443, and a name server that is not to be trusted."""
    return Network(look_up=lambda host: NAMES[host] if host in NAMES else link_check._look_up(host), port=port)


def test_no_hostile_address_reaches_us():
    assert len(HOSTILE) >= 40
    with listener() as (port, got):
        network = strange(port)
        for _again in range(2):
            found = {url: ask(url.format(port=port), network=network, seconds=1).answer for url in HOSTILE}
    assert {url: answer for url, answer in found.items() if answer not in ("not_allowed", "no_host")} == {}
    assert got == []


def test_without_the_rule_it_would_have_been_reached(monkeypatch):
    monkeypatch.setattr(link_check, "is_open_internet", lambda address: True)
    with listener() as (port, got):
        assert ask("https://inside.example.org/", network=strange(port), seconds=1).answer == "silent"
    assert len(got) == 1


@pytest.fixture(scope="module")
def web():
    with Web() as started:
        yield started


@pytest.mark.parametrize("place", REDIRECTS)
def test_a_redirect_leads_nowhere_inside(web, place):
    with listener() as (port, got):
        web.answers = {"/": (302, place.format(port=port))}
        found = ask("https://www.example.org/", network=web.network())
    assert (found.answer, got) == ("not_allowed", [])
    assert web.asked() == ["HEAD /"]


def test_a_name_that_changes_its_mind_is_looked_up_once(web):
    said = iter([[OUTSIDE], ["127.0.0.1"], ["127.0.0.1"]])
    looked_up = []

    def look_up(host):
        looked_up.append(host)
        return next(said)

    web.answers = {"/": (302, "/b"), "/b": (405, ""), "GET /b": (200, "")}
    assert ask("https://www.example.org/", network=web.network(look_up)).answer == "works"
    assert looked_up == ["www.example.org"] and set(web.called) == {OUTSIDE}


@pytest.mark.parametrize(
    ("answers", "found", "asked"),
    [
        ({"/": (200, "")}, ("works", 200, ""), ["HEAD /"]),
        ({"/": (405, ""), "GET /": (200, "")}, ("works", 200, ""), ["HEAD /", "GET /"]),
        ({"/": (404, ""), "GET /": (200, "")}, ("works", 200, ""), ["HEAD /", "GET /"]),
        ({"/": (404, "")}, ("gone", 404, ""), ["HEAD /", "GET /"]),
        ({"/": (500, "")}, ("broken", 500, ""), ["HEAD /", "GET /"]),
        ({"/": (403, "")}, ("unsure", 403, ""), ["HEAD /", "GET /"]),
        ({"/": (429, "")}, ("unsure", 429, ""), ["HEAD /"]),
        ({"/": (301, "/a"), "/a": (301, "b?x=å"), "/b?x=%C3%A5": (200, "")}, ("works", 200, ""),
         ["HEAD /", "HEAD /a", "HEAD /b?x=%C3%A5"]),
        ({"/": (301, "https://other.example.org/x")}, ("moved", 301, "other.example.org"), ["HEAD /"]),
        ({"/": (301, "http://www.example.org/x")}, ("moved", 301, "www.example.org"), ["HEAD /"]),
        ({"/": (302, "/")}, ("unsure", 302, ""), ["HEAD /"] * 4),
    ],
)  # fmt: skip
def test_what_is_found(web, answers, found, asked):
    web.answers = answers
    got = ask("https://www.example.org/", network=web.network())
    assert (got.answer, got.status, got.leads_to) == found
    assert web.asked() == asked


def test_it_says_who_asks_and_whom_it_asks(web, settings):
    settings.PUBLIC_URL = "https://mote.example"
    web.answers = {}
    ask("https://www.example.org/å b?q=ö".replace(" ", "%20"), network=web.network())
    assert web.asked()[0] == "HEAD /%C3%A5%20b?q=%C3%B6"
    assert web.headers["Host"] == "www.example.org" and "https://mote.example" in web.headers["User-Agent"]
    assert "Cookie" not in web.headers and web.names == {"www.example.org"}


def test_a_certificate_of_somebody_else_is_not_safe(web):
    web.answers = {"/": (200, "")}
    strangers = context_for(certificate("www.example.org")[0])
    assert ask("https://wrong.example.com/", network=web.network()).answer == "unsafe"
    assert ask("https://www.example.org/", network=web.network(context=strangers)).answer in ("unsafe", "unsure")
    assert web.asked() == []


@pytest.mark.parametrize("path", ["/slow-head", "/slow-start", "/endless-head", "/endless-100"])
def test_time_and_bytes_have_an_end(web, path):
    began = time.monotonic()
    found = ask(f"https://www.example.org{path}", network=web.network(), seconds=0.4)
    assert found.answer in ("silent", "broken") and time.monotonic() - began < 1
    assert web.sent < link_check.MOST_BYTES * 3  # what fits into the buffers of two sockets beside what was read


def test_silence_of_a_name_server_has_an_end(web):
    began = time.monotonic()
    found = ask("https://www.example.org/", network=web.network(lambda host: time.sleep(0.6)), seconds=0.2)
    assert found.answer == "silent" and time.monotonic() - began < 0.5


def test_nobody_there_is_told_apart(web):
    def unknown(host):
        raise socket.gaierror

    def closed(address, port, seconds):
        raise ConnectionRefusedError

    assert ask("https://www.example.org/", network=web.network(unknown)).answer == "no_host"
    refusing = Network(look_up=lambda host: [OUTSIDE], connect=closed, context=ssl.create_default_context())
    assert ask("https://www.example.org/", network=refusing).answer == "silent"
    assert ask("http://www.example.org/", network=refusing).answer == "not_asked"
