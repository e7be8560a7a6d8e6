"""The whole house in one process."""

import os

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

FRAME_BYTES = 64 * 1024


class Command(BaseCommand):
    help = "Serve pages, sockets, worker and clock in one process: for a laptop, a try-out, a small office."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args, host, port, **options):
        refuse_what_cannot_work()
        from motesplats.asgi import application  # both only where they run: they start threads and loops
        from motesplats.embedded import Background

        server = uvicorn.Server(config(application, host, port))
        background = Background()
        background.start()
        try:
            self.greet(port)
            server.run()
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            background.stop()
        self.stdout.write("Stopped.")

    def greet(self, port: int) -> None:
        self.stdout.write(f"\nMötesplats: {settings.PUBLIC_URL}/   (Ctrl-C stops it)")
        for line in login_hints():
            self.stdout.write(line)
        self.stdout.write("")
        self.stdout.flush()


def refuse_what_cannot_work() -> None:
    """Errors: CommandError in words."""
    if not settings.EMBEDDED:
        raise CommandError("REDIS_URL is set: that is full mode, see docs/running.md. `serve` is the embedded mode.")
    if os.environ.get("WEB_CONCURRENCY", "1") != "1":
        raise CommandError("The embedded mode is one process. Set REDIS_URL to run more, see docs/running.md.")
    if not settings.DEBUG and (len(settings.SECRET_KEY) < 50 or settings.SECRET_KEY.startswith("django-insecure")):
        raise CommandError("Set SECRET_KEY to at least 50 random characters.")


def config(application, host: str, port: int) -> uvicorn.Config:
    """uvicorn as measured: the sans-io websockets, no deflate, small frames, pings that show who is still there."""
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=1,
        proxy_headers=bool(settings.TRUSTED_PROXY_COUNT),
        server_header=False,
        access_log=False,
        log_config=None,
    )


def login_hints() -> list[str]:
    """How to log in, from the demo, when there is one."""
    if not settings.DEMO:
        return []
    try:
        hints = import_string("motesplats.demo.login_hints")
    except ImportError:
        return []
    return hints()
