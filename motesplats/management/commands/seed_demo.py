import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from motesplats import demo_mail, demo_seed

STALE = timedelta(hours=20)


class Command(BaseCommand):
    help = "Fill the house with invented people, shifts, questions and chats of the last month. Only with DEMO=1."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are people already")
        parser.add_argument("--flush", action="store_true", help="throw EVERYTHING in the database away first")

    def handle(self, *args, if_empty, flush, **options):
        if not settings.DEMO:
            raise CommandError("This is no demo: invented people have no place among real ones. Set DEMO=1.")
        if flush:
            call_command("flush", interactive=False, verbosity=0)
            demo_mail.forget_all()
        if not demo_seed.is_empty():
            self._leave_alone(if_empty)
            return
        started = time.monotonic()
        with _without_query_log():
            demo_seed.seed()
        self.stdout.write(f"Demo people, shifts and chats are in place ({time.monotonic() - started:.1f} s).")

    def _leave_alone(self, if_empty: bool) -> None:
        if not if_empty:
            raise CommandError("There are people here already. --flush throws everything away and starts anew.")
        seeded_at = demo_seed.seeded_at()
        if seeded_at and timezone.now() - seeded_at > STALE:
            self.stdout.write("The demo is from another day. Fresh: .venv/bin/python manage.py seed_demo --flush")


@contextmanager
def _without_query_log() -> Iterator[None]:
    """With DEBUG Django writes every query down, and on SQLite asks another one for each."""
    debug, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = debug
