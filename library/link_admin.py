"""For IM: what was found when the addresses of a tip, or of somebody else who helps, were asked."""

from django.conf import settings

from library.models import LinkState
from motesplats.admin_site import StaffInline


class LinkInline(StaffInline):
    """Only to read."""

    model = LinkState
    fields = readonly_fields = ["language", "in_text", "url", "answer", "status", "leads_to", "failures", "checked_at"]
    ordering = ["in_text", "language", "pk"]


def shown_links(obj) -> list[type[LinkInline]]:
    """The inlines of this thing's page: none while nothing is asked, and none of a new thing."""
    return [LinkInline] if settings.LINK_CHECK and obj else []
