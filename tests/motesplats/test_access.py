import time
from datetime import timedelta

import pyotp
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.http import Http404, HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from motesplats import access, accounts, people
from motesplats.access import grant, granted, prolong
from motesplats.models import User
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db
NIGHT = "2026-11-24 21:30"


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


# --- grants -----------------------------------------------------------------------------------------------------------


def test_grant_is_found_again_and_only_for_its_chat():
    session = SessionStore()

    grant(session, "one", user_id=7, link_version=2)

    assert granted(session, "one") == {"user": 7, "link_version": 2}
    assert granted(session, "two") is None


def test_grant_survives_the_database():
    session = SessionStore()
    grant(session, "one", user_id=7, link_version=2)
    session.save()

    assert granted(SessionStore(session.session_key), "one") == {"user": 7, "link_version": 2}


def test_grant_never_logs_anybody_in(client):
    session = client.session
    grant(session, "one", user_id=make.user().pk, link_version=1)
    session.save()
    client.cookies["session"] = session.session_key

    assert not is_in(client)


def test_grant_ends(settings):
    session = SessionStore()
    with time_machine.travel(NIGHT, tick=False) as clock:
        grant(session, "one", user_id=7, link_version=1)
        clock.shift(settings.GRANT_LIFETIME - timedelta(seconds=1))
        assert granted(session, "one")
        clock.shift(2)
        assert granted(session, "one") is None


def test_grant_of_the_twenty_first_drops_the_oldest():
    session = SessionStore()
    for number in range(20):
        grant(session, f"chat{number}", user_id=1, link_version=1)
    grant(session, "chat0", user_id=1, link_version=2)  # renewed: now the newest

    grant(session, "chat20", user_id=1, link_version=1)

    assert set(session["grants"]) == {f"chat{number}" for number in range(21)} - {"chat1"}
    assert granted(session, "chat0") == {"user": 1, "link_version": 2}


def test_a_grant_in_use_is_prolonged_once_a_day_and_a_dead_one_never():
    session: dict = {}
    now = timezone.now()
    grant(session, "one", user_id=1, link_version=1)
    given = session["grants"]["one"]["expires"]
    for hours, stays in ((23, True), (25, False)):
        with time_machine.travel(now + timedelta(hours=hours)):
            prolong(session, "one")
            assert (session["grants"]["one"]["expires"] == given) is stays
    with time_machine.travel(now + timedelta(days=60)):
        prolong(session, "one")
        assert granted(session, "one") is None
    prolong(session, "never")


# --- staff need a second key ------------------------------------------------------------------------------------------

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


# --- is_staff_verified, staff_required --------------------------------------------------------------------------------


def test_is_staff_verified_needs_staff_and_key(client):
    disa, amina = make.staff(), make.user("Amina")
    assert not access.is_staff_verified(client.session, AnonymousUser())
    for person in (disa, amina):
        door.give_app(person)
        door.log_in_staff(client, person)
        assert access.is_staff_verified(client.session, person) is (person == disa)
        assert not access.is_held_back(client.session, person)
        client.logout()


def test_is_staff_verified_key_of_another_person_does_not_count(client):
    disa, other = make.staff(), make.staff("Doris")
    door.give_app(disa)
    door.log_in_staff(client, disa)

    assert access.is_staff_verified(client.session, disa)
    assert not access.is_staff_verified(client.session, other)
    assert access.is_held_back(client.session, other)


def test_is_staff_verified_asks_no_database(client, django_assert_num_queries):
    disa = make.staff()
    door.give_app(disa)
    door.log_in_staff(client, disa)
    session = client.session
    assert session["_auth_user_id"]  # loads it

    with django_assert_num_queries(0):
        assert access.is_staff_verified(session, disa)


def test_staff_required_is_404_for_others(rf, client):
    disa = make.staff()
    page = access.staff_required(lambda request: HttpResponse("secret"))
    for person in (AnonymousUser(), make.user(), disa):
        request = rf.get("/")
        request.session, request.user = SessionStore(), person
        with pytest.raises(Http404):
            page(request)

    door.give_app(disa)
    door.log_in_staff(client, disa)
    request = rf.get("/")
    request.session, request.user = client.session, disa
    assert page(request).content == b"secret"


def test_mark_verified_works_in_the_demo_only(settings):
    disa, session = make.staff(), SessionStore()
    with pytest.raises(RuntimeError):
        access.mark_verified(session)
    assert not access.is_staff_verified(session, disa)

    settings.DEMO = True
    access.mark_verified(session)
    assert access.is_staff_verified(session, disa)
    assert not access.is_staff_verified(session, make.user())

    settings.DEMO = False  # a session left over from a demo
    assert not access.is_staff_verified(session, disa)


# --- sessions that end ------------------------------------------------------------------------------------------------


def staff_client(client):
    disa = make.staff()
    door.give_app(disa)
    door.log_in_staff(client, disa)
    assert client.get("/konto/").status_code == 200
    return disa


def test_staff_session_idle_for_half_an_hour_ends(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        staff_client(client)
        clock.shift(29 * 60)
        assert client.get("/konto/").status_code == 200
        clock.shift(31 * 60)

        answer = client.get("/konto/")

        assert answer["Location"] == "/konto/logga-in/?next=/konto/"
        assert "_auth_user_id" not in client.session


def test_staff_session_what_the_page_fetches_by_itself_is_no_use(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        staff_client(client)
        for _ in range(5):
            clock.shift(7 * 60)
            answer = client.get("/konto/", headers={"sec-fetch-mode": "cors"})

        assert answer.status_code == 302


def test_staff_session_ends_after_eight_hours_of_work(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        staff_client(client)
        for _ in range(24):
            clock.shift(20 * 60 - 1)
            assert client.get("/konto/").status_code == 200
        clock.shift(20 * 60)

        assert client.get("/konto/").status_code == 302


def test_other_sessions_stay_for_weeks(client):
    amina = make.user("Amina")
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in(client, amina.email)
        clock.shift(timedelta(days=20))
        assert client.get("/konto/").status_code == 200


def test_staff_session_worn_out_is_not_verified_for_sockets_either(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        disa = staff_client(client)
        session = client.session
        assert access.is_staff_verified(session, disa)
        clock.shift(31 * 60)
        assert not access.is_staff_verified(session, disa)


def test_end_sessions_logs_out_everywhere_but_nobody_else(client):
    amina, bjorn = make.user("Amina"), make.user("Bjorn")
    phone, computer, others = client, client.__class__(), client.__class__()
    for browser, person in ((phone, amina), (computer, amina), (others, bjorn)):
        door.log_in(browser, person.email)
        assert is_in(browser)

    assert access.end_sessions(amina) == 2

    assert [is_in(browser) for browser in (phone, computer, others)] == [False, False, True]
    assert UserSession.objects.filter(user=amina).count() == 0


@pytest.fixture
def nudges(monkeypatch):
    """What sockets would hear, caught where it leaves the process."""
    heard = []
    monkeypatch.setattr("motesplats.layers._send", lambda key, ids: heard.append(key))
    return heard


@pytest.mark.django_db(transaction=True)
def test_end_of_a_session_is_heard_by_its_sockets(client, nudges):
    amina, cecilia = make.user("Amina"), make.user("Cecilia")
    door.log_in(client, amina.email)
    key = client.session.session_key
    client.post("/konto/logga-ut/")
    assert f"session:{key}" in nudges

    other = client.__class__()
    door.log_in(other, cecilia.email)
    key = other.session.session_key
    people.block(cecilia, by=make.staff())
    assert f"session:{key}" in nudges
    assert not is_in(other)


@pytest.mark.django_db(transaction=True)
def test_end_of_a_session_on_the_devices_page_is_heard(client, nudges):
    amina = make.user("Amina")
    other = client.__class__()
    door.log_in(client, amina.email)
    door.log_in(other, amina.email)
    key = other.session.session_key

    client.post("/konto/enheter/")

    assert f"session:{key}" in nudges


def test_clear_ended_sessions_forgets_only_what_is_over(client):
    amina, bjorn = make.user("Amina"), make.user("Bjorn")
    late = client.__class__()
    with time_machine.travel("2026-10-01 12:00"):
        door.log_in(client, amina.email)
    with time_machine.travel(NIGHT):
        door.log_in(late, bjorn.email)
        assert UserSession.objects.count() == 2
        access.clear_ended_sessions()
        access.clear_ended_sessions()

        assert list(UserSession.objects.values_list("user", flat=True)) == [bjorn.pk]
        assert is_in(late)


def test_appointed_and_dismissed_staff_log_in_anew(client):
    bjorn = make.user("Bjorn")
    door.log_in(client, bjorn.email)

    assert accounts.appoint_staff(bjorn, by=None)
    assert not is_in(client)
    assert not accounts.appoint_staff(bjorn, by=None)

    door.give_app(bjorn)
    door.log_in_staff(client, bjorn)
    assert client.get("/admin/").status_code == 200
    assert accounts.dismiss_staff(bjorn, by=None)
    assert client.get("/admin/").status_code == 302
    assert not User.objects.get(pk=bjorn.pk).is_staff


# --- fresh login ------------------------------------------------------------------------------------------------------


@access.fresh_login(15)
def export(request):
    return HttpResponse("all of it")


def ask(rf, client, person):
    request = rf.get("/integritet/allt/?a=1")
    request.session, request.user = client.session, person
    return export(request)


def test_fresh_login_nobody_is_sent_to_the_door(rf, client):
    assert ask(rf, client, AnonymousUser())["Location"] == "/konto/logga-in/?next=/integritet/allt/%3Fa%3D1"


def test_fresh_login_lasts_its_minutes(rf, client):
    amina = make.user("Amina")
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in(client, amina.email)
        clock.shift(14 * 60)
        assert ask(rf, client, amina).content == b"all of it"
        clock.shift(2 * 60)
        assert ask(rf, client, amina)["Location"] == "/konto/bekrafta/?next=%2Fintegritet%2Fallt%2F%3Fa%3D1"


def test_fresh_login_with_a_key_asks_for_the_key(rf, client):
    disa = make.staff()
    spare = door.give_app(disa).get_unused_codes()
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in_staff(client, disa)
        clock.shift(16 * 60)
        assert ask(rf, client, disa).status_code == 302
        assert client.get("/konto/bekrafta/?next=/pass/")["Location"] == "/konto/nyckel/bekrafta/?next=%2Fpass%2F"
        mail.outbox.clear()
        client.post("/konto/bekrafta/")
        assert mail.outbox == []  # a mailed code would be weaker than the key

        client.post("/konto/nyckel/bekrafta/", {"code": spare[0]})
        assert ask(rf, client, disa).content == b"all of it"


def test_fresh_login_of_another_person_in_this_browser_does_not_count(rf, client):
    amina, bjorn = make.user("Amina"), make.user("Bjorn")
    door.log_in(client, amina.email)

    assert ask(rf, client, amina).status_code == 200
    assert ask(rf, client, bjorn).status_code == 302


def test_fresh_login_codes_are_limited(client):
    amina = make.user("Amina")
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in(client, amina.email)
        clock.shift(16 * 60)
        mail.outbox.clear()
        for _ in range(50):
            client.post("/konto/bekrafta/")
            client.post("/konto/bekrafta/", {"code": "000000"})

        assert len(mail.outbox) == 3
        assert client.get("/konto/adress/").status_code == 302


# --- the admin --------------------------------------------------------------------------------------------------------


def test_admin_stranger_goes_to_the_door_of_the_house(client):
    for path in ("/admin/", "/admin/login/", "/admin/logout/"):
        for method in (client.get, client.post):
            answer = method(path)
            assert (answer.status_code, answer["Location"]) == (302, "/konto/logga-in/?next=/admin/")


def test_admin_does_not_exist_for_people_who_do_not_work_at_im(client):
    client.force_login(make.user())

    for path in ("/admin/", "/admin/login/", "/admin/motesplats/user/", "/admin/password_change/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"username": "x", "password": "y"}).status_code == 404


def test_admin_password_form_is_never_shown(client):
    staff_client(client)

    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.post("/admin/login/", {"username": "x", "password": "y"})["Location"] == "/admin/"
    assert client.get("/admin/password_change/").status_code == 404
    assert client.post("/admin/logout/")["Location"] == "/konto/logga-ut/"


def test_admin_speaks_swedish_whatever_the_browser_says(client):
    staff_client(client)

    page = client.get("/admin/", headers={"accept-language": "en"}).content.decode()

    assert 'lang="sv' in page


def test_second_key_is_never_older_than_the_login(client):
    """A key shown before this login (records of an earlier person in the browser) is worth nothing."""
    disa = make.staff()
    session = SessionStore()
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]

    assert not access.is_staff_verified(session, disa)


def test_too_many_second_tries_get_a_page_of_ours(client):
    with time_machine.travel(NIGHT, tick=False):
        staff_client(client)
        answers = [client.post("/konto/nyckel/bekrafta/", {"code": "000000"}) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 'class="brand"' in answers[-1].content.decode()
