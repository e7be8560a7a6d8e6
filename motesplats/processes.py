"""The processes of the full mode, started natively: for `make full`, the whole-story tests and the fault tests.

with Stack(folder, web=2, ws=2) as stack:
    stack.url                       # http://localhost:<port>, through Caddy
    stack.kill("ws", 0)             # -9, the whole family
    stack.restart("ws", 0)          # the same port again
    stack.stop_one("redis"); stack.start_one("redis")
    stack.manage("sweep")
"""

import os
import secrets
import signal
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from motesplats.daemons import Daemon, NotInstalled, Postgres, Redis, find_program, free_port, wait_until

ROOT = Path(__file__).resolve().parents[1]
PROCESSES_FILE = ROOT / "processes.toml"


def read_processes() -> dict:
    """processes.toml as it stands."""
    return tomllib.loads(PROCESSES_FILE.read_text(encoding="utf-8"))


def native(command: list[str], port: int) -> list[str]:
    """A command of processes.toml on this machine: this Python, the loopback address."""
    shm = "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108 (gunicorn's heartbeat file)
    filled = [part.format(host="127.0.0.1", port=port, shm=shm) for part in command]
    return [sys.executable if part == "python" else part for part in filled]


def fetch_status(url: str, *, host: str = "", seconds: float = 3) -> int:
    """The status code of a GET; 0 when nobody answers."""
    request = urllib.request.Request(url, headers={"Host": host} if host else {})  # noqa: S310 (our own address)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code
    except OSError:
        return 0


class Process(Daemon):
    """One process of processes.toml."""

    drops_root = False

    def __init__(self, folder: Path, name: str, index: int, entry: dict, environment: dict[str, str]):
        super().__init__(folder / f"{name}-{index}")
        self.name = f"{name}-{index}"
        self.entry = entry
        self.environment = environment | entry.get("environment", {})

    @property
    def working_directory(self) -> Path:
        return ROOT

    def command(self) -> list[str]:
        return native(self.entry["command"], self.port)

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended at once, see {self.log_file}")
        if "health" not in self.entry:
            return True  # worker and beat show themselves in /halsa/redo/
        host = urlsplit(self.environment["PUBLIC_URL"]).netloc
        return fetch_status(f"http://127.0.0.1:{self.port}{self.entry['health']}", host=host) == 200


class Caddy(Daemon):
    """The one door: /ws/ to the socket processes, all else to the page processes."""

    name = "caddy"
    drops_root = False

    def __init__(self, directory: Path, *, port: int | None, upstreams: dict[str, list[int]]):
        super().__init__(directory, port=port)
        self.upstreams = upstreams

    def prepare(self) -> None:
        super().prepare()
        from motesplats.deployment import caddyfile  # it reads this module

        if find_program("caddy") is None:
            raise NotInstalled("Caddy is not installed (apt-get install caddy).")
        targets = {name: [f"127.0.0.1:{port}" for port in ports] for name, ports in self.upstreams.items()}
        (self.directory / "Caddyfile").write_text(caddyfile(f"http://:{self.port}", targets), encoding="utf-8")
        home = str(self.directory)
        self.environment = {**os.environ, "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}

    def command(self) -> list[str]:
        return [str(find_program("caddy")), "run", "--adapter", "caddyfile", "--config", f"{self.directory}/Caddyfile"]

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"Caddy ended at once, see {self.log_file}")
        return fetch_status(f"http://127.0.0.1:{self.port}/halsa/") != 0


class Stack:
    """Everything of the full mode in one folder, on free ports. Start, break, mend and stop it part by part.

    web, ws, worker, beat: how many of each. proxy=False: talk to `stack.address("web", 0)` yourself. port: of the door.
    environment: what the processes get beside ours (moved clocks, another mail server). Errors: NotInstalled.
    """

    def __init__(
        self,
        folder: Path,
        *,
        web: int = 2,
        ws: int = 2,
        worker: int = 1,
        beat: int = 1,
        proxy: bool = True,
        port: int | None = None,
        postgres_port: int | None = None,
        environment: dict[str, str] | None = None,
    ):
        self.folder = folder
        self.counts = {"web": web, "ws": ws, "worker": worker, "beat": beat}
        self.has_proxy = proxy
        self.port = port or free_port()
        self.given = environment or {}
        self.postgres = Postgres(folder / "postgres", port=postgres_port)
        self.redis = Redis(folder / "redis")
        self.parts: dict[tuple[str, int], Daemon] = {("postgres", 0): self.postgres, ("redis", 0): self.redis}

    def __enter__(self) -> "Stack":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """What people type: PUBLIC_URL of every process."""
        return f"http://localhost:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://localhost:{self.port}"

    def address(self, name: str, index: int = 0) -> str:
        """One process behind the door, for a test that must know to whom it speaks. Send the door's Host header."""
        return f"http://127.0.0.1:{self.parts[name, index].port}"

    def log_file(self, name: str, index: int = 0) -> Path:
        return self.parts[name, index].log_file

    @cached_property
    def secret_key(self) -> str:
        kept = self.folder / "secret_key"
        if not kept.exists():
            kept.write_text(secrets.token_urlsafe(50))
            kept.chmod(0o600)
        return kept.read_text().strip()

    @property
    def environment(self) -> dict[str, str]:
        """What every process gets: ours wins over what was set outside, `environment=` of the caller over both."""
        ours = {
            "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
            "SECRET_KEY": self.secret_key,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "PUBLIC_URL": self.url,
            "PORT": str(self.port),
            "VAR_DIR": str(self.folder),
            "TRUSTED_PROXY_COUNT": "1" if self.has_proxy else "0",
        }
        if "EMAIL_HOST" not in os.environ:
            ours["DELIVERY_EMAIL_BACKEND"] = "django.core.mail.backends.console.EmailBackend"  # in worker-0.log
        return {**os.environ, **ours, **self.given}

    def start(self) -> None:
        """-> when `/halsa/redo/` says that everything is well."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.redis.launch()
        self.postgres.start()
        self.redis.wait_ready()
        self.prepare()
        entries = read_processes()["process"]
        for name, count in self.counts.items():
            for index in range(count):
                self.parts[name, index] = Process(self.folder, name, index, entries[name], self.environment)
                self.parts[name, index].launch()
        if self.has_proxy:
            upstreams = {name: [self.parts[name, i].port for i in range(self.counts[name])] for name in ("web", "ws")}
            self.parts["caddy", 0] = Caddy(self.folder / "caddy", port=self.port, upstreams=upstreams)
            self.parts["caddy", 0].launch()
        for part in list(self.parts.values()):
            part.wait_ready()
        self.wait_ready()

    def prepare(self) -> None:
        """Database, catalogues and static files; and demo people when the settings allow them."""
        self._run([*native(read_processes()["prepare"]["command"], 0), "--assets", "--demo"])

    def manage(self, *arguments: str) -> str:
        """Run `manage.py …` against this stack. -> what it printed. Errors: RuntimeError with what it said."""
        return self._run([sys.executable, "manage.py", *arguments])

    def run_python(self, code: str, environment: dict[str, str] | None = None) -> str:
        """Run a line of Python with this stack's settings. -> what it printed."""
        return self._run([sys.executable, "-c", code], environment)

    def _run(self, command: list[str], environment: dict[str, str] | None = None) -> str:
        done = subprocess.run(command, cwd=ROOT, env=environment or self.environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
        return done.stdout

    def wait_ready(self, seconds: float = 40) -> None:
        """Waits until database, layer, worker and beat answer through one page process."""
        if not self.counts["web"]:
            return
        path = "/halsa/redo/" if self.counts["worker"] and self.counts["beat"] else "/halsa/"
        base = f"http://127.0.0.1:{self.port}" if self.has_proxy else self.address("web")
        host = urlsplit(self.environment["PUBLIC_URL"]).netloc
        wait_until(lambda: fetch_status(base + path, host=host) == 200, what=base + path, seconds=seconds)

    def stop(self) -> None:
        """Ends everything, the door first, the database last."""
        waiting = list(reversed(self.parts.values()))
        for part in waiting:
            if isinstance(part, Process | Caddy) and part.process and part.process.poll() is None:
                part.process.send_signal(part.stop_signal)  # all at once: each may take its time
        for part in waiting:
            part.stop()

    def stop_one(self, name: str, index: int = 0, *, with_signal: signal.Signals | None = None) -> None:
        """End one part and wait. PostgreSQL: SIGINT fast (default), SIGQUIT immediate, like a pulled plug."""
        self.parts[name, index].stop(with_signal)

    def start_one(self, name: str, index: int = 0) -> None:
        """Start a part again, on the port it had. -> when it answers."""
        self.parts[name, index].start()

    def kill(self, name: str, index: int = 0) -> None:
        """kill -9 of the process and its children."""
        self.stop_one(name, index, with_signal=signal.SIGKILL)

    def restart(self, name: str, index: int = 0) -> None:
        self.stop_one(name, index)
        self.start_one(name, index)

    def is_running(self, name: str, index: int = 0) -> bool:
        process = self.parts[name, index].process
        return process is not None and process.poll() is None
