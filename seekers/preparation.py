"""Makes what was brought readable: pages, pictures, lines, what is private hidden. By a worker, outside every page.

A version is taken under a lease (conditional UPDATE), read by confined children in a folder of its own, and stored in
one transaction by whoever still holds that lease. A worker that dies leaves an expired lease; after three the version
is refused.
"""

import errno
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from motesplats import audit, dispatch, files
from seekers import carrying, child, covering, extraction_pictures, virus_scan
from seekers.child import Unprepared
from seekers.intake import REFUSALS, Refused
from seekers.models import Document, DocumentFile, DocumentPage, DocumentVersion

log = logging.getLogger(__name__)
Source, State, Scan = DocumentVersion.Source, DocumentVersion.State, DocumentVersion.Scan

TASK = "seekers.tasks.prepare_version"
LEASE = timedelta(seconds=115)  # longer than everything a preparation may take (child.py, virus_scan.py)
LATER = timedelta(seconds=30)
TRIES = 3
ROUND_SECONDS = 5  # of a sweep: nothing new is begun after it
GIVE_TASK_TIME = timedelta(seconds=10)  # before the sweep takes what a task should have
PAGE_FIELDS = ("width", "height", "has_text", "is_released", "lines", "masks")

_listeners: list[Callable[[DocumentVersion], None]] = []


def when_done(tell: Callable[[DocumentVersion], None]) -> None:
    """Register who is told of a version that became ready or refused, once that is committed.

    Called in `AppConfig.ready()`: this floor does not know chats. Whoever listens has a sweep for what it missed; it
    locks chats, and chats are locked before documents everywhere, so it cannot run inside our transaction.
    """
    _listeners.append(tell)


def ask_for(version_id: int) -> None:
    """Ask a worker to prepare this version soon. Never waits, never raises; the sweep finds what was lost."""
    dispatch.hand_over(version_id, task=TASK)


def prepare(version_id: int) -> bool:
    """Prepare one version, unless somebody else does. -> whether it is ready or refused now, by us.

    Takes up to 110 s. Safe to run twice and by two at once.
    """
    version = _take(version_id)
    if version is None:
        return False
    try:
        return _prepare_taken(version)
    except Refused as problem:
        return _refuse(version, problem.code)
    except virus_scan.NoAnswer:
        log.warning("the virus scanner does not answer; version %s waits", version.pk)
        return _put_back(version, uncounted=True)
    except child.Busy:
        return _put_back(version, uncounted=True)
    except (Unprepared, KeyError, TypeError, ValueError) as problem:
        why = problem if isinstance(problem, Unprepared) else type(problem).__name__  # never what a file says
        log.warning("version %s could not be prepared: %s", version.pk, why)
        code = getattr(problem, "code", "could_not_read")
        return _put_back(version) if version.tries < TRIES else _refuse(version, code)


def prepare_due() -> int:
    """Prepare what waits: lost tasks, dead workers, second tries. -> how many it took. For at most some seconds."""
    now, taken, end = timezone.now(), 0, time.monotonic() + ROUND_SECONDS
    waiting = DocumentVersion.objects.filter(state=State.PREPARING, document__removed_at=None)
    waiting = waiting.filter(created_at__lt=now - GIVE_TASK_TIME)
    due = waiting.filter(Q(lease_until=None) | Q(lease_until__lt=now)).order_by("created_at")
    for version_id in list(due.values_list("pk", flat=True)[:20]):
        if time.monotonic() > end:
            break
        taken += prepare(version_id)
    return taken


def _take(version_id: int) -> DocumentVersion | None:
    """The version under our lease, or None. Refuses what has been taken three times and never came to an end."""
    now = timezone.now()
    kept = Document.objects.filter(pk=OuterRef("document"), removed_at=None)
    free = DocumentVersion.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=version_id)
    free = free.filter(Exists(kept), state=State.PREPARING)
    if free.filter(tries__lt=TRIES).update(tries=F("tries") + 1, lease_until=now + LEASE):
        return DocumentVersion.objects.select_related("document").filter(pk=version_id).first()
    spent = free.filter(tries__gte=TRIES).select_related("document").first()
    if spent:
        _refuse(spent, "could_not_read")
    return None


def _held(version: DocumentVersion):
    """Still ours: nobody has taken it after us, nothing has been decided."""
    return DocumentVersion.objects.filter(
        pk=version.pk, state=State.PREPARING, tries=version.tries, lease_until=version.lease_until
    )


def _put_back(version: DocumentVersion, *, uncounted: bool = False) -> bool:
    tries = version.tries - 1 if uncounted else version.tries
    _held(version).update(lease_until=timezone.now() + LATER, tries=tries)
    return False


def _refuse(version: DocumentVersion, code: str) -> bool:
    """No pages; its owner reads why and what to do."""
    with transaction.atomic():
        if not _held(version).update(state=State.REFUSED, refusal=code, lease_until=None, prepared_at=timezone.now()):
            return False
        audit.record(
            "document.refused", actor=None, about=("document", version.document.public_id),
            number=version.number, reason=code,
        )  # fmt: skip
        if code == "virus":
            _remove_originals(version)
        _tell(version)
    return True


def _remove_originals(version: DocumentVersion) -> None:
    """Nobody shall fetch these again, its owner neither."""
    for original in version.files.all():
        transaction.on_commit(partial(files.remove, original.stored_name))
    version.files.all().delete()


def _tell(version: DocumentVersion) -> None:
    version.refresh_from_db()
    for tell in _listeners:
        transaction.on_commit(partial(tell, version), robust=True)


# --- reading ---------------------------------------------------------------------------------------------------------


def _prepare_taken(version: DocumentVersion) -> bool:
    """Raises Refused, Unprepared, child.Busy, virus_scan.NoAnswer."""
    originals = list(version.files.all())
    if not originals:
        raise Refused("could_not_read")
    scan = _scanned(originals)
    if version.source not in (Source.FILE, Source.PHOTOS):
        return _store(version, {"scan": scan}, [], {})
    with _folder() as folder:
        result = child.read(originals, is_photos=version.source == Source.PHOTOS, folder=folder)
        if result["refusal"]:
            raise Refused(result["refusal"] if result["refusal"] in REFUSALS else "could_not_read")
        with _stored(folder, result, originals) as stored:
            names = ("text", "masked_text", "found", "is_active_content")
            return _store(version, {"scan": scan} | {name: result[name] for name in names}, result["pages"], stored)


def _scanned(originals: list[DocumentFile]) -> str:
    if not virus_scan.is_expected():
        return Scan.UNCHECKED
    try:
        virus_scan.scan([files.path_of(original.stored_name) for original in originals])
    except virus_scan.Infected as problem:
        raise Refused("virus") from problem
    return Scan.CLEAN


@contextmanager
def _folder():
    try:
        child.work_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(tempfile.mkdtemp(dir=child.work_folder()))
    except OSError as problem:
        raise Unprepared("no_room") from problem
    try:
        yield folder
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise Unprepared("no_room") from problem
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stored(folder: Path, result: dict, originals: list[DocumentFile]):
    """Every picture of the result on the volume: {file name in `folder`: stored name}. Gone again if rows fail."""
    wanted = [f"{kind}-{n}.webp" for n in range(1, len(result["pages"]) + 1) for kind in ("page", "masked")]
    wanted += [f"kept-{original.position}" for original in originals]
    stored: dict[str, str] = {}
    try:
        for name in wanted:
            if (folder / name).exists():
                stored[name] = files.store([(folder / name).read_bytes()])
        yield stored
    except files.NoRoom as problem:
        _throw_away(stored)
        raise Unprepared("no_room") from problem
    except (OperationalError, InterfaceError):
        raise  # perhaps it was committed: the sweep of orphans knows later
    except BaseException:
        _throw_away(stored)
        raise


def _throw_away(stored: dict[str, str]) -> None:
    for name in stored.values():
        files.remove(name)


def _store(version: DocumentVersion, fields: dict, pages: list[dict], stored: dict[str, str]) -> bool:
    """Rows for what was read, in one transaction, if the lease is still ours. -> whether it was."""
    with transaction.atomic():
        documents = Document.objects.kept().select_for_update(of=("self",), no_key=True)
        is_kept = documents.filter(pk=version.document_id).first()  # whoever takes it away waits for us
        done = {"state": State.READY, "refusal": "", "lease_until": None, "prepared_at": timezone.now()}
        if not is_kept or not _held(version).update(**done, **fields):
            transaction.on_commit(partial(_throw_away, stored))
            return False
        DocumentPage.objects.bulk_create(
            DocumentPage(
                version=version, number=number,
                picture=stored.get(f"page-{number}.webp", ""), masked_picture=stored.get(f"masked-{number}.webp", ""),
                **{name: page[name] for name in PAGE_FIELDS},
            )
            for number, page in enumerate(pages, 1)
        )  # fmt: skip
        _replace_originals(version, stored)
        version.refresh_from_db()
        carrying.carry_over(version)
        audit.record(
            "document.prepared", actor=None, about=("document", version.document.public_id),
            number=version.number, pages=len(pages), hidden=sum(version.found.values()),
        )  # fmt: skip
        _tell(version)
    return True


def _replace_originals(version: DocumentVersion, stored: dict[str, str]) -> None:
    """A photo's original is its copy without place, time and camera from now on."""
    for original in version.files.all():
        kept = stored.get(f"kept-{original.position}")
        if kept:
            transaction.on_commit(partial(files.remove, original.stored_name))
            original.stored_name, original.size = kept, files.path_of(kept).stat().st_size
            original.save(update_fields=["stored_name", "size"])


# --- afterwards ------------------------------------------------------------------------------------------------------


def burn(page: DocumentPage) -> None:
    """Make the masked picture of a page anew from its picture and `page.masks`. Call inside a transaction.

    Raises Refused("no_room"): the disk is full, or the picture is gone; then nothing has changed.
    """
    boxes = covering.hidden_boxes(page.masks)
    try:
        name = files.store([extraction_pictures.burnt_webp(files.path_of(page.picture), boxes)])
    except (files.NoRoom, OSError) as problem:
        raise Refused("no_room") from problem
    if page.masked_picture:
        transaction.on_commit(partial(files.remove, page.masked_picture))
    page.masked_picture = name
    page.save(update_fields=["masked_picture"])
