"""A stand-in for a push service on this machine, and browsers that can read what comes."""

import base64
import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from volunteers.models import PushSubscription


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Browser:
    """One that may show notices. `keys`: what push.js sends; `read(body)`: what its service worker gets."""

    def __init__(self):
        self._key, self._auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": base64url(point), "auth": base64url(self._auth)}

    def read(self, body: bytes) -> dict:
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        return json.loads(plain)

    def of(self, volunteer, service: "PushService", name: str = "1", **fields) -> PushSubscription:
        """Its row, as of `volunteer`."""
        given = {"endpoint": f"{service.url}/{name}", "device": "Chrome, Android", **self.keys, **fields}
        return PushSubscription.objects.create(volunteer=volunteer, **given)


class PushService:
    """`got`: (path, headers, body) of everything; `says`: the status it answers with, by path or for all."""

    def __init__(self):
        self.got, self.says, self.lead_to = [], {}, ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _answering_for(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def _answering_for(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.got.append((self.path, dict(self.headers), body))
            self.send_response(service.says.get(self.path, 201))
            if service.lead_to:
                self.send_header("Location", service.lead_to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said):
            pass

    return Handler


@contextmanager
def push_service():
    service = PushService()
    thread = threading.Thread(target=service.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()
        thread.join(5)
