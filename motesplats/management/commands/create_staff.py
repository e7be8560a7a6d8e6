from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from motesplats import accounts


class Command(BaseCommand):
    help = "Make (or promote) an account that works at IM, and print a link that logs in once, within 24 hours."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="what colleagues and others see")
        parser.add_argument("--superuser", action="store_true", help="may do everything, also appoint others")

    def handle(self, *, email: str, name: str, superuser: bool, **options) -> None:
        try:
            validate_email(email)
            link = accounts.invite_staff(email, display_name=name, is_superuser=superuser)
        except (ValidationError, ValueError) as problem:
            raise CommandError(" ".join(getattr(problem, "messages", [str(problem)])))
        self.stdout.write(f"Give this link to {email}. It logs in once, within {accounts.INVITATION_HOURS} hours,")
        self.stdout.write("then asks for a passkey or an app with codes. Do not send it where others can read it.")
        self.stdout.write(link)
