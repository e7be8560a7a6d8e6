import pytest
from django.core.management.base import CommandError

from motesplats.management.commands.serve import config, login_hints, refuse_what_cannot_work


def test_serve_with_a_real_key_in_one_process_is_fine(settings, monkeypatch):
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    settings.DEBUG, settings.SECRET_KEY = False, "x" * 50

    refuse_what_cannot_work()


def test_serve_with_redis_is_refused(settings):
    settings.EMBEDDED = False

    with pytest.raises(CommandError, match="REDIS_URL is set"):
        refuse_what_cannot_work()


def test_serve_with_two_processes_is_refused(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "2")

    with pytest.raises(CommandError, match="one process"):
        refuse_what_cannot_work()


@pytest.mark.parametrize("key", ["short", "django-insecure-" + "x" * 50])
def test_serve_without_debug_and_a_real_key_is_refused(settings, key):
    settings.DEBUG, settings.SECRET_KEY = False, key

    with pytest.raises(CommandError, match="SECRET_KEY"):
        refuse_what_cannot_work()


def test_server_takes_small_frames_without_deflate():
    chosen = config(None, "127.0.0.1", 8000)

    assert (chosen.ws_max_size, chosen.ws_per_message_deflate, chosen.ws_ping_interval) == (65_536, False, 20)


def test_login_hints_outside_the_demo_are_none(settings):
    settings.DEMO = False

    assert login_hints() == []
