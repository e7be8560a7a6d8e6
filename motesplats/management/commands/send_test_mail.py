"""`manage.py send_test_mail ADDRESS`: does our mail leave?"""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from motesplats import outbox


class Command(BaseCommand):
    help = "Send a test mail and say in plain words what is wrong if it does not leave."

    def add_arguments(self, parser):
        parser.add_argument("address")
        parser.add_argument("--language", default="sv")

    def handle(self, *args, address, language, **options):
        with override("en"):  # commands speak to technicians; only the mail is in `language`
            wrong = outbox.send_test(address, language)
        if wrong:
            raise CommandError(wrong)
        self.stdout.write(f"Sent to {address}. Look in the inbox, and in the spam folder.")
