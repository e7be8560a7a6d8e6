import pytest
from celery import current_app
from django.core.management import call_command
from django.utils.module_loading import import_string

from motesplats.celery import BeatScheduler, app, sweeps
from motesplats.models import Heartbeat


def test_sweeps_are_tasks_of_this_app():
    app.loader.import_default_modules()

    assert {"motesplats.tasks.deliver_due_mail", "motesplats.tasks.seal_audit"} <= set(sweeps())
    assert set(sweeps()) <= set(app.tasks)
    assert current_app.main == "motesplats"


@pytest.mark.django_db
def test_sweep_command_twice_runs_every_sweep(monkeypatch):
    call_command("sweep")
    call_command("sweep")

    assert Heartbeat.objects.filter(name="worker").exists()


@pytest.mark.django_db
def test_sweep_command_with_one_failing_runs_the_others(monkeypatch):
    from django.core.management.base import CommandError

    def broken():
        raise ValueError

    monkeypatch.setattr(import_string("motesplats.tasks"), "deliver_due_mail", broken)

    with pytest.raises(CommandError, match="motesplats.tasks.deliver_due_mail"):
        call_command("sweep")

    assert Heartbeat.objects.filter(name="worker").exists()


@pytest.mark.django_db(transaction=True)
def test_beat_writes_its_own_heartbeat_and_plans_every_sweep_at_once():
    scheduler = BeatScheduler(app=app)

    due = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}
    scheduler.tick()

    assert due == set(sweeps())
    assert Heartbeat.objects.filter(name="beat").exists()
