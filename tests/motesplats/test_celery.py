from datetime import timedelta

import pytest
from celery import current_app
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string

from motesplats.celery import BeatScheduler, app, sweeps
from motesplats.models import AuditEntry, Heartbeat


def old_entry() -> AuditEntry:
    """An entry that `seal_audit` finds."""
    at = timezone.now() - timedelta(minutes=5)
    return AuditEntry.objects.create(at=at, action="x", about_kind="x", about_id="x")


def test_sweeps_are_tasks_of_this_app():
    app.loader.import_default_modules()

    assert {"motesplats.tasks.deliver_due_mail", "motesplats.tasks.seal_audit"} <= set(sweeps())
    assert set(sweeps()) <= set(app.tasks)
    assert current_app.main == "motesplats"


@pytest.mark.django_db
def test_sweep_command_twice_runs_every_sweep(monkeypatch):
    entry = old_entry()

    call_command("sweep")
    call_command("sweep")

    entry.refresh_from_db()
    assert entry.seal
    assert not Heartbeat.objects.filter(name="worker").exists()  # only a worker may say that a worker lives


@pytest.mark.django_db
def test_sweep_command_with_one_failing_runs_the_others(monkeypatch):
    from django.core.management.base import CommandError

    def broken():
        raise ValueError

    monkeypatch.setattr(import_string("motesplats.tasks"), "deliver_due_mail", broken)
    entry = old_entry()

    with pytest.raises(CommandError, match="motesplats.tasks.deliver_due_mail"):
        call_command("sweep")

    entry.refresh_from_db()
    assert entry.seal


@pytest.mark.django_db(transaction=True)
def test_beat_writes_its_own_heartbeat_and_plans_every_sweep_at_once():
    scheduler = BeatScheduler(app=app)

    due = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}
    scheduler.tick()

    assert due == set(sweeps())
    assert Heartbeat.objects.filter(name="beat").exists()
