"""Is the house well? `/halsa/` answers for one process, `/halsa/redo/` for all that a question needs."""

import logging
from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from motesplats import outbox
from motesplats.models import Heartbeat

log = logging.getLogger(__name__)

HEARTBEAT_FRESH = timedelta(seconds=120)
OUTBOX_LATE = timedelta(minutes=10)
LAYER_SECONDS = 1.0


def beat(name: str) -> None:
    """A background process says that it lives. Never raises: a sign of life must not kill the one who gives it."""
    try:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
    except (DatabaseError, InterfaceError):
        log.warning("no heartbeat written for %s", name)


def is_fresh(name: str) -> bool:
    """True when `worker` or `beat` has said within two minutes that it lives."""
    return Heartbeat.objects.filter(name=name, at__gt=timezone.now() - HEARTBEAT_FRESH).exists()


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def layer_answers() -> bool:
    """The embedded layer lives in this process; the other one is Redis."""
    if settings.EMBEDDED:
        return True
    limits = {"socket_connect_timeout": LAYER_SECONDS, "socket_timeout": LAYER_SECONDS}
    with redis.Redis.from_url(settings.REDIS_URL, **limits) as client:
        return client.ping()


def outbox_flows() -> bool:
    """False when a mail has waited for more than ten minutes to leave our house, tried in vain or not tried at all."""
    waited = outbox.oldest_waiting()
    return waited is None or waited <= OUTBOX_LATE


def worker_lives() -> bool:
    return is_fresh("worker")


def beat_lives() -> bool:
    return is_fresh("beat")


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "layer": layer_answers,
    "worker": worker_lives,
    "beat": beat_lives,
    "outbox": outbox_flows,
}


def state_of_everything() -> dict[str, bool]:
    """The name of each check -> whether it is well. A check that raises is not well."""
    return {name: _passes(name, check) for name, check in CHECKS.items()}


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return bool(check())
    except (DatabaseError, InterfaceError, redis.RedisError, OSError) as problem:
        log.warning("not well: %s (%s)", name, type(problem).__name__)
        return False


def process(request: HttpRequest) -> JsonResponse:
    """`/halsa/`: this process answers. Asks nobody else."""
    return JsonResponse({"ok": True}, headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> JsonResponse:
    """`/halsa/redo/`: 200 when every check is well, else 503."""
    state = state_of_everything()
    well = all(state.values())
    return JsonResponse({"ok": well, **state}, status=200 if well else 503, headers={"Cache-Control": "no-store"})
