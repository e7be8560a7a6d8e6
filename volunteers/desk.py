"""What the volunteers' side needs staff for."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motesplats.desk import Row, Step
from motesplats.models import User
from motesplats.moments import say_moment, say_span
from volunteers import helplines, roster, steps
from volunteers.models import CareCall, Shift, Volunteer

EMPTY_WITHIN = timedelta(hours=72)
SHOWN = 20


def rows() -> list[Row]:
    """Applications, shifts within three days that nobody has booked, volunteers to talk with, numbers to check."""
    return [*_applications(), *_empty_shifts(), *_care_calls(), *_follow_ups(), *_numbers_to_check()]


def first_steps(user: User) -> list[Step]:
    """Approve one volunteer, lay one shift."""
    volunteers, add_shift = reverse("admin:volunteers_volunteer_changelist"), reverse("admin:volunteers_shift_add")
    return [
        Step(3, _("Approve one volunteer"), volunteers, Volunteer.objects.exclude(approved_at=None).exists()),
        Step(4, _("Lay one evening shift"), add_shift, Shift.objects.exists()),
    ]


def _applications() -> list[Row]:
    waiting = Volunteer.objects.filter(state=Volunteer.State.APPLIED).select_related("user").order_by("applied_at")
    return [
        Row(
            label=_("%(name)s wants to be a volunteer") % {"name": volunteer.user},
            detail=_("Applied: %(moment)s") % {"moment": say_moment(volunteer.applied_at)},
            url=reverse("admin:volunteers_volunteer_change", args=[volunteer.pk]),
            action=_("Read the application"),
            at=volunteer.applied_at,
        )
        for volunteer in waiting[:SHOWN]
    ]


def _empty_shifts() -> list[Row]:
    empty = roster.shifts_without_anybody(until=timezone.now() + EMPTY_WITHIN)
    return [
        Row(
            label=_("Nobody has booked this shift"),
            detail=say_span(shift.starts_at, shift.ends_at),
            url=reverse("admin:volunteers_shift_change", args=[shift.pk]),
            action=_("See the shift"),
            at=shift.starts_at,
        )
        for shift in empty[:SHOWN]
    ]


def _care_calls() -> list[Row]:
    calls = CareCall.objects.waiting().select_related("volunteer__user").order_by("contact_by")
    return [
        Row(
            label=_("%(name)s needs to hear from you after a chat") % {"name": call.volunteer},
            detail=_("Promised: %(moment)s") % {"moment": say_moment(call.contact_by)},
            url=reverse("admin:volunteers_carecall_change", args=[call.pk]),
            action=_("See who"),
            at=call.contact_by,
        )
        for call in calls[:SHOWN]
    ]


def _follow_ups() -> list[Row]:
    """Three shifts are over, and nobody has asked how it went. Once for each volunteer."""
    return [
        Row(
            label=_("%(name)s has had three shifts: ask how it is going") % {"name": volunteer},
            detail=volunteer.user.email,
            url=reverse("admin:volunteers_volunteer_change", args=[volunteer.pk]),
            action=_("See the volunteer"),
        )
        for volunteer in steps.to_follow_up(timezone.now())[:SHOWN]
    ]


def _numbers_to_check() -> list[Row]:
    number = helplines.to_verify()
    label = ngettext(
        "%(n)d phone number that volunteers see is not checked",
        "%(n)d phone numbers that volunteers see are not checked",
        number,
    )
    url = reverse("admin:volunteers_helpline_changelist")
    return [Row(label=label % {"n": number}, url=url, action=_("Check the numbers"))] if number else []
