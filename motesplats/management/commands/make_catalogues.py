"""Finds every sentence that is to be translated and brings the catalogues up to date."""

from django.conf import settings
from django.core.management.base import BaseCommand

from motesplats import catalogues


class Command(BaseCommand):
    help = "Update locale/*/LC_MESSAGES/django.po from the code and the templates; translations are kept."
    requires_system_checks = []

    def handle(self, *args, **options):
        template = catalogues.extracted(settings.BASE_DIR)
        for language, _name in settings.LANGUAGES:
            changed = catalogues.update(settings.BASE_DIR, language, template)
            path = catalogues.catalogue_file(settings.BASE_DIR, language)
            left = len(catalogues.missing(catalogues.read(path, language)))
            self.stdout.write(f"{language}: {len(template)} messages, {left} to do{' (changed)' if changed else ''}")
