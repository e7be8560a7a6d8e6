"""Loaded with `-p` before Django's settings are read: starts the daemons of a test run, once, and ends them.

With PostgreSQL's programs on the machine the run is on a throwaway cluster; without them, or with DB=sqlite, on a SQLite
file. A caller that sets DATABASE_URL keeps it. Workers of pytest-xdist get everything through the environment.
"""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId

from motesplats.daemons import Daemon, Postgres, Redis, find_program, postgres_programs

# A run starts dozens of Pythons. Where bytecode may not be kept, each of them reads 1,300 files of source for seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_running: list[Daemon] = []
_folders: list[Path] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args):
    if "PYTEST_XDIST_WORKER" not in os.environ and not {"--help", "-h", "--version", "--collect-only"} & set(args):
        try:
            _prepare()
        except BaseException:
            pytest_unconfigure()
            raise
    return (yield)


def _prepare() -> None:
    folder = Path(tempfile.mkdtemp(prefix="motesplats-tests-"))
    folder.chmod(0o755)  # PostgreSQL may run as somebody else than we
    _folders.append(folder)
    os.environ["VAR_DIR"] = str(folder / "var")
    (folder / "var").mkdir()
    wants_sqlite = os.environ.get("DB") == "sqlite"
    if "DATABASE_URL" not in os.environ:
        if wants_sqlite or postgres_programs() is None:
            os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'tests.sqlite3'}"
        else:
            postgres = _started(Postgres(folder / "postgres", durable=False))
            os.environ["DATABASE_URL"] = postgres.url
            os.environ["TEST_POSTGRES_SOCKET"] = str(postgres.directory)
    if not wants_sqlite and "TEST_REDIS_URL" not in os.environ and find_program("redis-server"):
        os.environ["TEST_REDIS_URL"] = _started(Redis(folder / "redis")).url


def _started(daemon):
    daemon.start()
    _running.append(daemon)
    return daemon


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Tests of one xdist_group go to one worker, the longest way first: the scheduler sees only ids, `…@group`.

    pytest-xdist 3.8 writes the group where pytest 9.2 no longer looks, so that each worker would start a house of its
    own (https://github.com/pytest-dev/pytest-xdist/issues/1386).
    """
    if not getattr(config.option, "loadgroup", False):  # set by xdist in its workers
        return
    for item in items:
        if "for_the_file" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if mark := item.get_closest_marker("xdist_group"):
            suffix = f"@{mark.args[0]}"
            item._id = NodeId.parse(item.nodeid.removesuffix(suffix) + suffix)
    items.sort(key=_turn)


def _turn(item) -> int:
    """What must stay on one worker first, then what is long; many quick ones last, to end together."""
    has_group = "@" in item.nodeid.rpartition("]")[2]
    return 0 if has_group else 1 if item.path.parent.name in ("tests", "e2e") else 2


def pytest_collection_finish():
    """What is loaded now stays: the collector of rubbish need not walk through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_report_header():
    engine = os.environ.get("DATABASE_URL", "").split(":")[0] or "-"
    return f"database: {engine}, redis: {'yes' if os.environ.get('TEST_REDIS_URL') else 'no'}"


def pytest_unconfigure():
    while _running:
        _running.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
