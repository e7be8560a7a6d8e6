"""Celery: which sweeps run how often. Nothing rests on one task: every sweep finds what an earlier one missed."""

import logging
import os
import time
from datetime import timedelta

from celery import Celery
from celery.beat import Scheduler
from django.apps import apps
from django.db import close_old_connections
from django.utils.module_loading import import_string, module_has_submodule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motesplats.settings.dev")

log = logging.getLogger(__name__)

app = Celery("motesplats")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def sweeps() -> dict[str, float]:
    """Every sweep of the house, from `SWEEPS` in each app's tasks.py: the task's dotted name -> seconds between two."""
    found: dict[str, float] = {}
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "tasks"):
            try:
                found |= import_string(f"{config.name}.tasks.SWEEPS")
            except ImportError:
                log.debug("no SWEEPS in %s.tasks", config.name)
    return found


class BeatScheduler(Scheduler):
    """Keeps its plan in memory (the sweeps are short) and writes beat's own sign of life to the database."""

    heartbeat_seconds = 30

    def setup_schedule(self):
        self.install_default_entries(self.data)
        plan = {
            name: {
                "task": name,
                "schedule": seconds,
                "options": {"expires": max(seconds, 10)},  # a worker that was away does not run them all afterwards
                "last_run_at": self.app.now() - timedelta(seconds=seconds),  # all at once when beat starts
            }
            for name, seconds in sweeps().items()
        }
        self.merge_inplace(plan)
        self._beaten = 0.0

    def tick(self, *args, **kwargs):
        if time.monotonic() - self._beaten > self.heartbeat_seconds:
            self._beaten = time.monotonic()
            from motesplats.health import beat  # its models load after this module

            close_old_connections()  # beat has no tasks around which Celery would do it
            beat("beat")
        return super().tick(*args, **kwargs)


app.conf.beat_scheduler = BeatScheduler
app.conf.beat_max_loop_interval = 5
