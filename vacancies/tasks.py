"""Sweeps over employers and ads. Thin, safe to run twice."""

from celery import shared_task

from vacancies import retention

SWEEPS = {"vacancies.tasks.remove_old": 3600}

remove_old = shared_task(name="vacancies.tasks.remove_old")(retention.remove_old)
