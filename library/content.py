"""What the library comes with: needs, links to others' pages, and our own texts. It is IM's from then on.

What staff change is never written over. content/*.json says what there is, content/articles/<key>.<language>.md the
texts.
"""

import json
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from library import partners, publishing
from library.models import Category, Partner, Resource

_FOLDER = Path(__file__).with_name("content")


def rows(name: str) -> list[dict]:
    """categories, links, articles or partners: lists of {key, …, title: {language: words}}; an article has its body."""
    found = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if name == "articles":
        for row in found:
            row["body"] = {
                path.suffixes[-2][1:]: path.read_text(encoding="utf-8")
                for path in sorted((_FOLDER / "articles").glob(f"{row['key']}.*.md"))
            }
    return found


@transaction.atomic
def load_missing() -> int:
    """Add what is not here yet, known by its key. -> how many. Safe to run again."""
    with override(publishing.SWEDISH):  # the column without a language holds the Swedish words
        return _load_categories() + _load_resources() + _load_partners()


def _load_categories() -> int:
    known = set(Category.objects.exclude(key=None).values_list("key", flat=True))
    missing = [
        Category(**_columns({"slug": row["key"], **row})) for row in rows("categories") if row["key"] not in known
    ]
    Category.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _load_resources() -> int:
    known = set(Resource.objects.exclude(key=None).values_list("key", flat=True))
    categories = {category.key: category for category in Category.objects.exclude(key=None)}
    missing = [row for name in ("articles", "links") for row in rows(name) if row["key"] not in known]
    for row in missing:
        given = _columns({"slug": row["key"], "kind": Resource.Kind.LINK, **row})
        given["category"] = categories[given["category"]]
        shown = {"state": Resource.State.PUBLISHED, "published_at": timezone.now()}
        publishing.store(Resource(**given, **shown), by=None)
    return len(missing)


def _load_partners() -> int:
    known = set(Partner.objects.exclude(key=None).values_list("key", flat=True))
    named = set(Partner.objects.values_list("name", flat=True))
    missing = [row for row in rows("partners") if row["key"] not in known and row["name"] not in named]
    for row in missing:
        partners.store(Partner(**_columns({"slug": row["key"], **row})))
    return len(missing)


def _columns(row: dict) -> dict:
    """{"title": {"sv": ..., "en": ...}} -> {"title_sv": ..., "title_en": ...}; other languages fall back to Swedish."""
    columns = {}
    for name, value in row.items():
        columns |= (
            {f"{name}_{code}": words for code, words in value.items()} if isinstance(value, dict) else {name: value}
        )
    return columns
