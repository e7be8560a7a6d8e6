"""The volunteers' own pages: becoming one, and the shifts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from volunteers import access, approval, course, roster, standing, steps, swaps
from volunteers.forms import ApplicationForm, SettingsForm, UnbookForm
from volunteers.models import Shift, Volunteer
from volunteers.shift_views import tried

SHIFTS_PER_PAGE = 20


def show_volunteer(request: HttpRequest) -> HttpResponse:
    """What a volunteer does; the form that fits who is looking."""
    volunteer = access.volunteer_of(request.user)
    form = _form_for(request, volunteer)
    if request.method == "POST" and (form is None or form.is_valid()):
        return redirect(_store(request, volunteer, form.cleaned_data) if form else "volunteers:volunteer_show")
    shown = {"volunteer": volunteer, "form": form}
    if volunteer and volunteer.state == Volunteer.State.APPLIED:
        shown["steps"] = steps.of(volunteer)
    if volunteer and volunteer.may_learn:
        shown["first_steps"] = course.first_steps(volunteer)
    return render(request, "volunteers/volunteer_show.html", shown)


def _store(request: HttpRequest, volunteer: Volunteer | None, said: dict) -> str:
    """-> the name of the page that follows."""
    if volunteer is None:
        approval.apply(request.user, **said)
        return "volunteers:about_edit"
    try:
        approval.edit(volunteer, actor=request.user, **said)
        messages.success(request, _("Saved."))
    except approval.StateConflict:
        pass  # paused a moment ago: the page that follows says so
    return "volunteers:volunteer_show"


def _form_for(request: HttpRequest, volunteer) -> SettingsForm | None:
    given = request.POST if request.method == "POST" else None
    if not request.user.is_authenticated:
        return None
    if volunteer is None:
        return ApplicationForm(given, initial={"name": request.user.display_name})
    if not volunteer.is_approved:
        return None
    return SettingsForm(given, initial={"languages": volunteer.languages, "topics": volunteer.topics})


@require_safe
@access.for_volunteers
def list_shifts(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The volunteer's own shifts, then those that have a seat to take."""
    shifts = Shift.objects.upcoming(timezone.now()).with_booked().with_own_seat(volunteer).select_related("office")
    open_shifts = shifts.for_everybody().filter(is_own=False).with_offered().with_room()
    page = Paginator(open_shifts, SHIFTS_PER_PAGE).get_page(request.GET.get("sida"))
    shown = {
        "own": shifts.filter(is_own=True).with_own_offer(volunteer),
        "page": page,
        "weekly": standing.offered_to(volunteer),
        "unbook_form": UnbookForm(),
        "volunteer": volunteer,
    }
    return render(request, "volunteers/shift_list.html", shown)


@require_POST
@access.for_volunteers
def book_shift(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """Take a seat in a shift."""
    shift = get_object_or_404(Shift, public_id=public_id)
    return tried(request, lambda: roster.book(volunteer, shift), said=_("The shift is yours."))


@require_POST
@access.for_volunteers
def unbook_shift(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """Give a seat back."""
    shift = get_object_or_404(Shift, public_id=public_id)
    form = UnbookForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    said = _("The shift is no longer yours. Thank you for telling us.")
    return tried(request, lambda: swaps.hand_back(volunteer, shift, reason=reason), said=said)
