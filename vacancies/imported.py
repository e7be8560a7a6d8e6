"""Finding among the ads that come from Platsbanken."""

from django.db.models import Q

from motesplats import municipalities, occupations
from vacancies.models import ImportedAd
from vacancies.models.imported import ImportedAdQuerySet

WORDS_AT_MOST = 6


def looked_for(words: str) -> ImportedAdQuerySet:
    """Those that are shown and have every word in title, employer, town or occupation, the newest first."""
    found = ImportedAd.objects.shown()
    for word in words.split()[:WORDS_AT_MOST]:
        towns = [town.code for town in municipalities.search(word)]
        jobs = occupations.groups([row.id for row in occupations.search(word, limit=50)])
        said = Q(headline__icontains=word) | Q(employer__icontains=word)
        found = found.filter(said | Q(municipality__in=towns) | Q(occupation_group__in=jobs))
    return found.order_by("-published_at", "-pk").defer("text")
