"""Ads from Platsbanken: one whole copy, then what changes, of what staff have chosen. The only place that writes them.

Each batch is one transaction with the cursor in it, so that whatever dies, the next import goes on and ends with the
same. Whoever imports holds a token: a newer import takes it over, and the older one stops at its next batch. A cut
answer loses nothing: rows are removed only by a removal, or at the end of a whole copy in which they were not.
"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from motesplats import audit, occupations
from motesplats.models import User, random_id
from vacancies import jobtech, jobtech_ads, jobtech_reader
from vacancies.models import ImportChoice, ImportedAd, ImportState

Phase = ImportState.Phase
BATCH = 500
OVERLAP = timedelta(minutes=5)  # asked for again each time: domain.md §11
ALIVE = timedelta(minutes=3)  # without a sign an import is dead
AFRESH_AFTER = timedelta(days=7)  # so long without following changes, a whole copy is asked for again
WISHES_AT_MOST, WISHES_AT_ONCE = 200, 5
TRIED_AFTER = (timedelta(0), timedelta(minutes=10), timedelta(hours=1))  # since somebody pasted the address
TRIES = len(TRIED_AFTER)
NEVER_OVERWRITTEN = {"id", "source_id", "made_at", "tries"}
_KEPT = [field.name for field in ImportedAd._meta.concrete_fields if field.name not in NEVER_OVERWRITTEN]


class Superseded(Exception):  # noqa: N818 somebody else does it
    """Another import has begun; this one has written nothing of this batch."""


@dataclass(slots=True)
class Result:
    """What one import did. `problem`: "" when it came to its end; "busy" or "soon" when it did not begin."""

    read: int = 0
    changed: int = 0
    removed: int = 0
    bad: int = 0
    problem: str = ""


# --- when ------------------------------------------------------------------------------------------------------------


def is_due(at: datetime) -> bool:
    """It is on, staff have chosen something, nobody does it now, and the last time was long enough ago."""
    if not settings.JOBTECH:
        return False
    state = _state()
    if not _choices() and not state.choices_key:
        return False
    return not _is_busy(state, at) and not _is_soon(state, at, settings.JOBTECH_EVERY)


def _is_busy(state: ImportState, at: datetime) -> bool:
    return bool(state.token and state.alive_at and state.alive_at > at - ALIVE)


def _is_soon(state: ImportState, at: datetime, gap: timedelta) -> bool:
    return bool(state.asking_at and state.asking_at > at - gap)


def _state() -> ImportState:
    return ImportState.objects.get_or_create(name="jobstream")[0]


# --- the import ------------------------------------------------------------------------------------------------------


def run() -> Result:
    """Bring the copy up to date: a whole one when there is none for these choices, then what has changed.

    Takes over from an import that runs. Raises nothing that the network or their answers do: see Result.problem.
    """
    result, state = Result(), _take_over()
    try:
        result.problem = _import(state, result)
        _write(state, problem=result.problem, token="")
    except Superseded:
        result.problem = "busy"
    return result


def _import(state: ImportState, result: Result) -> str:
    """-> the problem, in a word for the admin; "" when there is none."""
    if not _choices():
        _forget_all(state)
        return ""
    try:
        if _needs_everything(state):
            _copy_everything(state, result)
        if _is_soon(state, timezone.now(), settings.JOBTECH_GAP):
            return "soon"
        _follow(state, result)
    except jobtech.Failed as failed:
        return str(failed)
    except jobtech_reader.Cut:
        return "cut"
    return ""


def _take_over() -> ImportState:
    state = _state()
    state.token, state.bad = random_id(), 0
    ImportState.objects.filter(pk=state.pk).update(token=state.token, bad=0, alive_at=timezone.now())
    return state


def _write(state: ImportState, **changes) -> None:
    """Change the one row, as long as the import is still ours. Superseded."""
    if not ImportState.objects.filter(pk=state.pk, token=state.token).update(alive_at=timezone.now(), **changes):
        raise Superseded
    for name, value in changes.items():
        setattr(state, name, value)


def _needs_everything(state: ImportState) -> bool:
    is_old = state.since is None or state.since < timezone.now() - AFRESH_AFTER
    return state.phase == Phase.SNAPSHOT or state.choices_key != _key(_choices()) or is_old


def _copy_everything(state: ImportState, result: Result) -> None:
    """One whole copy. Begun before and the same on their side: what was read of it is passed over."""
    choices = _choices()
    goes_on = state.phase == Phase.SNAPSHOT and state.choices_key == _key(choices) and bool(state.etag) and state.done
    with jobtech.snapshot() as answer:
        if goes_on and answer.etag == state.etag:
            items = itertools.islice(answer.items, state.done, None)
        else:
            _write(
                state, phase=Phase.SNAPSHOT, choices_key=_key(choices), run=state.run + 1, etag=answer.etag, done=0,
                asking_at=timezone.now(),
            )  # fmt: skip
            items = answer.items
        _take(state, items, choices, result)
    with transaction.atomic():
        _write(
            state, phase=Phase.STREAM, done=0, etag="", since=state.asking_at - OVERLAP, finished_at=timezone.now(),
            asking_at=None,
        )  # fmt: skip
        unseen = ImportedAd.objects.filter(is_listed=True, removed_at=None).exclude(seen_run=state.run)
        result.removed += unseen.update(removed_at=timezone.now())


def _follow(state: ImportState, result: Result) -> None:
    """What has changed since the last time. The cursor moves when the whole answer is in."""
    asking_at = timezone.now()
    _write(state, asking_at=asking_at, done=0)
    with jobtech.changes(state.since) as answer:
        _take(state, answer.items, _choices(), result)
    _write(state, since=max(state.since, asking_at - OVERLAP), finished_at=timezone.now())


def _take(state: ImportState, items: Iterable[object], choices: list[ImportChoice], result: Result) -> None:
    for batch in _batches(items):
        _store(state, batch, choices, result)


def _batches(items: Iterable[object]) -> Iterator[list[object]]:
    """Lists of at most BATCH; when the answer is cut, what came before it is still given."""
    batch: list[object] = []
    try:
        for item in items:
            batch.append(item)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except jobtech_reader.Cut:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _store(state: ImportState, batch: list[object], choices: list[ImportChoice], result: Result) -> None:
    """One batch and how far it brings us, in one transaction. Superseded: nothing of it."""
    wanted, gone, bad = _sorted_out(batch, choices)
    with transaction.atomic():
        _write(state, done=state.done + len(batch), bad=state.bad + bad)
        rows = ImportedAd.objects.in_bulk([*wanted, *gone], field_name="source_id")
        result.removed += _remove(rows, gone)
        result.changed += _upsert(rows, wanted, state)
    result.read += len(batch)
    result.bad += bad


def _sorted_out(batch: list[object], choices: list[ImportChoice]) -> tuple[dict, dict, int]:
    """-> (id -> fields of those chosen, id -> when of those gone or not chosen any more, how many were bad)."""
    wanted: dict[str, dict] = {}
    gone: dict[str, datetime | None] = {}
    bad = 0
    for item in batch:
        try:
            ad = jobtech_ads.read(item)
        except jobtech_ads.BadAd:
            bad += 1
            continue
        if isinstance(ad, jobtech_ads.Removal):
            wanted.pop(ad.source_id, None)
            gone[ad.source_id] = ad.at or timezone.now()
        elif _is_chosen(ad, choices):
            gone.pop(ad["source_id"], None)
            wanted[ad["source_id"]] = ad
        else:
            wanted.pop(ad["source_id"], None)
            gone[ad["source_id"]] = None
    return wanted, gone, bad


def _remove(rows: dict[str, ImportedAd], gone: dict[str, datetime | None]) -> int:
    changed = []
    for source_id, at in gone.items():
        row = rows.get(source_id)
        if row and row.removed_at is None and row.fetched_at and (row.is_listed or at):
            row.removed_at = at or timezone.now()
            changed.append(row)
    ImportedAd.objects.bulk_update(changed, ["removed_at"])
    return len(changed)


def _upsert(rows: dict[str, ImportedAd], wanted: dict[str, dict], state: ImportState) -> int:
    made, same = [], []
    for source_id, fields in wanted.items():
        row = rows.get(source_id)
        listed = {**fields, "is_listed": True, "removed_at": None}
        if row and (row.version > fields["version"] or _is_same(row, listed)):
            same.append(row.pk)
        else:
            made.append(ImportedAd(**listed, seen_run=state.run, fetched_at=timezone.now()))
    ImportedAd.objects.bulk_create(made, update_conflicts=True, unique_fields=["source_id"], update_fields=_KEPT)
    ImportedAd.objects.filter(pk__in=same).exclude(seen_run=state.run).update(seen_run=state.run)
    return len(made)


def _is_same(row: ImportedAd, fields: dict) -> bool:
    return all(getattr(row, name) == value for name, value in fields.items())


def _forget_all(state: ImportState) -> None:
    """Staff want nothing any more: the list is empty."""
    with transaction.atomic():
        _write(state, choices_key="", phase=Phase.SNAPSHOT, since=None, asking_at=None, done=0, etag="")
        ImportedAd.objects.filter(is_listed=True, removed_at=None).update(removed_at=timezone.now())


# --- what staff have chosen ------------------------------------------------------------------------------------------


@transaction.atomic
def take_away(choice: ImportChoice, *, by: User) -> bool:
    """Staff want this no longer; its ads leave the list with the next import. -> False when it was gone already."""
    if not ImportChoice.objects.filter(pk=choice.pk).delete()[0]:
        return False
    audit.record("importchoice.taken_away", actor=by, about=("importchoice", choice.pk))
    return True


def _choices() -> list[ImportChoice]:
    return list(ImportChoice.objects.order_by("pk"))


def _key(choices: list[ImportChoice]) -> str:
    """The same for the same choices, in whatever order they were made."""
    said = sorted(f"{choice.field}/{choice.occupation}/{choice.municipality}" for choice in choices)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:40]


def _is_chosen(ad: dict, choices: list[ImportChoice]) -> bool:
    return any(
        (not choice.field or choice.field == ad["occupation_field"])
        and (not choice.occupation or ad["occupation_group"] in occupations.groups([choice.occupation]))
        and (not choice.municipality or choice.municipality == ad["municipality"])
        for choice in choices
    )


# --- one ad, because somebody has pasted its address -----------------------------------------------------------------


def wish(source_id: str) -> None:
    """Remember to fetch this ad. Nothing when the import is off, or very many wait already. Safe to repeat."""
    waiting = ImportedAd.objects.filter(fetched_at=None, tries__lt=TRIES)
    if settings.JOBTECH and waiting.count() < WISHES_AT_MOST:
        ImportedAd.objects.get_or_create(source_id=source_id)


def fetch_wished() -> int:
    """Ask for the ads that somebody has pasted the address of, a few at a time. -> how many came. Safe to run twice.

    While they are away one is asked for and the others wait: a worker has more to do than to wait for each.
    """
    if not settings.JOBTECH:
        return 0
    now, due = timezone.now(), Q()
    for tries, after in enumerate(TRIED_AFTER):
        due |= Q(tries=tries, made_at__lte=now - after)
    came = 0
    for row in ImportedAd.objects.filter(due, fetched_at=None).order_by("tries", "pk")[:WISHES_AT_ONCE]:
        try:
            came += _fetch(row)
        except (jobtech.Failed, jobtech_reader.Cut):
            break
    return came


def _fetch(row: ImportedAd) -> bool:
    """Ask for one. -> whether it came. jobtech.Failed, jobtech_reader.Cut: they are away."""
    mine = ImportedAd.objects.filter(pk=row.pk, fetched_at=None, tries=row.tries)
    if not mine.update(tries=F("tries") + 1):
        return False  # another worker asks
    try:
        ad = jobtech_ads.read(jobtech.one(row.source_id))
    except jobtech_ads.BadAd:  # there is none with this id
        ImportedAd.objects.filter(pk=row.pk, fetched_at=None).update(tries=TRIES)
        return False
    if isinstance(ad, jobtech_ads.Removal) or ad["source_id"] != row.source_id:
        ImportedAd.objects.filter(pk=row.pk, fetched_at=None).update(tries=TRIES)
        return False
    return bool(ImportedAd.objects.filter(pk=row.pk, fetched_at=None).update(**ad, fetched_at=timezone.now()))
