"""Handing a mail to Celery never waits and never raises; the sweep is what mail rests on."""

import os
import threading
import time

import pytest
import redis
from celery import Celery

from motesplats import dispatch


@pytest.fixture
def fresh(monkeypatch):
    """As in a process that has handed nothing over yet."""
    monkeypatch.setattr(dispatch, "_owner_pid", 0)
    return monkeypatch


def _app(broker):
    app = Celery("other", broker=broker, set_as_current=False)
    app.conf.broker_transport_options = {"socket_connect_timeout": 2}
    return app


def test_hand_over_without_a_broker_takes_no_time_and_drops_what_does_not_fit(fresh):
    fresh.setattr(dispatch, "current_app", _app("redis://127.0.0.1:9/0"))
    began = time.monotonic()
    for n in range(2 * dispatch.MOST_WAITING):
        dispatch.hand_over(n)
    assert time.monotonic() - began < 1


def test_hand_over_reaches_the_queue_and_goes_on_after_a_task_that_could_not_be_sent(fresh, redis_url):
    app, sent = _app(redis_url), []
    real = app.send_task

    def first_fails(*given, **options):
        sent.append(given)
        if len(sent) == 1:
            raise ConnectionError
        return real(*given, **options)

    fresh.setattr(app, "send_task", first_fails)
    fresh.setattr(dispatch, "current_app", app)
    with redis.Redis.from_url(redis_url) as server:
        before = server.llen("celery")
        for n in range(3):
            dispatch.hand_over(n)
        dispatch._waiting.join()
        assert server.llen("celery") == before + 2
        server.delete("celery")
    app.close()
    app.pool.force_close_all()


def test_hand_over_after_a_fork_starts_a_thread_of_its_own(fresh):
    done = threading.Event()

    class Quiet:
        def send_task(self, *given, **options):
            done.set()

    fresh.setattr(dispatch, "current_app", Quiet())
    dispatch.hand_over(1)
    assert done.wait(5)
    done.clear()
    before = dispatch._waiting
    fresh.setattr(dispatch, "_owner_pid", os.getpid() + 1)  # what a forked child finds
    dispatch.hand_over(2)
    assert done.wait(5) and dispatch._waiting is not before
