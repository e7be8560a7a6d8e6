"""Tasks of this floor. Thin, safe to run twice; SWEEPS says how often, in seconds."""

from celery import shared_task

from volunteers import care, certificates, push, reminders, retention, rules, standing, thanks

expand_rules = shared_task(name="volunteers.tasks.expand_rules")(rules.expand_all)
remind = shared_task(name="volunteers.tasks.remind")(reminders.remind)
fill_standing = shared_task(name="volunteers.tasks.fill_standing")(standing.fill)
ask_missing = shared_task(name="volunteers.tasks.ask_missing")(reminders.ask_missing)
free_silent = shared_task(name="volunteers.tasks.free_silent")(reminders.free_silent)
greet_device = shared_task(name="volunteers.tasks.greet_device")(push.greet)
remove_old_care = shared_task(name="volunteers.tasks.remove_old_care")(care.remove_old)
remove_old_thanks = shared_task(name="volunteers.tasks.remove_old_thanks")(thanks.remove_old)
remove_old_certificates = shared_task(name="volunteers.tasks.remove_old_certificates")(certificates.remove_old)
remove_old_details = shared_task(name="volunteers.tasks.remove_old_details")(retention.remove_old)

SWEEPS = {
    "volunteers.tasks.expand_rules": 300,
    "volunteers.tasks.fill_standing": 300,
    "volunteers.tasks.remind": 60,
    "volunteers.tasks.ask_missing": 30,
    "volunteers.tasks.free_silent": 30,
    "volunteers.tasks.remove_old_care": 3600,
    "volunteers.tasks.remove_old_thanks": 3600,
    "volunteers.tasks.remove_old_certificates": 3600,
    "volunteers.tasks.remove_old_details": 3600,
}
