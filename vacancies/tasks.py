"""Sweeps over employers and ads. Thin, safe to run twice."""

from celery import shared_task

from vacancies import deadlines, retention, search, staff_mail

SWEEPS = {
    "vacancies.tasks.end_late": 300,
    "vacancies.tasks.remind": 600,
    "vacancies.tasks.tell_missed": 600,
    "vacancies.tasks.follow_words": 300,
    "vacancies.tasks.remove_old": 3600,
}

end_late = shared_task(name="vacancies.tasks.end_late")(deadlines.end_late)
remind = shared_task(name="vacancies.tasks.remind")(deadlines.remind)
tell_missed = shared_task(name="vacancies.tasks.tell_missed")(staff_mail.tell_missed)
remove_old = shared_task(name="vacancies.tasks.remove_old")(retention.remove_old)


@shared_task
def follow_words() -> None:
    """The words of ads that some other way has shown or ended."""
    search.follow_forgotten()
