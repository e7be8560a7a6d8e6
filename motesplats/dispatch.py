"""Tells Celery that a mail waits, without ever keeping anybody waiting.

A broker that is away can hold a publisher for minutes, so one daemon thread per process does it. What it cannot hand
over is dropped: the sweep (every 10 s) finds every due row.
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
_waiting: "queue.Queue[int]" = queue.Queue(MOST_WAITING)
_owner_pid = 0  # threads do not survive a fork, so each process starts its own


def hand_over(mail_id: int) -> None:
    """Ask a worker to deliver this mail, some time soon. Never waits, never raises."""
    try:
        _ensure_thread()
        _waiting.put_nowait(mail_id)
    except queue.Full:
        log.info("mail %s waits for the sweep", mail_id)
    except RuntimeError:  # no new threads while the process ends
        log.info("mail %s waits for the sweep: the process is ending", mail_id)


def _ensure_thread() -> None:
    global _owner_pid, _waiting
    if _owner_pid == os.getpid():
        return
    with _lock:
        if _owner_pid != os.getpid():
            _waiting = queue.Queue(MOST_WAITING)
            threading.Thread(target=_publish_for_ever, args=[_waiting], name="mail-dispatch", daemon=True).start()
            _owner_pid = os.getpid()


def _publish_for_ever(waiting: "queue.Queue[int]") -> None:
    while True:
        mail_id = waiting.get()
        try:
            current_app.send_task(TASK, args=[mail_id], retry=False, ignore_result=True)
        except Exception as problem:  # whatever the broker throws: the row is in the database
            log.info("mail %s waits for the sweep: %s", mail_id, type(problem).__name__)
        finally:
            waiting.task_done()
