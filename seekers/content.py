"""What the house comes with: checklists for CVs and letters, and questions to practise for an interview.

It is IM's from then on: what they change is never written over, and what they wrote themselves is left alone.
"""

import json
from pathlib import Path

from django.db import transaction
from django.utils.translation import override

from seekers.models import ChecklistPoint, InterviewQuestion

_FILE = Path(__file__).with_name("content.json")
_MODELS = {"checklist_points": ChecklistPoint, "interview_questions": InterviewQuestion}


def texts() -> dict[str, list[dict]]:
    """checklist_points and interview_questions: lists of {key, position, text: {language: words}, …}."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load_missing() -> int:
    """Add what is not here yet, known by its key. -> how many. Safe to run again, and twice at once."""
    added = 0
    for name, rows in texts().items():
        model = _MODELS[name]
        known = set(model.objects.exclude(key=None).values_list("key", flat=True))
        with override("sv"):  # the column without a language holds the Swedish words
            missing = [model(**_columns(row)) for row in rows if row["key"] not in known]
        model.objects.bulk_create(missing, ignore_conflicts=True)
        added += len(missing)
    return added


def _columns(row: dict) -> dict:
    """{"text": {"sv": ..., "ar": ...}} -> {"text_sv": ..., "text_ar": ...}; other languages fall back to Swedish."""
    columns = {}
    for name, value in row.items():
        columns |= (
            {f"{name}_{code}": words for code, words in value.items()} if isinstance(value, dict) else {name: value}
        )
    return columns
