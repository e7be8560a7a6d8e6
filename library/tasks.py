"""Tasks of this floor. Thin, safe to run twice; SWEEPS says how often, in seconds."""

from celery import shared_task
from django.conf import settings

from library import links

SWEEPS = {"library.tasks.check_links": 30}  # one address each time: no host is asked twice in a row without a pause


@shared_task
def check_links() -> None:
    """Asks the next page that a tip leads to whether it is still there, when LINK_CHECK is on."""
    if settings.LINK_CHECK:
        links.check_next()
