"""Runs a program that reads what strangers sent: little time, little memory, no network, and it dies with its parent.

`run()` starts this very file as a small guard (no Django, no threads, so that limits can be set before the program
begins). The guard watches the clock and its own parent; whatever ends it, the whole process group is killed.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE_MAX_BYTES = 64 * 1024**2
TOO_SLOW = 124  # what the guard ends with when it had to stop the program
GRACE_SECONDS = 5
NEW_NETWORK, NEW_USER = 0x40000000, 0x10000000  # of unshare(2)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """cpu_seconds for each process, memory_bytes of address space for each process, wall_seconds for all of it."""

    cpu_seconds: int
    memory_bytes: int
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: the program's own exit status, negative a signal, TOO_SLOW the clock. memory_bytes: its largest
    resident size, its children's included (not added)."""

    status: int
    memory_bytes: int
    seconds: float

    @property
    def is_well(self) -> bool:
        return self.status == 0


def run(command: list[str], limits: Limits, folder: Path) -> Outcome:
    """Run `command` under `limits`, its home and temporary files in `folder`, nothing else of our environment.

    Waits until it and everything it started has ended. Its words are thrown away: they may quote what people wrote.
    """
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict.fromkeys(["http_proxy", "https_proxy", "all_proxy"], "http://127.0.0.1:9"),  # nobody listens there
    }
    report = folder / ".guard.json"
    guard = [sys.executable, "-I", str(Path(__file__).resolve()), json.dumps(asdict(limits)), str(report), *command]
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 our own programs, by our own words
        guard, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(limits.wall_seconds + GRACE_SECONDS)
    finally:
        process.kill()  # after a quiet end this does nothing
        process.stdin.close()
        status = process.wait()
    used = json.loads(report.read_text()) if report.exists() else {"status": status or TOO_SLOW, "memory_bytes": 0}
    return Outcome(used["status"], used["memory_bytes"], time.monotonic() - started)


# --- the guard -------------------------------------------------------------------------------------------------------


def guard(limits: Limits, report: Path, command: list[str]) -> None:
    """Starts `command` as a group of its own and ends it: at its own end, at the clock, when stdin closes (our parent
    has died)."""
    _leave_the_network()
    child = os.fork()
    if child == 0:
        _become(command, limits)
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(child, child)  # it does so itself, but perhaps after we want to end it
    status = _watch(child, time.monotonic() + limits.wall_seconds)
    _kill_group(child)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    try:
        report.write_text(json.dumps({"status": status, "memory_bytes": memory}))
    except OSError:  # no room on the disk
        sys.exit(28)


def _become(command: list[str], limits: Limits) -> None:
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.closerange(3, 256)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_MAX_BYTES, FILE_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError:
        os._exit(127)


def _watch(child: int, end: float) -> int:
    os.set_blocking(0, False)
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if _parent_is_gone():
            break
        time.sleep(0.02)
    _kill_group(child)
    os.waitpid(child, 0)
    return TOO_SLOW


def _parent_is_gone() -> bool:
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


def _kill_group(child: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _leave_the_network() -> None:
    """A network of our own without any wire. Where the kernel says no, the proxy that nobody answers must do."""
    libc = ctypes.CDLL(None)
    if libc.unshare(NEW_NETWORK) != 0:
        libc.unshare(NEW_USER | NEW_NETWORK)


if __name__ == "__main__":
    guard(Limits(**json.loads(sys.argv[1])), Path(sys.argv[2]), sys.argv[3:])
