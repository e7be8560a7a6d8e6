"""Staff need a second key: made, shown at login, never left out."""

import time
from datetime import timedelta

import pyotp
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.backends.db import SessionStore
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from motesplats import access
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db
NIGHT = "2026-11-24 21:30"


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


OPEN_TO_STAFF_WITHOUT_KEY = {
    "account_logout", "account_login", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes",
    "account_reauthenticate", "health", "health_ready",
}  # fmt: skip


def _urls():
    """(full name, a path) of every address of the house, with made-up ids."""
    found = []

    def walk(patterns, prefix, namespace):
        for one in patterns:
            if isinstance(one, URLPattern):
                name = ":".join([*namespace, one.name]) if one.name else ""
                found.append((name, prefix, one.pattern))
            else:
                inner = [*namespace, one.namespace] if one.namespace else namespace
                walk(one.url_patterns, [*prefix, one.pattern], inner)

    walk(get_resolver().url_patterns, [], [])
    return found


def _paths():
    seen = {}
    for name, _prefix, pattern in _urls():
        kwargs = {key: _sample(converter) for key, converter in pattern.converters.items()}
        if name and not (name.startswith("admin:") and kwargs):
            try:
                seen[name] = reverse(name, kwargs=kwargs)
            except Exception:  # noqa: S112 a regex we cannot fill: those of the admin
                continue
    return seen


def _sample(converter):
    for value in ("1", "AAAAAAAAAAAAAAAA", "00000000-0000-0000-0000-000000000001"):
        try:
            return converter.to_python(value)
        except ValueError:
            continue
    return "x"


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}], ids=["staff", "superuser"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_key_is_sent_to_make_one_from_every_page(client, fields, method):
    client.force_login(make.user("Disa", **fields))
    paths = {name: path for name, path in _paths().items() if name not in OPEN_TO_STAFF_WITHOUT_KEY}
    assert len(paths) > 30

    elsewhere = {}
    for name, path in paths.items():
        answer = getattr(client, method)(path)
        elsewhere[name] = (answer.status_code, answer.get("Location", ""))
    allowed = {(302, "/konto/nyckel/")}
    strange = {name: seen for name, seen in elsewhere.items() if seen not in allowed and not name.startswith("admin:")}
    assert strange == {}
    in_admin = {seen for name, seen in elsewhere.items() if name.startswith("admin:")}
    assert in_admin <= {(302, "/konto/nyckel/"), (404, ""), (302, "/admin/"), (302, "/konto/logga-ut/")}


def test_staff_without_key_sees_the_same_in_english(client):
    client.force_login(make.staff())

    assert client.get("/en/fraga/")["Location"] == "/en/konto/nyckel/"


def test_others_without_key_are_left_alone(client):
    client.force_login(make.user())

    assert client.get("/").status_code == 200


def test_staff_may_always_log_out(client):
    client.force_login(make.staff())

    client.post("/konto/logga-ut/")

    assert "_auth_user_id" not in client.session


def test_staff_with_key_shows_it_at_login(client):
    disa = make.staff()
    door.give_app(disa)

    answer = door.log_in(client, disa.email)
    assert answer["Location"] == door.SECOND
    assert "_auth_user_id" not in client.session

    answer = client.post(door.SECOND, {"code": door.app_code()})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("code", ["000000", "", "abcdef", "x" * 500])
def test_staff_with_wrong_code_of_the_app_stays_out(client, code):
    disa = make.staff()
    door.give_app(disa)
    door.log_in(client, disa.email)

    client.post(door.SECOND, {"code": code})

    assert "_auth_user_id" not in client.session


def test_staff_app_code_works_once(client):
    disa = make.staff()
    door.give_app(disa)
    door.log_in_staff(client, disa)
    assert is_in(client)
    other = client.__class__()

    door.log_in_staff(other, disa)

    assert not is_in(other)


def test_staff_spare_code_opens_once(client):
    disa = make.staff()
    spare = door.give_app(disa).get_unused_codes()[0]
    for opens in (True, False):
        browser = client.__class__()
        door.log_in(browser, disa.email)
        browser.post(door.SECOND, {"code": spare})
        assert is_in(browser) is opens


def test_staff_wrong_codes_of_the_app_are_limited(client):
    disa = make.staff()
    door.give_app(disa)
    with time_machine.travel(NIGHT, tick=False):
        door.log_in(client, disa.email)
        for number in range(50):
            client.post(door.SECOND, {"code": f"{number:06}"})

        client.post(door.SECOND, {"code": door.app_code()})  # right, but too late
        assert "_auth_user_id" not in client.session


def test_staff_who_got_a_key_elsewhere_must_show_it_here(client):
    disa = make.staff()
    client.force_login(disa)
    door.give_app(disa)

    answer = client.get("/admin/")
    assert answer["Location"] == "/konto/nyckel/bekrafta/?next=%2Fadmin%2F"
    assert client.get("/konto/nyckel/app/").status_code == 302  # no second app beside the first

    answer = client.post("/konto/nyckel/bekrafta/?next=/admin/", {"code": door.app_code()})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_staff_makes_a_key_and_goes_on(client):
    disa = make.staff()
    door.log_in(client, disa.email)
    assert client.get("/admin/")["Location"] == "/konto/nyckel/"
    page = client.get("/konto/nyckel/app/")
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    assert "data:image/svg+xml;base64," in page.content.decode()

    answer = client.post("/konto/nyckel/app/", {"code": pyotp.TOTP(secret).now()})

    assert answer["Location"] == "/konto/nyckel/reservkoder/"
    spare = RecoveryCodes(Authenticator.objects.get(user=disa, type="recovery_codes")).get_unused_codes()
    assert spare[0] in client.get("/konto/nyckel/reservkoder/").content.decode()
    assert client.get("/admin/").status_code == 200
    stored = Authenticator.objects.get(user=disa, type="totp").data["secret"]
    assert secret not in stored


def test_staff_cannot_remove_their_last_key(client):
    disa = make.staff()
    door.give_app(disa)
    door.log_in_staff(client, disa)
    client.post("/konto/nyckel/bekrafta/", {"code": door.app_code(timezone.now() + timedelta(seconds=30))})

    client.post("/konto/nyckel/app/bort/")

    assert Authenticator.objects.filter(user=disa, type="totp").exists()


def test_volunteer_may_remove_their_key(client):
    bjorn = make.user("Bjorn")
    spare = door.give_app(bjorn).get_unused_codes()
    door.log_in_staff(client, bjorn)
    client.post("/konto/nyckel/bekrafta/", {"code": spare[0]})

    client.post("/konto/nyckel/app/bort/")

    assert not Authenticator.objects.filter(user=bjorn).exists()


def test_second_key_is_never_older_than_the_login(client):
    """A key shown before this login (records of an earlier person in the browser) is worth nothing."""
    disa = make.staff()
    session = SessionStore()
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]

    assert not access.is_staff_verified(session, disa)


def test_too_many_second_tries_get_a_page_of_ours(client):
    with time_machine.travel(NIGHT, tick=False):
        door.staff_client(client)
        answers = [client.post("/konto/nyckel/bekrafta/", {"code": "000000"}) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 'class="brand"' in answers[-1].content.decode()
