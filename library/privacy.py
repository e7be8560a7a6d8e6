"""What the library keeps about people: who suggested or changed something, and reading lists (design §3)."""

from datetime import timedelta

from django.db import transaction

from library.models import KeptResource, Resource
from motesplats.models import User

# table -> how long after the person is gone; None = it holds nothing about a person.
RETENTION: dict[str, timedelta | None] = {
    "library.Category": None,
    "library.Resource": None,  # who suggested it is emptied with the account
    "library.HistoricalResource": None,  # likewise who changed it
    "library.Edition": None,
    "library.LinkState": None,
    "library.SearchWord": None,
    "library.KeptResource": timedelta(0),
    "library.Partner": None,  # associations and programmes
}


def export(person: User) -> dict:
    """The reading list and the suggestions of a person, ready for JSON. {} when there is nothing."""
    kept = KeptResource.objects.filter(user=person).select_related("resource").order_by("pk")
    suggested = Resource.objects.filter(suggested_by=person).order_by("pk")
    found = {
        "reading_list": [{"title": row.resource.title, "kept_at": row.kept_at.isoformat()} for row in kept],
        "suggested": [{"title": row.title, "url": row.url, "at": row.created_at.isoformat()} for row in suggested],
    }
    return {name: value for name, value in found.items() if value}


@transaction.atomic
def erase(person: User) -> None:
    """The list goes; what was suggested stays, by nobody."""
    KeptResource.objects.filter(user=person).delete()
    Resource.objects.filter(suggested_by=person).update(suggested_by=None)
    Resource.history.filter(history_user=person).update(history_user=None)
