"""What is new, for everybody, in Swedish: as Atom, or as JSON Feed 1.1 (jsonfeed.org) by `feed_type = JsonFeed`."""

import json

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed


class PublicFeed(Feed):
    """`kept_seconds`: so long others may keep it; a `subtitle` says what it is about."""

    feed_type = Atom1Feed
    kept_seconds: int

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        response.headers["Cache-Control"] = f"public, max-age={self.kept_seconds}"
        return response


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
