"""Questions that need staff: from people who are, or may be, under 18, and those IM has stopped."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats.desk import Row, Step
from motesplats.models import User
from motesplats.moments import say_moment
from seekers.models import HelpRequest

SHOWN = 20
State = HelpRequest.State


def rows() -> list[Row]:
    """Oldest first. Volunteers see none of these."""
    found = HelpRequest.objects.filter(Q(state=State.ON_HOLD) | Q(state=State.WAITING) & ~Q(is_adult=True))
    return [
        Row(
            label=_("A chat is stopped") if asked.state == State.ON_HOLD else _("A question only IM can see"),
            detail=_("Asked: %(moment)s") % {"moment": say_moment(asked.created_at)},
            url=reverse("admin:seekers_helprequest_change", args=[asked.pk]),
            action=_("See the question"),
        )
        for asked in found.order_by("created_at")[:SHOWN]
    ]


def first_steps(user: User) -> list[Step]:
    """Ask once oneself, to see what people meet."""
    has_asked = HelpRequest.objects.filter(owner=user).exists()
    return [Step(2, _("Try it as a participant"), reverse("seekers:ask_start"), has_asked)]
