"""What a page weighs on a cheap phone: HTML at most 15 KB, styles 6 KB, our own script 10 KB, all gzipped (design §10)."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests import make, roles
from tests.addresses import every_address

pytestmark = pytest.mark.django_db
HTML, CSS, JS = 15 * 1024, 6 * 1024, 10 * 1024
IMPORT = re.compile(
    r"""(?:^|\s)(?:import|export)\b[^'"]*?from\s*["'](\.[^"']+)["']|import\(\s*["'](\.[^"']+)["']""", re.M
)


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


def with_imports(name: str, seen: set[str] | None = None) -> set[str]:
    """The module `name` of /static/ and all that it imports."""
    seen = set() if seen is None else seen
    if name not in seen:
        seen.add(name)
        for found in IMPORT.finditer(Path(finders.find(name)).read_text()):
            with_imports(urljoin(name, found[1] or found[2]), seen)
    return seen


def weights(html: bytes) -> tuple[int, int, int]:
    """(HTML, styles, scripts) in bytes, gzipped, as a browser fetches them."""
    files = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html.decode()))
    styles = {name for name in files if name.endswith(".css")}
    scripts = set().union(*(with_imports(name) for name in files - styles)) if files - styles else set()
    return packed(html), *(
        sum(packed(Path(finders.find(n)).read_bytes()) for n in found) for found in (styles, scripts)
    )


def test_imports_are_counted():
    assert {"chat/chat.js", "chat/line.js", "chat/log.js", "chat/unsent.js"} <= with_imports("chat/chat.js")


def test_every_page_stays_within_the_budget():
    house, browser, found, weighed = roles.build(), Client(), {}, 0
    words = "Jag har arbetat som kock i åtta år. Kan du titta på mitt CV? Tack för hjälpen! شكرا جزيلا "
    for number in range(60):  # more than the page shows at once
        talk = make.seeker_of(house.chat) if number % 2 else make.helper_of(house.chat)
        make.message(talk, f"{number} {words * 2}"[:180])
    for address in every_address():
        if address.route.startswith(("admin/", "halsa/", "demo/")):
            continue
        for letter in "AOGBI":
            answer = roles.read(house.sit_down(browser, letter).get(address.path(house, letter)))
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            weighed += 1
            html, css, js = weights(answer.content)
            print(f"{address.name:38} {letter} html {html:6} css {css:5} js {js:5}")
            if html > HTML or css > CSS or js > JS:
                found[address.name, letter] = (html, css, js)
    assert found == {}
    assert weighed > 60
