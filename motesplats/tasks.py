"""Sweeps of the ground floor. Thin, safe to run twice."""

from celery import shared_task

from motesplats import access, accounts, audit, health, outbox, overdue, retention

SWEEPS = {
    "motesplats.tasks.deliver_due_mail": 10,
    "motesplats.tasks.note_worker": 30,
    "motesplats.tasks.seal_audit": 60,
    "motesplats.tasks.forget_what_ended": 3600,
    "motesplats.tasks.report_overdue": 86_400,
}


@shared_task
def deliver_due_mail() -> None:
    """Sends every mail whose time has come."""
    outbox.deliver_due()


@shared_task
def deliver_mail(mail_id: int) -> None:
    """Sends one new mail at once; the sweep would find it a little later."""
    outbox.deliver_new(mail_id)


@shared_task
def note_worker() -> None:
    """Writes down that a worker is alive and that beat reaches it."""
    health.beat("worker")


@shared_task
def seal_audit() -> None:
    """Adds the latest audit entries to the hash chain."""
    audit.seal()


@shared_task
def forget_what_ended() -> None:
    """Removes sessions that are over, accounts begun at the door and never proved, to whom old mails went."""
    access.clear_ended_sessions()
    accounts.forget_unproved()
    retention.remove_old()


@shared_task
def report_overdue() -> None:
    """Writes in the log what is still there a day after its time."""
    overdue.report()
