"""Notices on a device: adding, removing, sending to the stand-in, and what is never called."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from py_vapid import Vapid02

from motesplats.models import AuditEntry, User
from tests import make
from tests.chat.house import html, logged_in
from tests.volunteers.push_service import Browser, push_service
from volunteers import privacy, push
from volunteers.models import PushSubscription
from volunteers.push import Outcome

pytestmark = pytest.mark.django_db
URL = "/volontar/notiser/"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.VAPID_PRIVATE_KEY, public = push.new_keys()
    settings.PUSH_TO_LOOPBACK = True
    return public


@pytest.fixture
def service():
    with push_service() as service:
        yield service


@pytest.fixture
def bjorn():
    return make.volunteer()


def test_a_notice_comes_encrypted_and_signed(service, bjorn, keys):
    browser = Browser()
    device = browser.of(bjorn, service)
    before = timezone.now()
    assert push.send(device, {"title": "Hej"}) == Outcome.TAKEN
    path, headers, body = service.got[0]
    assert (path, browser.read(body), b"Hej" in body) == ("/1", {"title": "Hej"}, False)
    assert Vapid02.verify(headers["Authorization"]) and headers["Authorization"].endswith(f"k={keys}")
    assert (headers["TTL"], headers["Content-Encoding"], headers["Urgency"]) == ("600", "aes128gcm", "high")
    device.refresh_from_db()
    assert device.worked_at >= before


@pytest.mark.parametrize("status, left", [(404, 0), (410, 0), (429, 1), (500, 1), (403, 1)])
def test_a_device_that_is_gone_is_forgotten_another_is_kept(service, bjorn, status, left):
    device = Browser().of(bjorn, service)
    service.says["/1"] = status
    assert push.send(device, {"title": "Hej"}) == (Outcome.LATER if left else Outcome.GONE)
    assert PushSubscription.objects.count() == left
    assert not PushSubscription.objects.exclude(worked_at=None).exists()


def test_no_redirect_is_followed(service, bjorn):
    service.says["/1"], service.lead_to = 307, f"{service.url}/elsewhere"
    assert push.send(Browser().of(bjorn, service), {"title": "Hej"}) == Outcome.LATER
    assert [path for path, _headers, _body in service.got] == ["/1"]


def test_a_service_that_is_away_is_later(bjorn, service):
    device = Browser().of(bjorn, service, endpoint="http://127.0.0.1:9/1")
    assert push.send(device, {"title": "Hej"}) == Outcome.LATER


STRANGE = [
    "http://push.example/1", "ftp://push.example/1", "https://localhost/1", "https://127.0.0.1/1", "https://10.0.0.1/1",
    "https://[::1]/1", "https://2130706433/1", "https://push.example:8443/1", "https://a:b@push.example/1", "https://x",
    "https://push.example", "http://127.0.0.1:80/1", "https://push.example:port/1", "//push.example/1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", STRANGE)
def test_a_strange_address_is_refused(settings, bjorn, endpoint):
    settings.PUSH_TO_LOOPBACK = False
    given = {"endpoint": endpoint, **Browser().keys}
    assert logged_in(bjorn.user).post(f"{URL}enhet/", given).status_code == 400
    assert not PushSubscription.objects.exists()


def test_a_name_that_leads_inside_is_never_called(service, bjorn, monkeypatch):
    """Its look-up is the one moment that counts: the connection goes to what was looked at."""
    monkeypatch.setattr(push.socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", ("127.0.0.1", 443))])
    device = Browser().of(bjorn, service, endpoint="https://push.example/1")
    assert push.send(device, {"title": "Hej"}) == Outcome.GONE
    assert service.got == [] and not PushSubscription.objects.exists()


def test_a_browser_adds_itself_once_and_is_removed(bjorn):
    browser = logged_in(bjorn.user)
    given = {"endpoint": "https://push.example/1", "device": "Chrome, Android", **Browser().keys}
    for _ in range(2):
        assert browser.post(f"{URL}enhet/", given).status_code == 204
    device = PushSubscription.objects.get()
    assert "Chrome, Android" in html(browser.get(URL)) and device.endpoint not in html(browser.get(URL))
    other = make.volunteer("Cecilia")
    for client, left in ((logged_in(other.user), 1), (browser, 0), (browser, 0)):
        assert client.post(f"{URL}enhet/{device.public_id}/ta-bort/").url == URL
        assert PushSubscription.objects.count() == left
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["alerts.device_added", "alerts.device_removed"]


def test_the_same_queries_for_one_device_and_for_three(service, bjorn):
    browser, counts = logged_in(bjorn.user), []
    for number in range(3):
        Browser().of(bjorn, service, str(number))
        browser.get(URL)
        with CaptureQueriesContext(connection) as queries:
            assert html(browser.get(URL)).count("Chrome, Android") == number + 1
        counts.append(len(queries))
    assert counts == [6, 6, 6]  # session, account, volunteer; wish, devices; its menu


def test_a_browser_that_changes_hands_tells_its_new_owner(bjorn):
    cecilia, given = make.volunteer("Cecilia"), {"endpoint": "https://push.example/1", **Browser().keys}
    for person in (bjorn, cecilia):
        logged_in(person.user).post(f"{URL}enhet/", given)
    assert PushSubscription.objects.get().volunteer == cecilia


def test_the_eleventh_device_takes_the_place_of_the_first(bjorn):
    for number in range(11):
        logged_in(bjorn.user).post(f"{URL}enhet/", {"endpoint": f"https://push.example/{number}", **Browser().keys})
    assert PushSubscription.objects.count() == 10
    assert not PushSubscription.objects.filter(endpoint="https://push.example/0").exists()


@pytest.mark.parametrize(
    "name, value", [("p256dh", "kort"), ("auth", "å" * 22), ("endpoint", ""), ("p256dh", "A" * 99)]
)
def test_keys_that_are_none_are_refused(bjorn, name, value):
    given = {"endpoint": "https://push.example/1", **Browser().keys, name: value}
    assert logged_in(bjorn.user).post(f"{URL}enhet/", given).status_code == 400


@pytest.mark.parametrize("language, desk", [("sv", "/jour/"), ("en", "/en/jour/"), ("so", "/jour/")])
def test_a_new_device_is_greeted_once_and_leads_to_the_desk_in_ones_language(service, bjorn, language, desk):
    User.objects.filter(pk=bjorn.user_id).update(language=language)
    browser = Browser()
    device = browser.of(bjorn, service)
    push.greet(device.pk), push.greet(device.pk), push.greet(0)
    assert [browser.read(body)["url"] for _path, _headers, body in service.got] == [desk]


def test_without_keys_nothing_is_sent_and_nothing_offered(settings, service, bjorn):
    settings.VAPID_PRIVATE_KEY = ""
    assert push.send(Browser().of(bjorn, service), {"title": "Hej"}) == Outcome.LATER and not service.got
    assert "data-push" not in html(logged_in(bjorn.user).get(URL))


def test_the_command_prints_a_key_that_works(settings, capsys):
    call_command("make_push_keys")
    printed = capsys.readouterr().out
    settings.VAPID_PRIVATE_KEY = printed.split("VAPID_PRIVATE_KEY=")[1].split()[0]
    assert push.public_key() and push.public_key() in printed


def test_devices_are_exported_without_their_address_and_erased(service, bjorn):
    Browser().of(bjorn, service)
    assert [row["device"] for row in privacy.export(bjorn.user)["devices"]] == ["Chrome, Android"]
    privacy.erase(bjorn.user)
    assert not PushSubscription.objects.exists()


def test_the_worker_and_the_manifest_are_for_everybody_and_keep_nothing():
    worker = Client().get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Cache-Control"] == "no-store"
    assert "caches" not in html(worker) and '"fetch"' not in html(worker)
    said = Client().get("/manifest.webmanifest")
    assert said["Content-Type"] == "application/manifest+json"
    assert (said.json()["start_url"], said.json()["scope"], said.json()["display"]) == ("/jour/", "/", "standalone")
