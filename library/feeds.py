"""What is new, in Swedish: as Atom, and as JSON Feed."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from library import shelf
from library.models import Resource
from motesplats.feeds import JsonFeed, PublicFeed


class NewResources(PublicFeed):
    kept_seconds = 3600
    title = _("Mötesplats: tips and examples")
    subtitle = _("What is new for somebody who looks for a job in Sweden.")
    link = reverse_lazy("library:resource_list")

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
