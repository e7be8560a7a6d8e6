"""`manage.py serve` as a child process: what `make run` starts, on a SQLite file of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from motesplats.daemons import die_with_parent, free_port, wait_until
from motesplats.processes import ROOT, fetch_status


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """-> status, headers by lower-case name, body. The path is sent as it stands; redirects are not followed."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request("GET", parts.path or "/", headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


class Serve:
    """with Serve(folder) as serve: serve.url … ; `settings` goes into the environment of the child."""

    def __init__(self, folder: Path, **settings: str):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log_file = folder / "serve.log"
        outside = {
            key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
        }
        ours = {"DJANGO_SETTINGS_MODULE": "motesplats.settings.dev", "VAR_DIR": str(folder), "PORT": str(self.port)}
        ours["DEMO"] = "0"  # DEMO="1" in `settings` brings the demo people, and takes some seconds more
        self.environment = {**outside, **ours, **settings}
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Serve":
        shutil.copytree(_prepared().name, self.folder, dirs_exist_ok=True)
        if self.environment["DEMO"] == "1":
            self.manage("prepare", "--demo")
        self.start()
        return self

    def __exit__(self, *error) -> None:
        self.stop(signal.SIGKILL)

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        wait_until(self._is_ready, what=f"serve: {self.log_file.read_text()}", seconds=60)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log_file.read_text()
        return fetch_status(f"{self.url}/halsa/redo/") == 200

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        """-> the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, with_signal)
        return self.process.wait(20)


@cache
def _prepared() -> tempfile.TemporaryDirectory:
    """A folder after `manage.py prepare`, made once: walking the migrations takes longer than most of the tests."""
    folder = tempfile.TemporaryDirectory(prefix="motesplats-prepared-")
    Serve(Path(folder.name)).manage("prepare")
    return folder
