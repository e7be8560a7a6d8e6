"""The worker and beat of the embedded mode: real Celery, in two threads of the one process, over memory://."""

import logging
import threading
import time

from celery import beat
from celery.worker import state

from motesplats.celery import BeatScheduler, app

log = logging.getLogger(__name__)

GRACE_SECONDS = 2.0


class Background:
    """`start()` before the server, `stop()` after it. A task that hangs does not keep the process alive."""

    def __init__(self):
        quiet = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
        self.worker = app.WorkController(pool="solo", concurrency=1, hostname="embedded@localhost", **quiet)
        self.clock = beat.Service(app, max_interval=1, scheduler_cls=BeatScheduler)
        self.threads = [
            threading.Thread(target=self.worker.start, name="celery-worker", daemon=True),
            threading.Thread(target=self.clock.start, name="celery-beat", daemon=True),
        ]

    def start(self) -> None:
        state.should_stop = None
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Lets the task at hand finish, within reason. An idle worker, which sleeps on for two seconds, is left."""
        self.clock.stop()
        state.should_stop = 0
        end = time.monotonic() + GRACE_SECONDS
        while state.active_requests and time.monotonic() < end:
            time.sleep(0.02)
        if state.active_requests:
            log.warning("a task had not finished; its sweep will find it")
