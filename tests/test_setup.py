"""The project as a whole: settings for production, migrations, the words."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

from motesplats import catalogues

ROOT = settings.BASE_DIR
SWEDISH = catalogues.catalogue_file(ROOT, "sv")


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


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.skipif(not SWEDISH.exists(), reason="no Swedish catalogue yet")
def test_swedish_catalogue_is_up_to_date_and_whole():
    fresh = catalogues.updated(ROOT, "sv", catalogues.extracted(ROOT))

    assert catalogues.missing(fresh) == []
    assert SWEDISH.read_bytes() == catalogues.as_text(fresh, "sv"), "run: make messages"


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_catalogue_compiles_and_keeps_its_placeholders(language, tmp_path):
    path = catalogues.catalogue_file(ROOT, language)
    if not path.exists():
        pytest.skip(f"no {language} catalogue yet")
    wrong = []
    for message in catalogues.read(path, language):
        if not message.id or not message.string:
            continue
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        given = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = {name for words in asked for name in catalogues.placeholders(words)}
        wrong += [words for words in given if words and not set(catalogues.placeholders(words)) <= allowed]

    assert wrong == []
