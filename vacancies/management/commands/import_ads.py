"""Bring the copy of Platsbanken up to date: `manage.py import_ads`. docs/exchange.md."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vacancies import exchange


class Command(BaseCommand):
    help = "Fetch ads from Platsbanken: everything the first time, then what has changed. Needs JOBTECH=1."

    def handle(self, *args, **options):
        if not settings.JOBTECH:
            raise CommandError("The import is off. Set JOBTECH=1.")
        result = exchange.run()
        said = f"{result.read} read, {result.changed} changed, {result.removed} removed, {result.bad} bad"
        if result.problem and result.problem != "soon":
            raise CommandError(f"{said}; stopped: {result.problem}. Run it again: it goes on where it was.")
        self.stdout.write(said)
