"""Asks clamd about a file, over its Unix socket, when CLAMAV_SOCKET is set (its INSTREAM command)."""

import socket
import struct
import time
from pathlib import Path

from django.conf import settings

SECONDS = 15  # for all files of one version, connecting included
CHUNK_BYTES = 256 * 1024


class Infected(Exception):
    """clamd knows this file. Its name for it is not kept."""


class NoAnswer(Exception):
    """A scanner is expected and says nothing of use: nobody may call the file clean."""


def is_expected() -> bool:
    return bool(settings.CLAMAV_SOCKET)


def scan(paths: list[Path]) -> None:
    """Returns when clamd says that every file is clean. Raises Infected, NoAnswer."""
    end = time.monotonic() + SECONDS
    for path in paths:
        try:
            said = _ask(path, end)
        except (OSError, ValueError) as problem:
            raise NoAnswer from problem
        if said.endswith(b"FOUND"):
            raise Infected
        if said != b"stream: OK":
            raise NoAnswer  # too large for it, or its own trouble


def _ask(path: Path, end: float) -> bytes:
    with socket.socket(socket.AF_UNIX) as wire, path.open("rb") as file:
        _limit(wire, end)
        wire.connect(settings.CLAMAV_SOCKET)
        wire.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK_BYTES):
            _limit(wire, end)
            wire.sendall(struct.pack(">I", len(chunk)) + chunk)
        wire.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0"):
            _limit(wire, end)
            part = wire.recv(4096)
            if not part:
                break
            said += part
    return said.rstrip(b"\0\n ")


def _limit(wire: socket.socket, end: float) -> None:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    wire.settimeout(left)
