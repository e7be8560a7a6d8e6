"""200 mails while the worker is killed three times, and while the mail server is away: all leave, each once."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from motesplats import dispatch, outbox
from motesplats.daemons import wait_until
from motesplats.models import OutboxMail
from tests import make
from tests.faults.house import Child, MailServer

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_postgres"),
    pytest.mark.xdist_group("mail"),
]
LEASE_SECONDS, LIMIT_SECONDS = 5, 90


@pytest.fixture
def post_office(transactional_db, tmp_path, redis_url, monkeypatch):
    """-> (mail server, worker), the server on, the worker and beat started."""
    app = Celery("fault", broker=redis_url, set_as_current=False)
    monkeypatch.setattr(dispatch, "current_app", app)
    server = MailServer(tmp_path / "server")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.dev",
        "SECRET_KEY": settings.SECRET_KEY,
        "DEMO": "0",
        "DATABASE_URL": _test_database_url(),
        "REDIS_URL": redis_url,
        "DELIVERY_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(server.port),
        "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        "MAILS_PER_MINUTE": "0",
    }
    celery = ["celery", "-A", "motesplats.celery:app"]
    worker = Child(tmp_path / "worker", *celery, "worker", "-c", "2", "--without-mingle", environment=environment)
    beat = Child(tmp_path / "beat", *celery, "beat", environment=environment)
    for daemon in (server, worker, beat):
        daemon.start()
    yield server, worker
    for daemon in (worker, beat, server):
        daemon.stop(signal.SIGKILL)
    app.close()
    wait_until(_nobody_else_is_in_the_database, what="the end of the killed workers' sessions")


def _nobody_else_is_in_the_database() -> bool:
    """PostgreSQL ends a killed client's session a little later; until then it may hold locks against the clean-up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() == (0,)


def _test_database_url() -> str:
    given = urlsplit(os.environ["DATABASE_URL"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _queue_all(count: int) -> set[str]:
    person = make.user()
    mails = [outbox.queue(outbox.TEST, to=person, dedupe_key=f"fault:{n}") for n in range(count)]
    return {mail.message_id for mail in mails}


def _wait_for_first(server: MailServer) -> float:
    end = time.monotonic() + 30
    while not server.taken():
        assert time.monotonic() < end, "no mail left within 30 s"
        time.sleep(0.05)
    return time.monotonic()


def _wait_for_all(began: float) -> float:
    waiting = (OutboxMail.State.PENDING, OutboxMail.State.SENDING)
    while OutboxMail.objects.filter(state__in=waiting).exists():
        assert time.monotonic() - began < LIMIT_SECONDS, "not all mails left in time"
        time.sleep(0.2)
    return time.monotonic() - began


@contextmanager
def _halted(server: MailServer, worker: Child):
    """The worker stands still at a moment when every mail that the server has taken is marked as sent with us.

    Between the server's "250 OK" and our COMMIT lie a few milliseconds in which a death repeats that one mail, with the
    same Message-ID. No protocol can prevent it, so no kill of ours falls there: the worker is halted, looked at, and let
    go on until none of its mails is in that gap. Everywhere else in the work a kill may fall, and does.
    """
    for _ in range(50):
        os.killpg(worker.process.pid, signal.SIGSTOP)
        time.sleep(0.3)  # what was on its way to the server arrives
        marked = set(OutboxMail.objects.filter(state=OutboxMail.State.SENT).values_list("message_id", flat=True))
        if set(server.taken()) == marked:
            break
        os.killpg(worker.process.pid, signal.SIGCONT)
        time.sleep(random.uniform(0.01, 0.2))
    else:
        raise AssertionError("a mail was in the gap whenever we looked")
    yield
    if worker.process:  # not killed
        os.killpg(worker.process.pid, signal.SIGCONT)


def _under_way() -> int:
    return OutboxMail.objects.filter(state=OutboxMail.State.SENDING).count()


def _assert_each_once(server: MailServer, wanted: set[str]) -> str:
    assert Counter(server.taken()) == Counter(wanted)
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {OutboxMail.State.SENT}
    return f"{len(wanted)} of {len(wanted)} mails delivered, 0 doubled"


def test_worker_killed_three_times_delivers_all_once(post_office, figures):
    server, worker = post_office
    wanted = _queue_all(200)
    began, interrupted = _wait_for_first(server), 0
    for second in (1.5, 6, 12):
        time.sleep(max(0.0, began + second - time.monotonic()))
        with _halted(server, worker):
            interrupted += _under_way()
            worker.stop(signal.SIGKILL)
        worker.start()
    seconds = _wait_for_all(began)
    assert interrupted > 0  # mails were being sent when the worker died
    counted = f"{_assert_each_once(server, wanted)}, {interrupted} sent anew"
    figures(f"worker killed 3 times while mailing: {counted}, {seconds:.1f} s")


def test_mail_server_away_for_a_while_delivers_all_once(post_office, figures):
    server, worker = post_office
    wanted = _queue_all(60)
    began = _wait_for_first(server)
    time.sleep(max(0.0, began + 2 - time.monotonic()))
    with _halted(server, worker):
        server.stop(signal.SIGKILL)
    time.sleep(3)
    server.start()
    seconds = _wait_for_all(began)
    figures(f"mail server away for 3 s: {_assert_each_once(server, wanted)}, {seconds:.1f} s")
