"""The copy of Platsbanken, to compare with another."""

from vacancies.models import ImportedAd, ImportState

NOT_THE_SAME = {"id", "made_at", "fetched_at", "seen_run"}


def rows() -> list[dict]:
    """Every ad of the copy, in what two copies of the same have alike."""
    names = [field.name for field in ImportedAd._meta.concrete_fields if field.name not in NOT_THE_SAME]
    return list(ImportedAd.objects.order_by("source_id").values(*names))


def ids(found) -> set[int]:
    """The numbers that jobtech_stand_in gave these ads."""
    return {int(row.source_id) - 10_000_000 for row in found}


def again() -> None:
    """As on the first day."""
    ImportedAd.objects.all().delete()
    ImportState.objects.all().delete()
