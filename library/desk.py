"""What the library needs staff for: suggestions to look at, texts whose day has come, links that do not work."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from library.models import FAILING, Answer, LinkState, Partner, Resource
from motesplats.desk import Row


def rows() -> list[Row]:
    """Each suggestion, each link to mend, and one row for what is no longer shown since its last day has gone by."""
    suggested = Resource.objects.filter(state=Resource.State.SUGGESTED).order_by("created_at")[:20]
    found = [
        Row(
            label=_("Somebody suggests a tip: %(title)s") % {"title": resource.title},
            url=reverse("admin:library_resource_change", args=[resource.pk]),
            action=_("Look at it"),
            at=resource.created_at,
        )
        for resource in suggested
    ]
    late = Resource.objects.filter(state=Resource.State.PUBLISHED, valid_until__lt=timezone.localdate()).count()
    if late:
        label = ngettext(
            "%(n)d tip has passed its last day and is not shown",
            "%(n)d tips have passed their last day and are not shown",
            late,
        ) % {"n": late}  # fmt: skip
        url = f"{reverse('admin:library_resource_changelist')}?state__exact=published&o=-5"
        found.append(Row(label=label, url=url, action=_("See the tips")))
    return [*found, *_links(), *_unseen()]


def _links() -> list[Row]:
    """One for each tip with an address that fails, or that has moved; the longest broken first."""
    if not settings.LINK_CHECK:
        return []
    wrong = LinkState.objects.filter(answer__in=[*FAILING, Answer.MOVED], resource__state=Resource.State.PUBLISHED)
    rows = {}
    for link in wrong.select_related("resource").order_by("-failures", "checked_at")[:40]:
        said = {"title": link.resource.title, "what": link.get_answer_display()}
        rows.setdefault(link.resource_id, Row(
            label=_("The link of a tip: %(title)s. We found: %(what)s.") % said,
            url=reverse("admin:library_resource_change", args=[link.resource_id]),
            action=_("Look at the link"),
            detail=link.leads_to or link.url,
            at=link.checked_at,
        ))  # fmt: skip
    return list(rows.values())[:20]


def _unseen() -> list[Row]:
    """Addresses of others who help that nobody at IM has opened."""
    number = Partner.objects.listed().filter(looked_at=None).count()
    label = ngettext(
        "Nobody at IM has opened %(n)d address of others who help",
        "Nobody at IM has opened %(n)d addresses of others who help",
        number,
    ) % {"n": number}  # fmt: skip
    url = f"{reverse('admin:library_partner_changelist')}?looked_at__isempty=1"
    return [Row(label=label, url=url, action=_("Open the pages"))] if number else []
