"""For the health check of a process without a port."""

from django.core.management.base import BaseCommand, CommandError

from motesplats import health


class Command(BaseCommand):
    help = "Exit 0 when `worker` or `beat` has shown a sign of life within two minutes."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("name", choices=["worker", "beat"])

    def handle(self, *args, name, **options):
        if not health.is_fresh(name):
            raise CommandError(f"no fresh heartbeat of {name}")
