"""The whole of processes.toml on free ports, once for the folder."""

import os
import tempfile
from pathlib import Path

import pytest

from motesplats.daemons import find_program, postgres_programs
from motesplats.processes import Stack


def lacking() -> list[str]:
    """What is not installed of what the full mode needs."""
    found = [name for name in ("redis-server", "caddy") if find_program(name) is None]
    return found if postgres_programs() else [*found, "postgresql"]


def open_to_others(folder: Path) -> None:
    """PostgreSQL may run as somebody else than we: let it walk down to `folder`."""
    for parent in (folder, *folder.parents):
        if parent == Path(tempfile.gettempdir()):
            break
        parent.chmod(0o755)


def pytest_collection_modifyitems(items):
    for item in items:
        if "stack" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("stack"))  # one for the folder, not one for each worker


@pytest.fixture(scope="package")
def stack(tmp_path_factory):
    """PostgreSQL, Redis, two page and two socket processes, worker and beat behind Caddy."""
    if os.environ.get("DB") == "sqlite":
        pytest.skip("has a PostgreSQL of its own: once is enough, in the run on PostgreSQL")
    if lacking():
        pytest.skip(f"needs {', '.join(lacking())}")
    folder = tmp_path_factory.mktemp("stack")
    open_to_others(folder)
    with Stack(folder, web=2, ws=2) as running:
        yield running
