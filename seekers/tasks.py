"""Tasks of this floor. Thin, safe to run twice; SWEEPS says how often, in seconds."""

from celery import shared_task

from seekers import orphans, preparation, retention

# Reading a file may take 110 s, in children with limits of their own; a task must end before the broker gives it to
# another worker (visibility_timeout, 120 s). The solo pool of the embedded mode knows no limits and needs none.
LONG = {"soft_time_limit": 112, "time_limit": 116}

SWEEPS = {
    "seekers.tasks.prepare_due": 10,
    "seekers.tasks.remove_orphans": 3600,
    "seekers.tasks.remove_old": 600,
}


@shared_task(**LONG)
def prepare_version(version_id: int) -> None:
    """Makes one version readable at once; the sweep would find it a little later."""
    preparation.prepare(version_id)


@shared_task(**LONG)
def prepare_due() -> None:
    """Makes readable what lost tasks and dead workers left."""
    preparation.prepare_due()


@shared_task
def remove_orphans() -> None:
    """Takes away stored bytes that no row knows of."""
    orphans.remove_orphans()


@shared_task
def remove_old() -> None:
    """Takes away what has been kept as long as was promised."""
    retention.remove_old()
