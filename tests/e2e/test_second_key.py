"""A passkey and an app with codes in a real Chromium, under the house's own content security policy."""

import os
import re

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connections

from tests import make
from tests.e2e.house import follow
from tests.motesplats import door

pytestmark = pytest.mark.django_db(transaction=True)
BREAKS = re.compile("Content Security Policy|Refused to|Uncaught")


@pytest.fixture
def page(new_page):
    page = new_page(width=360, height=740)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(f"Uncaught {problem}"))
    yield page
    assert [text for text in said if BREAKS.search(text)] == []


def with_finger(page) -> None:
    """A built-in authenticator that says yes, in this browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def log_in(page, home: str, email: str) -> None:
    page.goto(f"{home}/konto/logga-in/")
    page.fill("[name=email]", email)
    page.click("form:has([name=email]) button")
    page.wait_for_url("**/konto/kod/")
    page.fill("[name=code]", door.mailed_code())
    page.click("form:has([name=code]) button")


def look(page, name: str) -> None:
    """Keeps a picture of the page when SCREENSHOTS names a folder; nothing may stand outside the window."""
    page.wait_for_load_state()  # between two pages there is nothing to measure
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def home(live_server, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)  # the server's threads hold none afterwards
    return live_server.url.replace("127.0.0.1", "localhost")


def test_passkey_is_made_and_opens_the_admin_alone(page, home):
    disa = make.staff()
    with_finger(page)
    log_in(page, home, disa.email)
    page.wait_for_url("**/konto/nyckel/")  # staff without a second key
    look(page, "key-choose")
    page.click("a[href$='/passnycklar/ny/']")
    look(page, "passkey-make")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/reservkoder/")
    look(page, "spare-codes")
    assert Authenticator.objects.filter(user=disa, type="webauthn").count() == 1

    page.goto(f"{home}/admin/")
    assert page.url == f"{home}/admin/"

    page.goto(f"{home}/konto/logga-ut/")
    look(page, "logout")
    page.click("main form button")
    page.wait_for_url(f"{home}/")
    mail.outbox.clear()

    page.goto(f"{home}/konto/logga-in/")
    look(page, "door")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{home}/admin/")  # one step: the passkey is both keys
    assert mail.outbox == []


def test_passkey_is_asked_for_after_the_code(page, home):
    bjorn = make.user("Bjorn")
    with_finger(page)
    log_in(page, home, bjorn.email)
    page.goto(f"{home}/konto/nyckel/passnycklar/ny/")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/reservkoder/")
    page.goto(f"{home}/konto/nyckel/passnycklar/")
    look(page, "passkey-list")
    page.context.clear_cookies()

    log_in(page, home, bjorn.email)
    page.wait_for_url("**/konto/nyckel/visa/")
    look(page, "second-key")
    page.click("form[data-passkey] button")

    page.wait_for_url(f"{home}/")
    page.goto(f"{home}/konto/")
    look(page, "account")
    page.set_viewport_size({"width": 1280, "height": 800})
    look(page, "account-wide")
    page.goto(f"{home}/konto/enheter/")
    look(page, "devices-wide")


def test_app_with_codes_is_connected_from_the_page(page, home):
    disa = make.staff()
    log_in(page, home, disa.email)
    page.wait_for_url("**/konto/nyckel/")
    page.click("a[href$='/nyckel/app/']")
    look(page, "app-connect")
    page.emulate_media(color_scheme="dark")
    look(page, "app-connect-dark")
    square = page.locator("img.qr")
    assert square.evaluate("image => image.complete && image.naturalWidth > 0")  # the policy lets the picture through
    page.fill("[name=code]", pyotp.TOTP(page.inner_text("code")).now())
    page.click("main form button")

    page.wait_for_url("**/reservkoder/")
    page.goto(f"{home}/admin/")
    assert page.url == f"{home}/admin/"


def test_door_says_what_is_wrong(page, home):
    page.goto(f"{home}/konto/logga-in/")
    page.fill("[name=email]", "amina")
    follow(page, "form:has([name=email]) button")
    assert page.locator("[data-errors]").count() == 1
    look(page, "door-wrong")
    page.fill("[name=email]", "amina@example.org")
    page.click("form:has([name=email]) button")
    page.wait_for_url("**/konto/kod/")
    look(page, "code")
    page.fill("[name=code]", door.wrong(door.mailed_code()))
    page.click("form:has([name=code]) button")
    look(page, "code-wrong")
    page.set_viewport_size({"width": 1280, "height": 800})
    look(page, "code-wide")
