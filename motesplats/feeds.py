"""JSON Feed 1.1 (jsonfeed.org), for Django's feeds: `feed_type = JsonFeed`; a `subtitle` says what it is about."""

import json

from django.utils.feedgenerator import SyndicationFeed


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
