"""How long ads from Platsbanken stay after their end. They hold no person; but what is gone there shall go here too."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from vacancies.models import ImportedAd

GONE_KEPT = timedelta(days=30)  # since it was removed, or its last day: a question about it may still be open
ALONE_KEPT = timedelta(days=90)  # somebody pasted its address; nobody follows its changes
WISHES_KEPT = timedelta(days=7)  # asked for and never found


def old_imported(at: datetime) -> QuerySet[ImportedAd]:
    """Ads that are gone or were looked at so long ago, and wishes that came to nothing."""
    return ImportedAd.objects.filter(
        Q(removed_at__lt=at - GONE_KEPT)
        | Q(deadline__lt=at - GONE_KEPT)
        | Q(is_listed=False, fetched_at__lt=at - ALONE_KEPT)
        | Q(fetched_at=None, made_at__lt=at - WISHES_KEPT)
    )
