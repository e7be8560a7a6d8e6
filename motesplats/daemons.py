"""Starts PostgreSQL and Redis natively, for `make full` and for the tests. No Django here: settings come after."""

import ctypes
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import redis

READY_SECONDS = 30


class NotInstalled(Exception):
    """A program that is needed stands nowhere on this machine."""


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens to right now.

    Below the range of outgoing ports: a client that knocks at a stopped daemon's port again and again
    would sooner or later be given that very port, connect to itself and keep the daemon from coming back.
    """
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def find_program(name: str) -> Path | None:
    """Where a program stands: first PATH, then where PostgreSQL's packages put theirs."""
    found = shutil.which(name)
    if found:
        return Path(found)
    return max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), default=None)


def postgres_programs() -> Path | None:
    """The folder that holds both `initdb` and `postgres`, or None."""
    for name in ("initdb", "postgres"):
        found = find_program(name)
        folder = found.resolve().parent if found else None  # PATH may hold a link to one of them only
        if folder and (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def wait_until(is_ready: Callable[[], bool], *, what: str, seconds: float = READY_SECONDS) -> None:
    """Ask every 50 ms. Errors: TimeoutError that names `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_ready():
            return
        time.sleep(0.05)
    raise TimeoutError(f"{what} was not ready in {seconds:.0f} s")


def answers(port: int) -> bool:
    """True when somebody accepts TCP connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent() -> None:
    """Run in the child before exec: a parent killed with -9 leaves no daemon behind (Linux only).

    Linux means the *thread* that started it: start daemons from one that lives as long as they shall.
    """
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def ordinary_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: who runs it then. None: as we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def as_ordinary_user(*owned: Path) -> dict:
    """Arguments for `subprocess` that drop root, after giving it the paths it must write. Empty when not root."""
    person = ordinary_user()
    if person is None:
        return {}
    for path in owned:
        os.chown(path, person.pw_uid, person.pw_gid)
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


class Daemon:
    """One process with a log file. `start` returns when it answers, `stop` when it is gone."""

    name = ""
    stop_signal = signal.SIGTERM
    drops_root = True
    environment: dict[str, str] | None = None  # None: ours

    def __init__(self, directory: Path, *, port: int | None = None):
        self.directory = directory
        self.port = port or free_port()
        self.process: subprocess.Popen | None = None
        self.log_file = directory.with_name(f"{directory.name}.log")

    def start(self) -> None:
        """-> when it answers."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start it and do not wait."""
        self.prepare()
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                cwd=self.working_directory,
                env=self.environment,
                start_new_session=True,
                preexec_fn=die_with_parent,
                **(as_ordinary_user(self.directory) if self.drops_root else {}),
            )

    def wait_ready(self) -> None:
        """-> when it answers. Errors: TimeoutError, RuntimeError; it is ended then."""
        try:
            wait_until(self.is_ready, what=f"{self.name} (log: {self.log_file})")
        except BaseException:
            self.stop()
            raise

    @property
    def working_directory(self) -> Path:
        return self.directory

    def prepare(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def stop(self, with_signal: signal.Signals | None = None) -> None:
        """End it and wait. SIGKILL takes the whole family."""
        process, self.process = self.process, None
        if process is None:
            return
        chosen = with_signal or self.stop_signal
        if process.poll() is None:
            os.killpg(process.pid, chosen) if chosen == signal.SIGKILL else process.send_signal(chosen)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Postgres(Daemon):
    """A cluster of our own with one database, `motesplats`. `durable=False` only for tests that never pull the plug."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, leaves a clean cluster

    def __init__(self, directory: Path, *, port: int | None = None, durable: bool = True):
        super().__init__(directory, port=port)
        self.durable = durable
        self.password_file = directory.with_name(f"{directory.name}.password")

    @property
    def url(self) -> str:
        password = self.password_file.read_text().strip()
        return f"postgresql://motesplats:{password}@127.0.0.1:{self.port}/motesplats"

    def prepare(self) -> None:
        super().prepare()
        programs = postgres_programs()
        if programs is None:
            raise NotInstalled("PostgreSQL is not installed (apt-get install postgresql).")
        self.programs = programs
        if (self.directory / "PG_VERSION").exists():
            return
        self.password_file.write_text(secrets.token_urlsafe(24))
        self.password_file.chmod(0o600)
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        command = [programs / "initdb", "-D", self.directory, "-U", "motesplats", "-E", "UTF8", f"--locale={locale}"]
        command += ["-A", "scram-sha-256", f"--pwfile={self.password_file}", *([] if self.durable else ["--no-sync"])]
        user = as_ordinary_user(self.directory, self.password_file)
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", **user)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")

    def command(self) -> list[str]:
        quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
        quick |= {"unix_socket_directories": str(self.directory), "max_wal_size": "4GB", "checkpoint_timeout": "1h"}
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
        options |= {} if self.durable else quick
        command = [str(self.programs / "postgres"), "-D", str(self.directory), "-p", str(self.port)]
        return command + [part for key, value in options.items() for part in ("-c", f"{key}={value}")]

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at once, see {self.log_file}")
        try:
            connection = psycopg2.connect(self.url.removesuffix("motesplats") + "postgres", connect_timeout=2)
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'motesplats'")
                if cursor.fetchone() is None:
                    cursor.execute("CREATE DATABASE motesplats")
        finally:
            connection.close()
        return True


class Redis(Daemon):
    """Keeps nothing on disk: it only carries nudges and the names of tasks."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        program = find_program("redis-server")
        if program is None:
            raise NotInstalled("Redis is not installed (apt-get install redis-server).")
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        return [str(program), *options, "--dir", str(self.directory)]

    def is_ready(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return client.ping()
        except redis.RedisError:
            return False
