"""django.po -> django.mo, without GNU gettext."""

from django.conf import settings
from django.core.management.base import BaseCommand

from motesplats import catalogues


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/django.po. The .mo files are not in git."
    requires_system_checks = []

    def handle(self, *args, **options):
        done = [catalogues.compile_one(path) for path in sorted(settings.BASE_DIR.glob("locale/*/LC_MESSAGES/*.po"))]
        self.stdout.write(f"Compiled {len(done)} catalogues.")
