"""The web outside, on loopback: a server with TLS that answers as a test says, reached as if at a public address."""

import datetime
import socket
import ssl
import tempfile
import threading
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from library.link_check import Network

OUTSIDE = "93.184.215.14"  # stands for the server; nothing is sent there


def certificate(name: str) -> tuple[bytes, bytes]:
    """(certificate, key), its own issuer."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    as_pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return made.public_bytes(serialization.Encoding.PEM), as_pem


def context_for(pem: bytes) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pem.decode())


class Web:
    """`answers`: {"/path" or "GET /path": (status, Location)}; what is not named is 404."""

    def __init__(self, name: str = "www.example.org"):
        self.answers, self.lines, self.headers, self.names, self.called, self.sent = {}, [], {}, set(), [], 0
        self.pem, key = certificate(name)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "both.pem"
            file.write_bytes(self.pem + key)
            self.context.load_cert_chain(file)
        self.context.sni_callback = lambda sock, asked, context: self.names.add(asked)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.ended = False

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *problem):
        self.ended = True
        self.door.close()

    def network(self, look_up=lambda host: [OUTSIDE], context=None) -> Network:
        """One in which every name lies at a public address, and that is this server."""
        self.lines, self.names, self.called, self.sent = [], set(), [], 0

        def connect(address, port, seconds):
            self.called.append(address)
            return socket.create_connection(self.door.getsockname(), seconds)

        return Network(look_up=look_up, connect=connect, context=context or context_for(self.pem))

    def asked(self) -> list[str]:
        return self.lines

    def _serve(self):
        while not self.ended:
            try:
                taken = self.door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._answer, args=[taken], daemon=True).start()

    def _answer(self, taken):
        try:
            with self.context.wrap_socket(taken, server_side=True) as safe:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += safe.recv(4096) or b"\r\n\r\n"
                first, *rest = head.decode("latin-1").split("\r\n")
                method, path, _version = first.split(" ")
                self.lines.append(f"{method} {path}")
                self.headers = dict(line.split(": ", 1) for line in rest if ": " in line)
                self._say(safe, method, path)
        except (OSError, ValueError):
            pass

    def _say(self, safe, method: str, path: str):
        drip = {"/slow-head": (b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.05), "/slow-start": (b"", b"", 0.05)}
        flood = {"/endless-head": (b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 6000 + b"\r\n", 0.001),
                 "/endless-100": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500, 0.001)}  # fmt: skip
        if path in drip | flood:
            start, more, pause = (drip | flood)[path]
            safe.sendall(start)
            until = time.monotonic() + 1.5
            while time.monotonic() < until:
                safe.sendall(more)
                self.sent += len(more)
                time.sleep(pause)
            return
        status, place = self.answers.get(f"{method} {path}") or self.answers.get(path) or (404, "")
        leads = f"Location: {place}\r\n" if place else ""
        safe.sendall(f"HTTP/1.1 {status} X\r\n{leads}Content-Length: 0\r\n\r\n".encode())
