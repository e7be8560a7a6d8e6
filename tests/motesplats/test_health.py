from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from motesplats import health, tasks
from motesplats.models import Heartbeat, OutboxMail

WELL = {"ok": True, "database": True, "layer": True, "worker": True, "beat": True, "outbox": True} | {
    "inbound": True,
    "mailboxes": True,
}


@pytest.fixture
def alive(db):
    health.beat("worker")
    health.beat("beat")


def due_mail(*, minutes: int) -> OutboxMail:
    moment = timezone.now() - timedelta(minutes=minutes)
    return OutboxMail.objects.create(
        kind="test", to_email="disa@example.org", dedupe_key=f"due-{minutes}", message_id="<1@x>", created_at=moment
    )


def test_process_asks_no_database(client):
    response = client.get("/halsa/")

    assert response.status_code == 200
    assert response.json() == {"ok": True}


def test_ready_when_all_is_well_answers_200(client, alive):
    response = client.get("/halsa/redo/")

    assert (response.status_code, response.json()) == (200, WELL)


def test_ready_without_worker_answers_503(client, alive):
    Heartbeat.objects.filter(name="worker").update(at=timezone.now() - timedelta(minutes=3))

    response = client.get("/halsa/redo/")

    assert (response.status_code, response.json()) == (503, WELL | {"ok": False, "worker": False})


def test_ready_with_mail_due_for_11_minutes_answers_503(client, alive):
    due_mail(minutes=9)
    assert client.get("/halsa/redo/").status_code == 200

    due_mail(minutes=11)

    assert client.get("/halsa/redo/").json() == WELL | {"ok": False, "outbox": False}


def test_ready_with_redis_away_answers_503(client, alive, settings):
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:1/0"

    assert client.get("/halsa/redo/").json() == WELL | {"ok": False, "layer": False}


def test_layer_with_redis_is_asked(redis_url, settings):
    settings.EMBEDDED, settings.REDIS_URL = False, redis_url

    assert health.layer_answers() is True


def test_ready_with_database_away_answers_503(client, alive, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setitem(health.CHECKS, "database", away)

    assert client.get("/halsa/redo/").json() == WELL | {"ok": False, "database": False}


def test_beat_with_database_away_says_nothing(db, monkeypatch):
    def away(**kwargs):
        raise OperationalError

    monkeypatch.setattr(Heartbeat.objects, "update_or_create", away)

    health.beat("worker")


def test_note_worker_twice_keeps_one_row(db):
    tasks.note_worker()
    tasks.note_worker()

    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker"}
