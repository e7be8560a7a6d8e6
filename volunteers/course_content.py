"""The course the house comes with. It is IM's from then on; nothing is written over."""

import json
from pathlib import Path

from django.db import transaction
from django.utils.translation import override

from volunteers.models import CoursePart

_FILE = Path(__file__).with_name("course.json")
_TRANSLATED = ("title", "body", "question", "answer")


def texts() -> list[dict]:
    """{key, position, and for title, body, question, answer: {language: words, or a list of lines}}, in order."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load_missing() -> int:
    """Add the parts that are not here yet, known by their key. -> how many. Safe to run again, and twice at once."""
    known = set(CoursePart.objects.exclude(key=None).values_list("key", flat=True))
    with override("sv"):  # the column without a language holds the Swedish words
        missing = [CoursePart(**_columns(row)) for row in texts() if row["key"] not in known]
    CoursePart.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _columns(row: dict) -> dict:
    """{"title": {"sv": ...}, "body": {"sv": [line, ...]}} -> {"title_sv": ..., "body_sv": ...}"""
    columns = {"key": row["key"], "position": row["position"]}
    for field in _TRANSLATED:
        for code, words in row[field].items():
            columns[f"{field}_{code}"] = "\n".join(words) if isinstance(words, list) else words
    return columns
