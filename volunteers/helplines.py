"""Where to turn when it is hard: the list the house comes with. It is IM's from then on; nothing is written over."""

import json
from pathlib import Path

from django.db import transaction
from django.utils.translation import override

from volunteers.models import Helpline

_FILE = Path(__file__).with_name("helplines.json")


@transaction.atomic
def load_missing() -> int:
    """Add what is not here yet, known by its key; IM has to check the numbers. -> how many. Safe to run again."""
    known = set(Helpline.objects.exclude(key=None).values_list("key", flat=True))
    with override("sv"):  # the column without a language holds the Swedish words
        rows = json.loads(_FILE.read_text(encoding="utf-8"))
        missing = [Helpline(**_columns(row)) for row in rows if row["key"] not in known]
    Helpline.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _columns(row: dict) -> dict:
    """{"name": {"sv": ..., "ar": ...}} -> {"name_sv": ..., "name_ar": ...}"""
    columns = {key: row[key] for key in ("key", "position", "number")}
    for field in ("name", "good_for"):
        columns |= {f"{field}_{code}": words for code, words in row[field].items()}
    return columns


def to_verify() -> int:
    """How many numbers in use nobody has said to have checked."""
    return Helpline.objects.filter(is_active=True, verified_on=None).count()
