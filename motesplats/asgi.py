"""`application`: everything in one process (embedded mode). `sockets`: only /ws/ and its own health (full mode)."""

import asyncio
import os
import re

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motesplats.settings.dev")
pages = get_asgi_application()  # loads the apps: what follows imports models

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.urls import re_path  # noqa: E402
from django.utils.translation import get_language_from_path, override  # noqa: E402

from chat.sockets import routes  # noqa: E402
from motesplats import uploads  # noqa: E402
from motesplats.static_files import StaticFiles, answer  # noqa: E402


async def refuse(scope, receive, send) -> None:
    """An unknown socket address: 403 before the handshake."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


async def health_only(scope, receive, send) -> None:
    """A socket process has no pages, but says that it lives."""
    lives = scope["path"] == "/halsa/"
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await answer(send, 200 if lives else 404, headers, b'{"ok": true}' if lives else b"{}")


class LimitedBodies:
    """Refuses too large request bodies before a byte is kept; Django looks only when all of it lies on the disk.

    Where files are sent the answer is a page that says what to do, and the browser may finish sending first.
    """

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send) -> None:
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        declared = int(lengths[0]) if len(lengths) == 1 and lengths[0].isdigit() else None
        said = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        most = uploads.most_bytes(scope["path"], declared, authorization=said)
        if lengths and (declared is None or declared > most):
            await self.refuse(scope, receive, send, declared or 0)
            return
        taken, is_answered = 0, False

        async def counted():
            nonlocal taken
            event = await receive()
            taken += len(event.get("body", b""))
            return event if taken <= most else {"type": "http.disconnect"}

        async def noted(event):
            nonlocal is_answered
            is_answered = True
            await send(event)

        await self.inner(scope, counted, noted)
        if taken > most and not is_answered:  # it did not say its size, and Django let go of it
            await self.refuse(scope, receive, send, uploads.READ_AWAY_BYTES + 1)

    async def refuse(self, scope, receive, send, declared: int) -> None:
        is_form_with_files = re.match(uploads.WITH_FILES, scope["path"]) and declared <= uploads.READ_AWAY_BYTES
        while is_form_with_files:
            event = await receive()
            if event["type"] == "http.disconnect" or not event.get("more_body"):
                break
        page = await asyncio.to_thread(too_large_page, scope["path"])
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
        await answer(send, 413, headers, page)


def too_large_page(path: str) -> bytes:
    """413 in the language of the address."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        return render_to_string("413.html", {"path": path}).encode()


_websocket = AuthMiddlewareStack(URLRouter([*routes, re_path(r"", refuse)]))

application = ProtocolTypeRouter({"http": LimitedBodies(StaticFiles(pages)), "websocket": _websocket})
sockets = ProtocolTypeRouter({"http": health_only, "websocket": _websocket})
