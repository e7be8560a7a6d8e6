"""The code of conduct that everybody accepts who helps. IM writes it in the admin. Source: domain.md §7.

Whoever changes what it means publishes a new version: then every volunteer reads and accepts it again, kindly, before
the next visit to the desk and the next question. A comma is corrected in the version that holds. Old versions stay.
"""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from motesplats import audit
from motesplats.layers import nudge
from motesplats.models import User
from volunteers.models import ConductAcceptance, ConductVersion, Volunteer

VERSION = "2026-11"  # of the text the house comes with
_FILE = Path(__file__).with_name("conduct.json")
TEXTS = tuple(f"text_{code}" for code, _name in settings.LANGUAGES)


class RulesFirst(Exception):
    """The rules as they read today were not accepted: that comes before the next question."""


class Replaced(Exception):
    """Somebody has published a newer version meanwhile."""


def current() -> ConductVersion:
    """The version that holds. One query. In a house where nothing is loaded yet: the text it comes with, not stored."""
    return ConductVersion.objects.filter(is_current=True).first() or _first()


def current_version() -> str:
    """Its name, for example '2026-11'. One query."""
    held = ConductVersion.objects.filter(is_current=True).values_list("version", flat=True).first()
    return held or VERSION


@cache
def _texts() -> dict[str, str]:
    lines = json.loads(_FILE.read_text(encoding="utf-8"))["text"]
    return {f"text_{code}": "\n".join(words) for code, words in lines.items()}


def _first() -> ConductVersion:
    with override("sv"):  # the column without a language holds the Swedish words
        return ConductVersion(version=VERSION, **_texts())


def load_missing() -> int:
    """Store the text the house comes with, once; it is IM's from then on. -> how many. Safe to run again."""
    if ConductVersion.objects.exists():
        return 0
    return len(ConductVersion.objects.bulk_create([_first()], ignore_conflicts=True))


def find(version: str) -> ConductVersion | None:
    """A version, old or new."""
    return ConductVersion.objects.filter(version=version).first() or (_first() if version == VERSION else None)


@transaction.atomic
def publish(replaces: ConductVersion, texts: dict[str, str], *, by: User) -> ConductVersion:
    """A new version holds from now on; everybody accepts again. `texts`: column of TEXTS -> words.

    Raises Replaced when `replaces` does not hold any more: somebody else published one.
    """
    if not ConductVersion.objects.filter(pk=replaces.pk, is_current=True).update(is_current=False):
        raise Replaced
    with override("sv"):
        made = ConductVersion.objects.create(version=_next_name(), **_columns(texts))
    about = ("conductversion", made.pk)
    audit.record("conduct.published", actor=by, about=about, version=made.version, before=replaces.version)
    nudge("desk")
    return made


@transaction.atomic
def correct(held: ConductVersion, texts: dict[str, str], *, by: User) -> None:
    """Better words, the same meaning: nobody accepts again. Raises Replaced."""
    with override("sv"):
        if not ConductVersion.objects.filter(pk=held.pk, is_current=True).update(**_columns(texts)):
            raise Replaced
    audit.record("conduct.corrected", actor=by, about=("conductversion", held.pk), version=held.version)


def _columns(texts: dict[str, str]) -> dict[str, str]:
    return {name: texts.get(name) or "" for name in TEXTS}


def _next_name() -> str:
    """'2026-12', and '2026-12.2' for the second of the same month. At most 10 characters."""
    month = timezone.localdate().strftime("%Y-%m")
    taken = set(ConductVersion.objects.filter(version__startswith=month).values_list("version", flat=True)) | {VERSION}
    number = 1
    while (name := month if number == 1 else f"{month}.{number}") in taken:
        number += 1
    return name


def has_accepted(volunteer: Volunteer) -> bool:
    """The version of today was accepted. One query."""
    return volunteer.conduct_version == current_version()


def stop_unless_accepted(volunteer: Volunteer) -> None:
    """Before a volunteer comes into a chat, with the row locked and fresh. Raises RulesFirst."""
    if not has_accepted(volunteer):
        raise RulesFirst


@transaction.atomic
def accept(volunteer: Volunteer, version: str | None = None) -> None:
    """This volunteer has read and accepted `version`; None: that of today. The first time counts. Safe to repeat."""
    version, now = version or current_version(), timezone.now()
    change = {"conduct_version": version, "conduct_accepted_at": now}
    if Volunteer.objects.filter(pk=volunteer.pk).exclude(conduct_version=version).update(**change):
        ConductAcceptance.objects.get_or_create(volunteer=volunteer, version=version, defaults={"at": now})
        audit.record("conduct.accepted", actor=volunteer.user, about=("volunteer", volunteer.pk), version=version)
        nudge("desk")
    volunteer.refresh_from_db(fields=list(change))


def accepted_by(volunteer: Volunteer) -> list[ConductAcceptance]:
    """What this volunteer accepted, and when; the newest first. One query."""
    return list(ConductAcceptance.objects.filter(volunteer=volunteer))


def export(volunteer: Volunteer) -> list[dict]:
    """The same, for JSON."""
    return [{"version": row.version, "at": row.at.isoformat()} for row in accepted_by(volunteer)]


def forget(volunteer: Volunteer) -> None:
    """The time of keeping is over, or the person asked to be erased."""
    ConductAcceptance.objects.filter(volunteer=volunteer).delete()
