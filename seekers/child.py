"""Starts the confined children that read files, and believes nothing they say before it is looked at."""

import errno
import fcntl
import json
import logging
import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from motesplats import files
from seekers.confinement import Limits, Outcome, run
from seekers.models import DocumentFile

log = logging.getLogger(__name__)

MEGABYTE = 1024**2
PARSER = Limits(cpu_seconds=20, memory_bytes=512 * MEGABYTE, wall_seconds=35)
OFFICE = Limits(cpu_seconds=60, memory_bytes=2048 * MEGABYTE, wall_seconds=40)
WORDS_SECONDS = 18  # for the words of all pictures; later pages go without
WAIT_FOR_OFFICE_SECONDS = 3
RESULT_MAX_BYTES = 8 * MEGABYTE
PAGES_MAX = 60


class Unprepared(Exception):
    """It did not work this time; `code` of intake.REFUSALS is for when there is no other time."""

    def __init__(self, code: str = "could_not_read", why: str = ""):
        super().__init__(f"{code} {why}".strip())
        self.code = code


class Busy(Exception):
    """LibreOffice is at work for somebody else: later."""


def work_folder() -> Path:
    """Where children work: on the volume of the files, so that nothing private lies anywhere else."""
    return Path(settings.FILES_DIR) / ".work"


def read(originals: list[DocumentFile], *, is_photos: bool, folder: Path) -> dict:
    """Let children read the files; their pictures are in `folder` afterwards. -> result.json of extraction.py.

    Raises Unprepared, Busy. Takes at most 90 s.
    """
    format = "photos" if is_photos else originals[0].format
    paths = [(str(files.path_of(original.stored_name)), original.format) for original in originals]
    if not all(Path(path).exists() for path, _format in paths):
        raise Unprepared(why="its file is gone")
    job = {
        "format": format,
        "files": paths,
        "tesseract": shutil.which(settings.TESSERACT) or "",
        "soffice": shutil.which(settings.SOFFICE) or "",
        "seconds": WORDS_SECONDS,
    }
    (folder / "job.json").write_text(json.dumps(job))
    fetches = False
    if format in ("docx", "odt"):
        said = _convert(folder)
        if said["refusal"]:
            return said
        fetches = said["fetches"]
    result = _extract(folder)
    if result["refusal"] == "" and fetches:
        result["is_active_content"] = True
    return result


def _convert(folder: Path) -> dict:
    """A PDF from an office file where LibreOffice can; without one its lines are read from its parts."""
    with _only_one():
        outcome = _started("seekers.extraction_office", folder, OFFICE)
    said = folder / "office.json"
    if not said.exists():
        raise Unprepared(_code(outcome), "the copy was not made")
    if not (folder / "converted.pdf").exists():
        log.info("an office file is shown without its look: no LibreOffice, or it ended with %s", outcome.status)
    return _json(said)


@contextmanager
def _only_one():
    """One LibreOffice at a time on this volume, whichever process starts it. Raises Busy."""
    with (work_folder() / ".office-lock").open("w") as lock:
        end = time.monotonic() + WAIT_FOR_OFFICE_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as problem:
                if time.monotonic() > end:
                    raise Busy from problem
                time.sleep(0.1)
        yield


def _extract(folder: Path) -> dict:
    outcome = _started("seekers.extraction", folder, PARSER)
    said = folder / "result.json"
    if outcome.status != 0 or not said.exists():
        raise Unprepared(_code(outcome), f"the reader ended with {outcome.status}")
    result = _json(said)
    if result["refusal"] == "" and not 0 < len(result["pages"]) <= PAGES_MAX:
        raise Unprepared(why="no pages, or too many")
    return result


def _started(module: str, folder: Path, limits: Limits) -> Outcome:
    outcome = run([sys.executable, "-m", module, str(folder)], limits, folder)
    log.info(
        "%s ended with %s after %.1f s and %s MB",
        module,
        outcome.status,
        outcome.seconds,
        outcome.memory_bytes // MEGABYTE,
    )
    return outcome


def _code(outcome: Outcome) -> str:
    return "no_room" if outcome.status == errno.ENOSPC else "could_not_read"


def _json(path: Path) -> dict:
    if path.stat().st_size > RESULT_MAX_BYTES:
        raise Unprepared(why="it says too much")
    try:
        said = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise Unprepared(why="half a result") from problem
    if not isinstance(said, dict) or not isinstance(said.get("refusal"), str):
        raise Unprepared(why="no result")
    return said
