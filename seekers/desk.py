"""What documents need staff for: something that should have been removed is still there."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motesplats.desk import Row
from seekers import retention


def rows() -> list[Row]:
    """Nothing, unless the clocks of retention.py have stood still for a day."""
    number = sum(retention.overdue().values())
    if not number:
        return []
    label = ngettext(
        "%(n)d text or file should have been taken away. Call whoever runs the server.",
        "%(n)d texts or files should have been taken away. Call whoever runs the server.",
        number,
    ) % {"n": number}  # fmt: skip
    url = reverse("admin:motesplats_auditentry_changelist")
    return [Row(label=label, url=url, action=_("See what was done"))]
