"""The last day of an ad: a mail three days before, and the end the day after. Queries over dates, safe to run twice."""

from datetime import timedelta

from django.utils import timezone

from vacancies import publishing
from vacancies.models import Vacancy
from vacancies.refusals import StateConflict

REMINDED_BEFORE = timedelta(days=3)
_ROUND = 200


def end_late() -> int:
    """End the ads whose last day has gone by. -> how many."""
    late = Vacancy.objects.filter(state=Vacancy.State.PUBLISHED, last_day__lt=timezone.localdate())
    return sum(_ends(ad) for ad in late.select_related("employer").order_by("pk")[:_ROUND])


def _ends(ad: Vacancy) -> bool:
    try:
        publishing.end(ad, by=None)
    except StateConflict:  # its employer, or another worker, was faster
        return False
    return True


def remind() -> int:
    """Mail the members of employers whose ad ends in three days, once for each time it is shown. -> how many ads.

    Not for ads that were shown for the first time just now: their employer has the day in mind.
    """
    today, now = timezone.localdate(), timezone.now()
    near = Vacancy.objects.shown(today).filter(
        last_day__lte=today + REMINDED_BEFORE, reminded_at=None, published_at__lt=now - REMINDED_BEFORE
    )
    return sum(publishing.remind(ad) for ad in near.select_related("employer").order_by("pk")[:_ROUND])
