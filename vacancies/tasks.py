"""Sweeps over employers and ads. Thin, safe to run twice."""

from celery import shared_task

from vacancies import retention, search

SWEEPS = {"vacancies.tasks.remove_old": 3600, "vacancies.tasks.follow_words": 300}

remove_old = shared_task(name="vacancies.tasks.remove_old")(retention.remove_old)


@shared_task
def follow_words() -> None:
    """The words of ads that some other way has shown or ended."""
    search.follow_forgotten()
