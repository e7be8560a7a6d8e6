from django.core.management.base import BaseCommand

from volunteers import push


class Command(BaseCommand):
    help = "Make the key that signs notices to phones (VAPID), and print it for the environment. Keep it secret."

    def handle(self, **options) -> None:
        private, public = push.new_keys()
        self.stdout.write(
            "Put this in the environment of all processes. With another key every device must be added anew."
        )
        self.stdout.write(f"VAPID_PRIVATE_KEY={private}")
        self.stdout.write(f"The public key that follows from it: {public}")
