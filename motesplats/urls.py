"""Every address of the house. Pages speak the language of their URL; Swedish has no prefix (design §10)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from chat import install_views, mail_hooks
from library.feeds import NewResources, NewResourcesAsJson
from motesplats import health, municipality_views, occupation_views, pages, pages_sitemap, poster_views
from vacancies.exchange_views import ads_out
from vacancies.feeds import NewAds, NewAdsAsJson

pages_patterns = [
    path("", pages.home, name="home"),
    path("integritet/", pages.privacy, name="privacy"),
    path("affisch/", poster_views.make_poster, name="poster_make"),
    path("affisch/ark/", poster_views.show_poster, name="poster_show"),
    path("affisch/ark.pdf", poster_views.read_poster, name="poster_pdf"),
    path("tipsa/", poster_views.tell_friend, name="tell_friend"),
    path("fel/", pages.report, name="report"),
    path("fel/tack/", pages.report_thanks, name="report_thanks"),
]

handler500 = "motesplats.pages.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sw.js", install_views.service_worker, name="service_worker"),
    path("manifest.webmanifest", install_views.manifest, name="manifest"),
    path("yrken/", occupation_views.list_occupations, name="occupation_list"),
    path("kommuner/", municipality_views.list_municipalities, name="municipality_list"),
    path("tips.atom", NewResources(), name="library_feed"),
    path("tips.json", NewResourcesAsJson(), name="library_feed_json"),
    path("jobb.atom", NewAds(), name="vacancies_feed"),
    path("jobb.json", NewAdsAsJson(), name="vacancies_feed_json"),
    path("robots.txt", pages_sitemap.robots, name="robots"),
    path("api/v1/annonser.json", ads_out, name="ads_out"),
    path("sitemap.xml", pages_sitemap.show_index, name="sitemap"),
    path("sitemap-<section>.xml", pages_sitemap.show_section, name="sitemap_section"),
    path("krok/mejl/<slug:provider>/", mail_hooks.take_mail, name="mail_hook"),
    path("halsa/", health.process, name="health"),
    path("halsa/redo/", health.ready, name="health_ready"),
    *i18n_patterns(
        path("", include((pages_patterns, "pages"))),
        path("konto/", include("motesplats.account_urls")),
        path("", include("seekers.urls")),
        path("", include("volunteers.urls")),
        path("", include("chat.urls")),
        path("", include("library.urls")),
        path("", include("vacancies.urls")),
        path("demo/", include("motesplats.demo_urls")),
        prefix_default_language=False,
    ),
]
