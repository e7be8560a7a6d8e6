"""The pages of somebody on the way to being a volunteer, after the application: about oneself, and the rules."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from volunteers import access, approval, conduct
from volunteers.forms import AboutForm, ConductForm
from volunteers.models import Volunteer

AFTER = "efter"  # in the address: where somebody was going when the rules came between


def rules_path(*, back: str) -> str:
    """The page of our rules; it leads back to the path `back`."""
    return f"{reverse('volunteers:conduct_show')}?{urlencode({AFTER: back})}"


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
    rules = conduct.current()
    is_accepted = volunteer.conduct_version == rules.version
    form = ConductForm(request.POST if request.method == "POST" else None, initial={"version": rules.version})
    if request.method == "POST" and not is_accepted and not form.is_about(rules):
        messages.info(request, _("Our rules were changed just now. Please read them once more."))
        return redirect(request.get_full_path())
    if request.method == "POST" and (is_accepted or form.is_valid()):
        conduct.accept(volunteer, rules.version)
        wanted = request.GET.get(AFTER, "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return redirect(wanted if is_ours else "volunteers:volunteer_show")
    shown = {
        "form": form,
        "rules": rules,
        "accepted": conduct.accepted_by(volunteer),
        "volunteer": volunteer,
        "is_accepted": is_accepted,
        "is_new_version": bool(volunteer.conduct_version) and not is_accepted,
    }
    return render(request, "volunteers/conduct_show.html", shown)


@require_safe
@access.for_everybody_who_applied
def show_conduct_version(request: HttpRequest, volunteer: Volunteer, version: str) -> HttpResponse:
    """The rules as they once read, and when this volunteer accepted them."""
    rules = conduct.find(version)
    if rules is None:
        raise Http404
    accepted = next((row for row in conduct.accepted_by(volunteer) if row.version == version), None)
    return render(request, "volunteers/conduct_version.html", {"rules": rules, "accepted": accepted})
