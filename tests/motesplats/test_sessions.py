"""Sessions that end: idle, worn out, ended by hand; and their sockets hear it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession

from motesplats import access, accounts, people
from motesplats.models import User
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db
NIGHT = "2026-11-24 21:30"


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


def test_staff_session_idle_for_half_an_hour_ends(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.staff_client(client)
        clock.shift(29 * 60)
        assert client.get("/konto/").status_code == 200
        clock.shift(31 * 60)

        answer = client.get("/konto/")

        assert answer["Location"] == "/konto/logga-in/?next=/konto/"
        assert "_auth_user_id" not in client.session


def test_staff_session_what_the_page_fetches_by_itself_is_no_use(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.staff_client(client)
        for _ in range(5):
            clock.shift(7 * 60)
            answer = client.get("/konto/", headers={"sec-fetch-mode": "cors"})

        assert answer.status_code == 302


def test_staff_session_ends_after_eight_hours_of_work(client):
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.staff_client(client)
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
        disa = door.staff_client(client)
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
