"""The newest ads that are shown, in Swedish: as Atom, and as JSON Feed."""

from datetime import datetime

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from motesplats.feeds import JsonFeed, PublicFeed
from vacancies.models import Vacancy

IN_THE_FEED = 50


class NewAds(PublicFeed):
    kept_seconds = 600  # what is hidden is soon out of it
    title = _("Mötesplats: jobs and internships")
    subtitle = _("Jobs for somebody who is new in Sweden.")
    link = reverse_lazy("vacancies:vacancy_list")

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
