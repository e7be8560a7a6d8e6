"""processes.toml -> docker-compose.yml, Caddyfile."""

from django.conf import settings
from django.core.management.base import BaseCommand

from motesplats import deployment


class Command(BaseCommand):
    help = "Write docker-compose.yml and Caddyfile from processes.toml."
    requires_system_checks = []

    def handle(self, *args, **options):
        for name, text in files().items():
            (settings.BASE_DIR / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {name}")


def files() -> dict[str, str]:
    """File name -> what it must hold."""
    return {"docker-compose.yml": deployment.compose(), "Caddyfile": deployment.caddyfile("{$PUBLIC_URL}")}
