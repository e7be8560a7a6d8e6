"""Acts on one's own shifts: half an hour now, a seat offered to others, and the page behind the button of a mail."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motesplats.moments import say_time
from volunteers import access, reminders, roster, rules, seat_links, standing, swaps
from volunteers.forms import UnbookForm
from volunteers.models import Shift, ShiftBooking, ShiftRule, Volunteer

DESK = "chat:desk_show"  # an address only: this floor knows no chat


@require_POST
@access.for_volunteers
def stand_by(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The button "I have 30 minutes now": one tap, then the desk."""
    try:
        booking = roster.stand_by(volunteer)
    except roster.CannotBook:
        messages.error(request, _("You cannot book shifts now."))
    else:
        said = _("Thank you! You take questions until %(time)s.")
        messages.success(request, said % {"time": say_time(booking.shift.ends_at)})
    return redirect(DESK)


@require_POST
@access.for_volunteers
def offer_seat(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """Let another take the seat over, or (`back`) keep it."""
    shift = get_object_or_404(Shift, public_id=public_id)
    if "back" in request.POST:
        if swaps.withdraw(volunteer, shift):
            messages.success(request, _("The shift is yours. It is not offered any more."))
    elif swaps.offer(volunteer, shift):
        messages.success(request, _("Others see it now. The shift is yours until somebody takes it."))
    return redirect("volunteers:shift_list")


@require_POST
@access.for_volunteers
def take_over_seat(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """One tap; the first wins."""
    shift = get_object_or_404(Shift, public_id=public_id)
    return tried(request, lambda: swaps.take_over(volunteer, shift), said=_("The shift is yours."))


@require_POST
@access.for_volunteers
def change_standing(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """Have a weekly shift every week, or (`end`) not any more."""
    rule = get_object_or_404(ShiftRule, public_id=public_id)
    if "end" in request.POST:
        if standing.give_up(volunteer, rule):
            messages.success(request, _("You do not have the shift every week any more. Booked shifts stay."))
        return redirect("volunteers:shift_list")
    said = _("You have the shift every week now.")
    return tried(request, lambda: standing.begin(volunteer, rule), said=said)


def tried(request: HttpRequest, act: Callable[[], object], *, said: str) -> HttpResponse:
    """Do `act` and go back to the list, with `said` or with why it could not be done."""
    try:
        act()
    except roster.CannotBook as problem:
        messages.error(request, refusal(problem.reason))
    else:
        messages.success(request, said)
    return redirect("volunteers:shift_list")


def refusal(reason: str) -> str:
    """Why a seat could not be taken, in words. `reason`: a code of roster.CannotBook."""
    return {
        "over": _("That shift is over."),
        "full": _("Somebody was faster. The shift is full."),
        "clash": _("You have another shift at the same time."),
        "not_approved": _("You cannot book shifts now."),
        "not_fitting": _("This shift is for other languages or topics than yours."),
    }[reason]


# --- the page behind the button of a mail: no login, the address is the key ------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def show_seat(request: HttpRequest, token: str) -> HttpResponse:
    """One seat, with the buttons that make sense now. A POST presses one of them and leads back here."""
    booking = seat_links.booking_for(token)
    if booking is None:
        raise Http404
    if request.method == "POST":
        _press(request, booking)
        return redirect(request.path)
    return render(request, "volunteers/seat_show.html", _seat(booking))


def _seat(booking: ShiftBooking) -> dict:
    now, shift = timezone.now(), booking.shift
    is_mine = booking.cancelled_at is None and shift.can_be_changed(now)
    may_differ = is_mine and shift.follows_rule and shift.starts_at > now and not booking.kept_at
    plan = rules.plan_of(shift) if may_differ else None
    return {
        "booking": booking,
        "shift": shift,
        "is_mine": is_mine,
        "is_asked": is_mine and booking.asked_at and not booking.answered_at,
        "has_begun": shift.starts_at <= now,
        "was_changed": may_differ and not _is_as_planned(shift, plan),
        "plan": plan,
        "form": UnbookForm(),
    }


def _is_as_planned(shift: Shift, plan: rules.Hours | None) -> bool:
    return plan is not None and (shift.starts_at, shift.ends_at) == (plan.starts_at, plan.ends_at)


def _press(request: HttpRequest, booking: ShiftBooking) -> None:
    act = request.POST.get("act")
    if act == "yes" and reminders.say_yes(booking):
        messages.success(request, _("Good! Log in and open the desk."))
    elif act == "keep" and reminders.keep(booking):
        messages.success(request, _("You keep the shift."))
    elif act == "leave" and _leave(request, booking):
        messages.success(request, _("The shift is no longer yours. Thank you for telling us."))


def _leave(request: HttpRequest, booking: ShiftBooking) -> bool:
    form = UnbookForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        return swaps.hand_back(booking.volunteer, booking.shift, reason=reason)
    except roster.ShiftOver:
        return False
