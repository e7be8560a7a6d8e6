"""Notices when somebody waits: when they keep quiet, and on which devices they come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from volunteers import quiet_hours
from volunteers.access import for_volunteers
from volunteers.alert_forms import QuietHoursForm
from volunteers.models import Volunteer


@for_volunteers
def edit_alerts(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What a notice is, and the volunteer's own quiet hours."""
    wish = quiet_hours.wish_of(volunteer)
    given = request.POST if request.method == "POST" else None
    form = QuietHoursForm(given, initial={"start": wish.quiet_from, "end": wish.quiet_until})
    if form.is_valid():
        quiet_hours.keep_quiet(volunteer, **form.cleaned_data, actor=request.user)
        messages.success(request, _("Saved."))
        return redirect("volunteers:alerts_edit")
    return render(request, "volunteers/alerts_edit.html", {"form": form, "wish": wish})
