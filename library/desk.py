"""What the library needs staff for: suggestions to look at, and texts whose day has come."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from library.models import Resource
from motesplats.desk import Row


def rows() -> list[Row]:
    """Each suggestion, and one row for what is no longer shown since its last day has gone by."""
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
    return found
