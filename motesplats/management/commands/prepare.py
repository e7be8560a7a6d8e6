"""What must be done before the processes start: one command, so that Python starts once."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from chat import easier, phrases
from library import content as library_content
from seekers import content
from volunteers import conduct, course_content, helplines


class Command(BaseCommand):
    help = "Bring the database up to date. --assets: also catalogues and static files. --demo: demo people when empty."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--assets", action="store_true")
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args, assets, demo, **options):
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        content.load_missing()
        library_content.load_missing()
        helplines.load_missing()
        phrases.load_missing()
        conduct.load_missing()
        course_content.load_missing()
        easier.load_missing()
        if settings.IS_SQLITE:
            Path(settings.DATABASES["default"]["NAME"]).chmod(0o600)  # chats and sessions
        if assets:
            call_command("compile_catalogues", stdout=self.stdout)
            call_command("collectstatic", interactive=False, verbosity=0)
        if demo and settings.DEMO and "seed_demo" in get_commands():
            call_command("seed_demo", if_empty=True, stdout=self.stdout)
