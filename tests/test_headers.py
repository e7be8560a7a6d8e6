"""The headers of every page: the one policy, nothing kept in shared browsers, cookies that stay where they belong.

Each address for each role: test_matrix.py, with `faults_of`.
"""

import json
import logging
import os
import subprocess
import sys
from copy import deepcopy

import pytest
from django.conf import settings
from django.test import Client

from chat.file_views import HARMLESS
from tests import roles

pytestmark = pytest.mark.django_db
POLICY = {  # design §10, word by word
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": f"'self' {settings.WEBSOCKET_ORIGIN}",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=()",
}


@pytest.fixture(scope="module")
def built(for_the_file):
    return for_the_file(roles.build)


@pytest.fixture
def house(built, db):
    logging.disable(logging.CRITICAL)
    yield deepcopy(built)
    logging.disable(logging.NOTSET)


def policy_of(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";") if part.strip())
    return {name: said for name, _space, said in parts}


def faults_of(answer, *, keeps_nothing: bool) -> list[str]:
    found = [f"{name}: {answer.get(name)}" for name, should in ALWAYS.items() if answer.get(name) != should]
    if not answer.streaming and b'method="post"' not in answer.content:  # else browsers send the form as of "null"
        found = [fault for fault in found if fault != "Referrer-Policy: no-referrer"]
    is_file = "html" not in answer.get("Content-Type", "")  # what people sent: a stricter policy
    sent_as_file = is_file and answer["Content-Security-Policy"] == HARMLESS["Content-Security-Policy"]
    if (policy_of(answer) != POLICY and not sent_as_file) or "Content-Security-Policy-Report-Only" in answer:
        found.append(f"policy: {answer.get('Content-Security-Policy')}")
    if keeps_nothing and "no-store" not in answer.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.get('Cache-Control')}")
    for cookie in answer.cookies.values():
        may_be_read = cookie.key == settings.CSRF_COOKIE_NAME
        if (
            cookie["samesite"] != "Lax"
            or cookie["domain"]
            or cookie["path"] != "/"
            or not (cookie["httponly"] or may_be_read)
        ):
            found.append(f"cookie {cookie.key}: {cookie.OutputString()}")
    if {"Server", "X-Powered-By"} & set(answer.headers):
        found.append("names its software")
    return found


def keeps_nothing(address, letter: str) -> bool:
    """Whether no browser may keep what the role `letter` gets at this address."""
    asked_anew = address.route.startswith(("halsa/", "pass/kalender/"))  # a calendar asks with its ETag
    is_public = address.route.startswith(("tips.", "jobb.", "sitemap", "robots", "api/"))  # the same for everybody
    return letter != "A" and not asked_anew and not is_public


@pytest.mark.parametrize(
    "path", ["/finns-inte/", "/ar/finns-inte/", "/%00", "/fel", "//evil.example/", "/static/nope.js"]
)
def test_error_pages_have_the_headers_too(path):
    assert faults_of(Client().get(path), keeps_nothing=False) == []


def test_the_policy_allows_nothing_inline(house):
    assert not {
        word
        for said in POLICY.values()
        for word in said.split()
        if "unsafe" in word or word in ("*", "https:", "http:")
    }


def test_a_faulty_answer_would_be_seen(house):
    answer = house.sit_down(Client(), "O").get("/mina-fragor/")
    assert faults_of(answer, keeps_nothing=True) == []
    answer["Content-Security-Policy"] = answer["Content-Security-Policy"].replace(
        "script-src", "script-src 'unsafe-inline'"
    )
    answer["Cache-Control"], answer["X-Frame-Options"] = "private", "SAMEORIGIN"
    answer.set_cookie("x", "1")
    assert len(faults_of(answer, keeps_nothing=True)) == 4


UNDER_HTTPS = """
import json, django
django.setup()
from django.test import Client, override_settings
from django.conf import settings
plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
cookies = "django.contrib.sessions.backends.signed_cookies"  # this child has no database
memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
with override_settings(STORAGES=plain, SESSION_ENGINE=cookies, CACHES=memory):
    def ask(method, path, secure=True, **data):
        answer = getattr(Client(SERVER_NAME="motesplats.example"), method)(path, data, secure=secure)
        sent = {c.key: c.OutputString() for c in answer.cookies.values()}
        return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": sent}
    print(json.dumps({
        "page": ask("get", "/fraga/"), "post": ask("post", "/fraga/", topic="cv"), "missing": ask("get", "/finns-inte/"),
        "plain": ask("get", "/fraga/?a=1", secure=False), "health": ask("get", "/halsa/", secure=False),
    }))
"""


@pytest.fixture(scope="module")
def under_https() -> dict:
    """Answers of a process with production's settings and an https address."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
        "PUBLIC_URL": "https://motesplats.example",
        "SECRET_KEY": "k9" * 40,
        "DATABASE_URL": "sqlite://:memory:",
        "REDIS_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNDER_HTTPS], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_https_is_kept_for_a_year_and_more(under_https):
    for name in ("page", "post", "missing"):
        said = under_https[name]["headers"]["Strict-Transport-Security"]
        assert int(said.split(";")[0].partition("=")[2]) >= 31_536_000
        assert "includeSubDomains" in said


def test_https_cookies_belong_to_this_host_alone(under_https):
    sent = {**under_https["page"]["cookies"], **under_https["post"]["cookies"]}
    assert set(sent) == {"__Host-session", "__Host-csrf"}
    for name, said in sent.items():
        flags = {part.strip().lower() for part in said.split(";")[1:]}
        assert {"secure", "path=/", "samesite=lax"} <= flags, said
        assert not any(flag.startswith("domain") for flag in flags)
        assert ("httponly" in flags) or name == "__Host-csrf"


def test_https_plain_http_is_led_to_https_but_health_answers(under_https):
    assert under_https["plain"]["status"] == 301
    assert under_https["plain"]["headers"]["Location"] == "https://motesplats.example/fraga/?a=1"
    assert under_https["health"]["status"] == 200


def test_https_policy_names_the_secure_socket(under_https):
    assert (
        "connect-src 'self' wss://motesplats.example;"
        in under_https["page"]["headers"]["Content-Security-Policy"] + ";"
    )
