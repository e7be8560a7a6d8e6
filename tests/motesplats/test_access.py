"""Grants: found again, only for their chat, ended in time."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from motesplats.access import grant, granted, prolong
from tests import make

pytestmark = pytest.mark.django_db
NIGHT = "2026-11-24 21:30"


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


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
