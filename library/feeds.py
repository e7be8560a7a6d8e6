"""What is new, in Swedish: as Atom, and as JSON Feed 1.1 (jsonfeed.org)."""

import json

from django.contrib.syndication.views import Feed
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed
from django.utils.translation import gettext_lazy as _

from library import shelf
from library.models import Resource


class JsonFeed(SyndicationFeed):
    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        """The feed as JSON Feed 1.1 names its parts."""
        said = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["subtitle"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "items": [self._item(item) for item in self.items],
        }
        outfile.write(json.dumps(said, ensure_ascii=False))

    @staticmethod
    def _item(item: dict) -> dict:
        return {
            "id": item["link"],
            "url": item["link"],
            "title": item["title"],
            "content_text": item["description"],
            "date_published": item["pubdate"].isoformat(timespec="seconds"),
            "date_modified": item["updateddate"].isoformat(timespec="seconds"),
            "tags": [str(name) for name in item["categories"]],
        }


class NewResources(Feed):
    feed_type = Atom1Feed
    title = _("Mötesplats: tips and examples")
    subtitle = _("What is new for somebody who looks for a job in Sweden.")
    link = reverse_lazy("library:resource_list")

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    def items(self):
        return shelf.newest()

    def item_title(self, item: Resource) -> str:
        return item.title

    def item_description(self, item: Resource) -> str:
        return item.description

    def item_link(self, item: Resource) -> str:
        return reverse("library:resource_show", args=[item.slug])

    def item_pubdate(self, item: Resource):
        return item.published_at

    def item_updateddate(self, item: Resource):
        return max(item.changed_at, item.published_at)

    def item_categories(self, item: Resource):
        return [item.category.name]


class NewResourcesAsJson(NewResources):
    feed_type = JsonFeed
    description = NewResources.subtitle
