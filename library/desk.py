"""What the library needs staff for: suggestions to look at, texts whose day has come, links that do not work."""

from django.conf import settings
from django.db.models import Q
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
    """One for each tip, and each of the others who help, whose address fails or has moved; the longest broken first."""
    if not settings.LINK_CHECK:
        return []
    shown = Q(resource__state=Resource.State.PUBLISHED) | Q(partner__is_active=True)
    wrong = LinkState.objects.filter(shown, answer__in=[*FAILING, Answer.MOVED])
    rows = {}
    for link in wrong.select_related("resource", "partner").order_by("-failures", "checked_at")[:40]:
        rows.setdefault((link.resource_id, link.partner_id), _row_of(link))
    return list(rows.values())[:20]


def _row_of(link: LinkState) -> Row:
    said = {"title": link.resource or link.partner, "what": link.get_answer_display()}
    of_tip = _("The link of a tip: %(title)s. We found: %(what)s.") % said
    of_partner = _("The address of somebody else who helps: %(title)s. We found: %(what)s.") % said
    name = "resource" if link.resource else "partner"
    return Row(
        label=of_tip if link.resource else of_partner,
        url=reverse(f"admin:library_{name}_change", args=[link.resource_id or link.partner_id]),
        action=_("Look at the link"),
        detail=link.leads_to or link.url,
        at=link.checked_at,
    )


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
