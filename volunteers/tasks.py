"""Tasks of this floor. Thin, safe to run twice; SWEEPS says how often, in seconds."""

from celery import shared_task

from volunteers import care, thanks

remove_old_care = shared_task(name="volunteers.tasks.remove_old_care")(care.remove_old)
remove_old_thanks = shared_task(name="volunteers.tasks.remove_old_thanks")(thanks.remove_old)

SWEEPS = {
    "volunteers.tasks.remove_old_care": 3600,
    "volunteers.tasks.remove_old_thanks": 3600,
}
