"""`python -m bench.desk`: the desk when few wait and when 500 wait with 200 on duty, on SQLite and on PostgreSQL.

Counted in this process, through the whole of Django: queries, and milliseconds from request to answer (median, 95 of
100), and the median of this process's CPU, which a busy machine changes less; on SQLite that is the database too. The list is what every open desk fetches after a word by socket: it shall cost the same however many wait. A sweep
of the alerts runs each half minute: the first tells everybody who can be told, the next finds nobody
left to tell; when all are free again, ten minutes later, everybody has been told of everything.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from motesplats.daemons import Postgres, postgres_programs

ROOT = Path(__file__).parent.parent
SIZES = ((50, 20), (500, 200))
VISITS = 60


def measure(waiting: int, on_duty: int) -> None:
    """One size, in the database of the environment, which holds nothing else."""
    from django.test import Client

    from chat import alerts
    from tests import crowd
    from tests.chat.house import logged_in

    volunteers = crowd.on_duty(on_duty)
    crowd.waiting(waiting)
    browser: Client = logged_in(volunteers[0].user)
    page = browser.get("/jour/")
    assert page.status_code == 200, page.status_code
    tag = browser.get("/jour/lista/")["ETag"]
    say(waiting, on_duty, "desk, the whole page", *timed(lambda: browser.get("/jour/"), VISITS))
    say(waiting, on_duty, "desk, its list", *timed(lambda: browser.get("/jour/lista/"), VISITS))
    same = timed(lambda: browser.get("/jour/lista/", headers={"If-None-Match": tag}), VISITS)
    say(waiting, on_duty, "its list, unchanged", *same)
    say(waiting, on_duty, "alerts, first sweep", *timed(alerts.tell_waiting, 1))
    say(waiting, on_duty, "alerts, next sweeps", *timed(alerts.tell_waiting, 5))
    told_of_everything(volunteers)
    say(waiting, on_duty, "alerts, all free again", *timed(alerts.tell_waiting, 5))


def told_of_everything(volunteers: list) -> None:
    """Hours later: everybody was told of every question, and may be told of a new one."""
    from django.utils import timezone

    from chat.alerts import _with_waits_since
    from chat.models import Alert
    from seekers.models import HelpRequest

    long_ago = timezone.now() - timedelta(hours=1)
    questions = list(_with_waits_since(HelpRequest.objects.waiting()))
    Alert.objects.all().delete()
    Alert.objects.bulk_create(
        (
            Alert(
                conversation=question.conversation,
                volunteer=volunteer,
                waits_since=question.waits_since,
                round=3,
                door=Alert.Door.PAGE,
                at=long_ago,
            )
            for question in questions
            for volunteer in volunteers
        ),
        batch_size=5000,
    )


def timed(act: Callable, times: int) -> tuple[int, list[float], list[float]]:
    """-> (queries of the first, milliseconds of each, CPU milliseconds of each, both shortest first).

    The first is timed only when there is no other.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        took = [clocked(act)]
        counted = len(queries)
    took = [clocked(act) for _time in range(times - 1)] or took
    return counted, sorted(wall for wall, _cpu in took), sorted(cpu for _wall, cpu in took)


def clocked(act: Callable) -> tuple[float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000


def say(waiting: int, on_duty: int, what: str, queries: int, took: list[float], cpu: list[float]) -> None:
    """A row of the table."""
    from django.db import connection

    p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
    figures = f"{queries:8}{statistics.median(took):9.1f}{p95:9.1f}{statistics.median(cpu):9.1f}"
    print(f"{connection.vendor:11}{waiting:8}{on_duty:9}  {what:22}{figures}", flush=True)


def child(size: list[int]) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    measure(*size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=2, metavar=("WAITING", "ON_DUTY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.size:
        child(options.size)
        return
    print("database    waiting  on duty  what                  queries   median      p95      CPU   (ms)")
    with tempfile.TemporaryDirectory(prefix="motesplats-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as somebody else than we
        for size in SIZES:
            on_sqlite(Path(folder) / f"sqlite-{size[0]}", size)
            if postgres_programs():
                on_postgres(Path(folder) / f"postgres-{size[0]}", size)


def on_sqlite(folder: Path, size: tuple[int, int]) -> None:
    folder.mkdir()
    run(folder, f"sqlite:///{folder / 'bench.sqlite3'}", size)
    shutil.rmtree(folder)


def on_postgres(folder: Path, size: tuple[int, int]) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    daemon = Postgres(folder / "cluster")
    daemon.start()
    try:
        run(folder, daemon.url, size)
    finally:
        daemon.stop()


def run(folder: Path, database: str, size: tuple[int, int]) -> None:
    run_child(folder, database, ["bench.desk", "--size", *map(str, size)])


def run_child(folder: Path, database: str, module: list[str]) -> None:
    """Another Python with that database, whose files lie in `folder`. `module`: as after `python -m`."""
    settings = {"DJANGO_SETTINGS_MODULE": "motesplats.settings.test", "DATABASE_URL": database, "VAR_DIR": str(folder)}
    command = [sys.executable, "-m", *module]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True)


if __name__ == "__main__":
    main()
