"""Tells Celery that a mail or a document waits, without ever keeping anybody waiting.

A broker that is away can hold a publisher for minutes, so one daemon thread per process does it. What it cannot hand
over is dropped: the sweep of that task (every 10 s) finds every due row.
"""

import logging
import os
import queue
import threading

from celery import current_app

log = logging.getLogger(__name__)

TASK = "motesplats.tasks.deliver_mail"
MOST_WAITING = 1000

_lock = threading.Lock()
_waiting: "queue.Queue[tuple[str, int]]" = queue.Queue(MOST_WAITING)
_owner_pid = 0  # threads do not survive a fork, so each process starts its own


def hand_over(row_id: int, *, task: str = TASK) -> None:
    """Ask a worker to do `task` for this row, soon: deliver a mail, unless told. Never waits or raises."""
    try:
        _ensure_thread()
        _waiting.put_nowait((task, row_id))
    except queue.Full:
        log.info("%s of %s waits for the sweep", task, row_id)
    except RuntimeError:  # no new threads while the process ends
        log.info("%s of %s waits for the sweep: the process is ending", task, row_id)


def _ensure_thread() -> None:
    global _owner_pid, _waiting
    if _owner_pid == os.getpid():
        return
    with _lock:
        if _owner_pid != os.getpid():
            _waiting = queue.Queue(MOST_WAITING)
            threading.Thread(target=_publish_for_ever, args=[_waiting], name="mail-dispatch", daemon=True).start()
            _owner_pid = os.getpid()


def _publish_for_ever(waiting: "queue.Queue[tuple[str, int]]") -> None:
    while True:
        task, row_id = waiting.get()
        try:
            current_app.send_task(task, args=[row_id], retry=False, ignore_result=True)
        except Exception as problem:  # whatever the broker throws: the row is in the database
            log.info("%s of %s waits for the sweep: %s", task, row_id, type(problem).__name__)
        finally:
            waiting.task_done()
