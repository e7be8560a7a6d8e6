"""A real uvicorn in a thread with our sockets, and browsers that speak to it with a real handshake."""

import asyncio
import contextlib
import json
import threading
import time
from uuid import uuid4

import uvicorn
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from chat import hub as hub_module
from chat.models import Message
from motesplats import access
from seekers.models import HelpRequest

ORIGIN = settings.CSRF_TRUSTED_ORIGINS[0]


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_grant(participant) -> Client:
    """A browser that holds a grant and is not logged in."""
    client = Client()
    session = client.session
    public_id = participant.conversation.request.public_id
    access.grant(session, public_id, user_id=participant.user_id, link_version=participant.link_version)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


class SocketHouse:
    """uvicorn in a thread. `hub` is its hub, for a look inside."""

    def __init__(self):
        from motesplats.asgi import sockets  # its first import loads the apps

        config = uvicorn.Config(
            sockets, host="127.0.0.1", port=0, ws="websockets-sansio", ws_max_size=65536, ws_per_message_deflate=False,
            lifespan="off", log_config=None, timeout_graceful_shutdown=2,
        )  # fmt: skip
        self.server, self.pages = uvicorn.Server(config), []
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started, 10)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    async def _serve(self):
        await self.server.serve()
        if hub_module._hub is not None:
            await hub_module._hub.stop()
            hub_module._hub = hub_module._loop = None
        with contextlib.suppress(Exception):  # a layer that is away
            await asyncio.wait_for(get_channel_layer().flush(), 2)
        await sync_to_async(connections.close_all)()

    @property
    def hub(self):
        return hub_module._hub

    def open(self, client: Client | None, path: str, *, origin: str | None = ORIGIN, port: int | None = None) -> "Page":
        """Raises websockets' InvalidStatus when refused."""
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in (client.cookies if client else {}).items())
        headers = {"Cookie": cookies} if cookies else {}
        url = f"ws://127.0.0.1:{port or self.port}{path}"
        page = Page(connect(url, origin=origin, additional_headers=headers, compression=None, open_timeout=10))
        self.pages.append(page)
        return page

    def chat(self, client: Client | None, public_id: str, *, query: str = "", **kwargs) -> "Page":
        """An open chat page that has got its `ready`."""
        page = self.open(client, f"/ws/chatt/{public_id}/{query}", **kwargs)
        page.until("ready")
        return page

    def stop(self):
        for page in self.pages:
            page.close()
        self.server.should_exit = True
        self.thread.join(10)


class Page:
    """A browser's end of a socket. `seen`: every frame so far."""

    def __init__(self, connecting):
        self._open = contextlib.ExitStack()
        self.socket, self.seen = self._open.enter_context(connecting), []

    def frame(self, seconds: float = 8) -> dict:
        self.seen.append(json.loads(self.socket.recv(timeout=seconds)))
        return self.seen[-1]

    def until(self, kind: str, seconds: float = 8, **having) -> dict:
        """The next frame of this kind with these values; the others stand in `seen`."""
        end = time.monotonic() + seconds
        while True:
            frame = self.frame(max(0.01, end - time.monotonic()))
            if frame["t"] == kind and all(frame.get(key) == value for key, value in having.items()):
                return frame

    def silence(self, seconds: float = 0.3) -> list[dict]:
        """What comes in this time."""
        found = []
        with contextlib.suppress(TimeoutError):
            while True:
                found.append(self.frame(seconds))
        return found

    def say(self, text: str | bytes | dict):
        self.socket.send(text if isinstance(text, str | bytes) else json.dumps(text))

    def send(self, body: str, cid: str | None = None) -> str:
        cid = cid or str(uuid4())
        self.say({"t": "send", "cid": cid, "body": body})
        return cid

    def closed_with(self, seconds: float) -> int | None:
        """The code the house closed with, or None while it is open."""
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                with contextlib.suppress(TimeoutError):
                    self.frame(max(0.01, end - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        return None

    def texts(self) -> list[str]:
        return [frame["body"] for frame in self.seen if frame["t"] == "msg" and frame["kind"] == "text"]

    def close(self):
        with contextlib.suppress(Exception):
            self._open.close()


def wait_until(is_so, seconds: float = 8):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.01)
    raise TimeoutError


def request_of(chat) -> HelpRequest:
    """Read anew."""
    return HelpRequest.objects.get(pk=chat.request_id)


def texts(chat) -> list[str]:
    """What people have written, in order."""
    return list(Message.objects.filter(conversation=chat, kind="text").order_by("seq").values_list("body", flat=True))


def html(response) -> str:
    return response.content.decode()
