"""The door for our own mail server: one mail on standard input (docs/mail.md). Its exit code says what Postfix does."""

import os
import sys

from django.core.management.base import BaseCommand

from chat import email_in
from chat.models import InboundMail
from motesplats.mail_reading import MAIL_MAX_BYTES


class Command(BaseCommand):
    help = "Take in a mail from standard input. Exit 0: it is stored; 65: nothing came; 75: try again later."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("recipient", nargs="?", default="", help="where it was delivered: ${original_recipient}")

    def handle(self, *args, recipient, **options):
        try:
            raw = sys.stdin.buffer.read(MAIL_MAX_BYTES + 1)
            if not raw.strip():
                sys.exit(os.EX_DATAERR)
            email_in.receive(raw, door=InboundMail.Door.PIPE, recipient=recipient)
        except Exception as problem:  # Postfix would send back to the sender what ends otherwise; words may be private
            self.stderr.write(type(problem).__name__)
            sys.exit(os.EX_TEMPFAIL)
