"""Bytes that people sent, on the one volume FILES_DIR: random names, mode 0600, no address leads straight to them.

A file is written whole or not at all; whoever owns its name in the database removes it in `transaction.on_commit`.
"""

import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


class NoRoom(Exception):
    """The disk is full (or not writable): nothing was stored."""


def store(chunks: Iterable[bytes]) -> str:
    """Write `chunks` under a new random name. -> the name. Raises NoRoom; then nothing is left behind."""
    name = secrets.token_hex(16)
    target = path_of(name)
    unfinished = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as unfinished:
            for chunk in chunks:
                unfinished.write(chunk)
            unfinished.flush()
            os.fsync(unfinished.fileno())
        Path(unfinished.name).replace(target)
    except OSError as problem:
        if unfinished is not None:
            Path(unfinished.name).unlink(missing_ok=True)
        raise NoRoom from problem
    return name


def path_of(name: str) -> Path:
    """Where the bytes of `name` lie. ValueError for what is not a name of ours."""
    if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
        raise ValueError("not a stored name")
    return Path(settings.FILES_DIR) / name[:2] / name


def remove(name: str) -> None:
    """Take the bytes away. Gone already is fine."""
    path_of(name).unlink(missing_ok=True)


def names() -> Iterable[str]:
    """Every stored name, also those no row knows of (for the sweep that finds them), and unfinished files never."""
    for path in Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]/*"):
        if not path.name.startswith("."):
            yield path.name
