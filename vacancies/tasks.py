"""Sweeps over employers and ads. Thin, safe to run twice."""

from celery import shared_task
from django.utils import timezone

from motesplats import limits
from vacancies import deadlines, exchange, exchange_child, retention, search, staff_mail, watching

SWEEPS = {
    "vacancies.tasks.end_late": 300,
    "vacancies.tasks.remind": 600,
    "vacancies.tasks.tell_missed": 600,
    "vacancies.tasks.follow_words": 300,
    "vacancies.tasks.tidy_words": 86_400,
    "vacancies.tasks.remove_old": 3600,
    "vacancies.tasks.import_ads": 60,
    "vacancies.tasks.fetch_wished": 20,
    "vacancies.tasks.tell_about_new": 600,
}

end_late = shared_task(name="vacancies.tasks.end_late")(deadlines.end_late)
remind = shared_task(name="vacancies.tasks.remind")(deadlines.remind)
tell_missed = shared_task(name="vacancies.tasks.tell_missed")(staff_mail.tell_missed)
remove_old = shared_task(name="vacancies.tasks.remove_old")(retention.remove_old)


@shared_task
def follow_words() -> None:
    """The words of ads that some other way has shown or ended."""
    search.follow_forgotten()


@shared_task
def tidy_words() -> None:
    """The words of ads that have ended; once a day, also where `manage.py sweep` comes each minute."""
    if limits.allow("vacancies.tidy_words", times=1, seconds=20 * 3600):
        search.tidy_words()


@shared_task
def import_ads() -> None:
    """Platsbanken is followed, when JOBTECH is on: by a process of its own."""
    if exchange.is_due(timezone.now()):
        exchange_child.start()


@shared_task
def fetch_wished() -> None:
    """Ads whose address somebody has pasted."""
    exchange.fetch_wished()


@shared_task
def tell_about_new() -> None:
    """A mail to each saved search that something new fits, at most one a day."""
    watching.tell_about_new()
