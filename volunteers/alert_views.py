"""Notices when somebody waits: when they keep quiet, and on which devices they come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motesplats.dispatch import hand_over
from volunteers import push, quiet_hours
from volunteers.access import for_volunteers
from volunteers.alert_forms import DeviceForm, QuietHoursForm
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
    shown = {
        "form": form,
        "wish": wish,
        "devices": volunteer.push_subscriptions.all(),
        "public_key": push.public_key(),
    }
    return render(request, "volunteers/alerts_edit.html", shown)


@require_POST
@for_volunteers
def add_device(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """For push.js: this browser may show notices. 204, or 400 when it is no push service's address."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        device = push.add_device(volunteer, **form.cleaned_data, actor=request.user)
    except push.NotAPushService:
        return HttpResponseBadRequest()
    hand_over(device.pk, task="volunteers.tasks.greet_device")
    return HttpResponse(status=204)


@require_POST
@for_volunteers
def remove_device(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """No notices on that device any more."""
    push.remove_device(volunteer, public_id, actor=request.user)
    return redirect("volunteers:alerts_edit")
