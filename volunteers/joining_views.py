"""The pages of somebody on the way to being a volunteer, after the application: about oneself, and the rules."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from volunteers import access, approval, conduct
from volunteers.forms import AboutForm, ConductForm
from volunteers.models import Volunteer

AFTER = "efter"  # in the address: where somebody was going when the rules came between


@access.for_everybody_who_applied
def edit_about(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Occupations, times and the rest. "Skip" leaves everything as it was."""
    on_the_way = not conduct.has_accepted(volunteer)
    if request.method == "POST" and "skip" not in request.POST:
        form = AboutForm(request.POST)
        if not form.is_valid():
            return render(request, "volunteers/about_edit.html", {"form": form, "on_the_way": on_the_way})
        approval.describe(volunteer, actor=request.user, **form.said())
        messages.success(request, _("Saved."))
    if request.method == "POST":
        return redirect("volunteers:conduct_show" if on_the_way else "volunteers:volunteer_show")
    form = AboutForm(initial=_told(volunteer))
    return render(request, "volunteers/about_edit.html", {"form": form, "on_the_way": on_the_way})


def _told(volunteer: Volunteer) -> dict:
    names = ("gives_contacts", "times", "places", "is_woman")
    known = dict(zip(AboutForm.OCCUPATIONS, volunteer.occupations, strict=False))
    return known | {name: getattr(volunteer, name) for name in names}


@access.for_everybody_who_applied
def show_conduct(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The rules, and the box. Then on to where one was going."""
    is_accepted = conduct.has_accepted(volunteer)
    form = ConductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (is_accepted or form.is_valid()):
        conduct.accept(volunteer)
        wanted = request.GET.get(AFTER, "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return redirect(wanted if is_ours else "volunteers:volunteer_show")
    shown = {
        "form": form,
        "points": conduct.POINTS,
        "version": conduct.VERSION,
        "volunteer": volunteer,
        "is_accepted": is_accepted,
        "is_new_version": conduct.is_new_version(volunteer),
    }
    return render(request, "volunteers/conduct_show.html", shown)
