"""What the pages show of the library: a list by filters or words, one resource in a reader's language."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, When
from django.utils import timezone
from django.utils.text import slugify

from library import search
from library.models import Category, Edition, KeptResource, Resource
from motesplats.models import Office

PER_PAGE = 12
NEW_FOR = timedelta(days=365)
SWEDISH = "sv"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of resources, and what was looked for instead of misspelt words."""

    page: Page
    mended: list[str]


def chain(language: str) -> list[str]:
    """The languages a reader gets, best first: ["prs", "fa", "sv"]."""
    others = settings.MODELTRANSLATION_FALLBACK_LANGUAGES
    return list(dict.fromkeys([language, *others.get(language, others["default"]), SWEDISH]))


def categories() -> QuerySet[Category]:
    """The needs there are, in order."""
    return Category.objects.filter(is_active=True)


def offices() -> dict[str, Office]:
    """name in the address -> office, of those that some tip is only for. One query."""
    only_for = Resource.objects.published().filter(offices=OuterRef("pk"))
    return {slugify(office.name): office for office in Office.objects.filter(Exists(only_for)).order_by("name")}


def find(chosen: dict[str, str], number: str | None, *, office: Office | None = None) -> Shown:
    """The page `number` of what fits. `chosen`: q, behov, niva, sprak (forms.SearchForm)."""
    among = _filtered(chosen, office)
    if "q" not in chosen:
        return Shown(_page(among, number), [])
    found = search.find(chosen["q"], among=among)
    page = Paginator(found.ids, PER_PAGE).get_page(number)
    return Shown(_with_rows(page), found.mended)


def _filtered(chosen: dict[str, str], office: Office | None) -> QuerySet[Resource]:
    among = Resource.objects.published()
    if "behov" in chosen:
        among = among.filter(category__slug=chosen["behov"])
    if "niva" in chosen:
        among = among.filter(level=chosen["niva"])
    if "sprak" in chosen:
        among = among.in_language(chosen["sprak"])
    return among.for_office(office) if office else among


def _page(rows: QuerySet[Resource], number: str | None) -> Page:
    return Paginator(rows.select_related("category").order_by(*Resource._meta.ordering), PER_PAGE).get_page(number)


def _with_rows(page: Page) -> Page:
    """The page of ids with the resources in their place, in the same order."""
    ids = list(page.object_list)
    place = Case(*(When(pk=pk, then=at) for at, pk in enumerate(ids)), output_field=IntegerField())
    rows = Resource.objects.filter(pk__in=ids).select_related("category")
    page.object_list = list(rows.annotate(place=place).order_by("place")) if ids else []
    return page


def edition_for(resource: Resource, language: str) -> Edition | None:
    """The text in the best language this reader gets; None of a link."""
    wanted = chain(language)
    found = [edition for edition in resource.editions.exclude(html="") if edition.language in wanted]
    return min(found, key=lambda edition: wanted.index(edition.language), default=None)


def neighbours(resource: Resource) -> tuple[Resource | None, Resource | None]:
    """(the one before, the one after) in the same need."""
    rows = list(Resource.objects.published().filter(category=resource.category_id).order_by("position", "pk")[:200])
    ids = [row.pk for row in rows]
    at = ids.index(resource.pk) if resource.pk in ids else None
    if at is None:
        return None, None
    return rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None


def kept_by(user) -> QuerySet[Resource]:
    """The reading list, what was put there last first. Nothing for somebody not logged in."""
    if not user.is_authenticated:
        return Resource.objects.none()
    kept = KeptResource.objects.filter(user=user).order_by("-pk").values_list("resource_id", flat=True)
    order = {pk: at for at, pk in enumerate(kept)}
    rows = Resource.objects.published().filter(pk__in=order).select_related("category")
    place = Case(*(When(pk=pk, then=at) for pk, at in order.items()), default=0, output_field=IntegerField())
    return rows.annotate(place=place).order_by("place")


def newest(limit: int = 30) -> QuerySet[Resource]:
    """What came last, for the feed: at most a year old."""
    rows = Resource.objects.published().filter(published_at__gte=timezone.now() - NEW_FOR)
    return rows.select_related("category").order_by("-published_at", "-pk")[:limit]
