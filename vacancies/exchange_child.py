"""The import runs in a process of its own: it may take minutes, and nothing else of the worker shall wait for it."""

import subprocess
import sys

from django.conf import settings

_children: list[subprocess.Popen] = []  # kept until they are over, so that none is left behind as a zombie


def start() -> None:
    """Begin `manage.py import_ads`, and do not wait. It dies with the container; the next one goes on where it was."""
    _children[:] = [child for child in _children if child.poll() is None]
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_ads"]
    _children.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))  # noqa: S603 our own
