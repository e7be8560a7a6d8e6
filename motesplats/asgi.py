"""`application`: everything in one process (embedded mode). `sockets`: only /ws/ and its own health (full mode)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motesplats.settings.dev")
pages = get_asgi_application()  # loads the apps: what follows imports models

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from chat.sockets import routes  # noqa: E402
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


class SmallBodies:
    """Refuses request bodies over 3 MB before a byte is kept; Django looks only when all of it lies on the disk."""

    def __init__(self, inner, most: int = 3_000_000):
        self.inner, self.most = inner, most

    async def __call__(self, scope, receive, send) -> None:
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if any(not value.isdigit() or int(value) > self.most for value in lengths):
            return await answer(send, 413, [(b"content-type", b"text/plain; charset=utf-8")], b"Too large")
        taken = 0

        async def counted():
            nonlocal taken
            event = await receive()
            taken += len(event.get("body", b""))
            return event if taken <= self.most else {"type": "http.disconnect"}

        return await self.inner(scope, counted, send)


_websocket = AuthMiddlewareStack(URLRouter([*routes, re_path(r"", refuse)]))

application = ProtocolTypeRouter({"http": SmallBodies(StaticFiles(pages)), "websocket": _websocket})
sockets = ProtocolTypeRouter({"http": health_only, "websocket": _websocket})
