"""Every sweep once: what beat does, for a cron line or a systemd timer."""

import logging

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from motesplats.celery import sweeps

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run every sweep once, in this process: mails, clocks, promises. Safe beside a running beat."

    def handle(self, *args, **options):
        failed = []
        for name in sweeps():
            if name == "motesplats.tasks.note_worker":
                continue  # only a worker may say that a worker lives
            try:
                import_string(name)()
            except Exception:
                log.exception("sweep failed: %s", name)
                failed.append(name)
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")
