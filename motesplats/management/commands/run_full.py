"""`make full`: production's processes on this machine."""

import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from motesplats.daemons import NotInstalled, answers
from motesplats.processes import Stack, read_processes

DEMO = {"DJANGO_SETTINGS_MODULE": "motesplats.settings.dev", "DEMO": "1"}


class Command(BaseCommand):
    help = "Start PostgreSQL, Redis, pages, sockets, worker, beat and Caddy natively. Ctrl-C ends them all."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="with DEBUG, demo people and /demo/")

    def handle(self, *args, demo, **options):
        if answers(settings.PORT):
            raise CommandError(f"Port {settings.PORT} is taken. Choose another: PORT=8080 make full")
        counts = {name: entry["count"] for name, entry in read_processes()["process"].items()}
        ended = threading.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, lambda *_: ended.set())
        stack = Stack(settings.VAR_DIR / "full", port=settings.PORT, environment=DEMO if demo else None, **counts)
        try:
            stack.start()
            self.stdout.write(f"\nMötesplats: {stack.url}/   (Ctrl-C stops it; logs in {stack.folder})\n")
            self.stdout.flush()
            ended.wait()
        except NotInstalled as problem:
            raise CommandError(str(problem))
        finally:
            stack.stop()
        self.stdout.write("Stopped.")
