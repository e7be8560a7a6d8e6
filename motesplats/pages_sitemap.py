"""`/sitemap.xml` and `/robots.txt`: the public pages in each language of the menu, each naming the others (roof)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from library.models import Resource
from vacancies.models import Vacancy

PAGES = [
    "pages:home",
    "seekers:ask_start",
    "library:resource_list",
    "library:partner_list",
    "vacancies:vacancy_list",
    "vacancies:warning_show",
    "volunteers:volunteer_show",
    "pages:privacy",
]

# What is somebody's own, or opens with a secret in the address.
OWN = ["admin", "chatt", "demo", "intyg", "jobb/bevakningar", "jour", "konto", "krok", "mina-dokument", "mina-fragor",
       "pass", "tid", "tips/foresla", "tips/min-lista"]  # fmt: skip


class _InAllLanguages(Sitemap):
    i18n = alternates = x_default = True
    languages = settings.MENU_LANGUAGES
    protocol = urlsplit(settings.PUBLIC_URL).scheme
    limit = 1000

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.PUBLIC_URL).netloc

    def get_languages_for_item(self, item) -> list[str]:
        return self.languages


class Pages(_InAllLanguages):
    def items(self):
        return PAGES

    def location(self, item: str) -> str:
        return reverse(item)


class Tips(_InAllLanguages):
    def items(self):
        return Resource.objects.published().only("slug", "changed_at").order_by("pk")

    def location(self, item: Resource) -> str:
        return reverse("library:resource_show", args=[item.slug])

    def lastmod(self, item: Resource):
        return item.changed_at


class Ads(_InAllLanguages):
    def items(self):
        return Vacancy.objects.shown().only("public_id", "published_at").order_by("pk")

    def location(self, item: Vacancy) -> str:
        return reverse("vacancies:vacancy_show", args=[item.public_id])

    def lastmod(self, item: Vacancy):
        return item.published_at


SECTIONS = {"sidor": Pages, "tips": Tips, "jobb": Ads}


def show_index(request: HttpRequest) -> HttpResponse:
    """Which parts there are."""
    return _kept_an_hour(index(request, SECTIONS, sitemap_url_name="sitemap_section"))


def show_section(request: HttpRequest, section: str) -> HttpResponse:
    """One part, 1000 addresses a page."""
    return _kept_an_hour(sitemap(request, SECTIONS, section=section))


def _kept_an_hour(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt` (RFC 9309): search engines may read all but OWN, which they may read in no language."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    prefixes = ["", *(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    lines = [f"Disallow: {prefix}/{place}/" for prefix in prefixes for place in OWN]
    lines = ["User-agent: *", *lines, "", f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}", ""]
    return _kept_an_hour(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))
