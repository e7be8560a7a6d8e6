"""The project as a whole: settings for production, migrations, the words."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = settings.BASE_DIR


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    outside = {key: os.environ[key] for key in ("PATH", "HOME", "VAR_DIR") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=outside | environment, capture_output=True, text=True
    )


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
    "PUBLIC_URL": "https://motesplats.example",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgresql://motesplats:x@127.0.0.1:1/motesplats",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "TRUSTED_PROXY_COUNT": "1",
}


def test_check_deploy_with_production_settings_warns_of_nothing():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SECRET_KEY": "short"}, "Set SECRET_KEY"),
        ({"PUBLIC_URL": None}, "Set PUBLIC_URL"),
        ({"REDIS_URL": None, "WEB_CONCURRENCY": "2"}, "only one process"),
    ],
)
def test_production_without_what_it_needs_refuses_to_start(change, says):
    environment = {key: value for key, value in (PRODUCTION | change).items() if value is not None}

    done = manage("check", **environment)

    assert done.returncode != 0
    assert says in done.stderr


def test_socket_processes_wait_at_most_seconds_for_the_database():
    done = manage(
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'].get('options'))",
        **PRODUCTION,
        PROCESS="ws",
    )

    assert done.stdout.strip() == "-c lock_timeout=2000 -c statement_timeout=5000"


WITHOUT_VENV = """#!/bin/sh
case "$*" in *ensurepip*) exit 1;; esac
exec {python} "$@"
"""


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_run_without_the_venv_module_says_the_one_command_that_helps(tmp_path):
    """The recipe ends with 1. What make itself ends with is not ours to choose: GNU make says 2 after any failed recipe."""
    bare = tmp_path / "python3"
    bare.write_text(WITHOUT_VENV.format(python=sys.executable))
    bare.chmod(0o755)
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).touch()

    command = ["make", "-f", f"{ROOT}/Makefile", "run", f"PYTHON={bare}"]
    outside = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=outside)

    assert done.stdout.strip() == "Python's venv module is missing. This helps: sudo apt-get install python3-venv"
    assert (done.returncode, "Error 1" in done.stderr) == (2, True)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
