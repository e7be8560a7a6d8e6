"""The newest ads that are shown, in Swedish: as Atom, and as JSON Feed."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from motesplats.json_feed import JsonFeed
from vacancies.models import Vacancy

IN_THE_FEED = 50


class NewAds(Feed):
    feed_type = Atom1Feed
    title = _("Mötesplats: jobs and internships")
    subtitle = _("Jobs for somebody who is new in Sweden.")
    link = reverse_lazy("vacancies:vacancy_list")

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=600"  # what is hidden is soon out of it
        return response

    def items(self):
        return Vacancy.objects.shown().select_related("employer").order_by("-published_at", "-pk")[:IN_THE_FEED]

    def item_title(self, item: Vacancy) -> str:
        return item.title

    def item_description(self, item: Vacancy) -> str:
        return f"{item.employer.name}, {item.town}. {item.tasks}"

    def item_link(self, item: Vacancy) -> str:
        return reverse("vacancies:vacancy_show", args=[item.public_id])

    def item_author_name(self, item: Vacancy) -> str:
        return item.employer.name

    def item_pubdate(self, item: Vacancy) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Vacancy) -> datetime:
        return item.published_at  # to change an ad it is taken back, and published anew

    def item_categories(self, item: Vacancy) -> list[str]:
        return [item.get_kind_display(), item.town]


class NewAdsAsJson(NewAds):
    feed_type = JsonFeed
