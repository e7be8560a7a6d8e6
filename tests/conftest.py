"""Fixtures of every test. The daemons behind them are started by tests/plugin.py."""

import importlib
import ipaddress
import os
import re
import socket
import sys

import pytest


def _refuse_the_internet(real):
    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise PermissionError(f"tests do not leave the machine: {address!r}")
        return real(self, address)

    return connect


def _is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_internet():
    """Connecting anywhere but to this machine raises PermissionError."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse_the_internet(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _refuse_the_internet(socket.socket.connect_ex))
        yield


_READS_ITSELF = re.compile(r'UPDATE "(\w+)" .* IN \(SELECT \w+\."\w+" FROM "\1" ', re.DOTALL)


def _refuse_stale_updates(execute, sql, params, many, context):
    assert not _READS_ITSELF.match(sql), f"this UPDATE reads its own table as it was before the others: {sql[:300]}"
    return execute(sql, params, many, context)


@pytest.fixture(scope="session", autouse=True)
def no_stale_updates():
    """An UPDATE that finds its rows by a join fails the test.

    Django writes `.filter(other__field=…).update()` as `id IN (SELECT …)`. PostgreSQL checks only the outer row again
    after waiting for somebody else's change, so two at once would both win (PostgreSQL, "Read Committed").
    """
    from django.db.backends.signals import connection_created  # after the settings

    def watch(connection, **_):
        if _refuse_stale_updates not in connection.execute_wrappers:
            connection.execute_wrappers.append(_refuse_stale_updates)

    connection_created.connect(watch, weak=False)
    yield
    connection_created.disconnect(watch)


@pytest.fixture(scope="session", autouse=True)
def quick_emptying():
    """Tests that commit are tidied up after in milliseconds."""
    from django.test import TransactionTestCase  # after the settings

    from tests.emptying import empty_database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_database)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The tables as the models say (`--no-migrations`), and what only SQL can say.

    Walking through the migrations costs each worker ten times as much. That they lead to the same tables is held by
    test_no_migration_is_missing; that they run, by the houses of tests/e2e and tests/embedded.
    """
    from django.db import connection  # after the settings

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for name in ("library.migrations.0002_search", "vacancies.migrations.0003_search"):
            importlib.import_module(name).make(None, editor)


@pytest.fixture(scope="module")
def for_the_file(django_db_setup, django_db_blocker):
    """`for_the_file(build)` -> what `build()` made, once: its rows lie under all tests of the file and go after the last.

    For fixtures of module scope. Hand each test a deep copy, in a fixture that asks for `db`. Not beside tests that
    commit (`transaction=True`), nor beside tests that count rows of their own.
    """
    from django.conf import settings  # after the settings
    from django.db import transaction
    from django.utils import translation

    atomic = transaction.atomic()
    atomic._from_testcase = True  # as TestCase marks its own: `durable=True` is allowed inside
    with django_db_blocker.unblock():
        atomic.__enter__()

    def once(build):
        with django_db_blocker.unblock(), translation.override(settings.LANGUAGE_CODE):
            return build()

    yield once
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Redis of this test run; its own database number for each pytest-xdist worker."""
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("needs redis-server")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{url.rpartition('/')[0]}/{worker}"


@pytest.fixture
def on_postgres(db):
    """Skips where the run is on SQLite."""
    from django.db import connection  # after the settings

    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture(autouse=True)
def swedish():
    """Each test begins in the house's language, whatever the test before it spoke."""
    from django.conf import settings  # after the settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def fresh_chat():
    """Hub, writer and caches that live in the process start empty in each test: modules with `reset()` are reset."""
    yield
    for name in ("chat.hub", "chat.writer", "chat.sockets", "vacancies.finding"):
        reset = getattr(sys.modules.get(name), "reset", None)
        if reset is not None:
            reset()


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """pytest-django's, but stopped before the database goes, and stopping waits for the pages that are being made.

    Alone it would let the threads of its pages end when they like, with their connections to the database.
    """
    live_server.thread.httpd.daemon_threads = False  # these are the threads that `server_close` waits for
    return live_server
