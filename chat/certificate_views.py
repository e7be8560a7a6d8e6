"""The volunteer's certificate: what will stand on it, the papers made so far, and the wish for a reference."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat import care
from volunteers import certificates
from volunteers.access import for_volunteers
from volunteers.certificate_forms import CertificateForm
from volunteers.certificate_views import papers_of
from volunteers.models import Volunteer


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def certificate_make(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """GET: the papers, and the form for a new one. POST makes it; without a whole hour of help there is none."""
    help_given = care.help_of(volunteer)
    form = CertificateForm(request.POST or None, initial={"name": volunteer.user.display_name})
    if request.method == "POST" and form.is_valid():
        facts = {"hours": help_given.all_hours, "kinds": help_given.kinds, "since": help_given.since}
        try:
            made = certificates.make(volunteer, name=form.cleaned_data["name"], **facts)
        except certificates.NoHours:
            messages.error(request, _("You can get a certificate when you have helped for one hour."))
        else:
            messages.success(
                request, _("Your certificate is ready. The code is %(code)s.") % {"code": made.grouped_code}
            )
        return redirect("chat:certificate_make")
    context = {
        "form": form,
        "hours": int(help_given.all_hours),
        "topics": help_given.topics,
        **papers_of(volunteer),
    }
    return render(request, "chat/certificate_make.html", context, status=400 if form.is_bound else 200)
