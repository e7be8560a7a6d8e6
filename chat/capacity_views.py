"""The volunteer says how many chats at once are enough."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import capacity
from chat.forms import LimitForm
from volunteers.access import for_volunteers
from volunteers.models import Volunteer


@for_volunteers
def limit_edit(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """GET: one to three, or a word to who is new. POST: the choice."""
    form = LimitForm(request.POST if request.method == "POST" else None, initial={"limit": volunteer.live_limit})
    if request.method == "POST" and not capacity.may_choose(volunteer):
        messages.info(request, _("You chat with one person at a time to begin with."))
        return redirect("chat:limit_edit")
    if form.is_valid():
        capacity.choose(volunteer, limit=form.cleaned_data["limit"])
        messages.success(request, _("Saved."))
        return redirect("chat:desk_show")
    context = {"form": form, "may_choose": capacity.may_choose(volunteer)}
    return render(request, "chat/limit_edit.html", context, status=400 if form.is_bound else 200)
