"""Certificates: what anybody sees who has the code, and the volunteer's own papers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motesplats import limits
from volunteers import certificate_paper, certificates
from volunteers.access import for_everybody_who_helped, for_volunteers
from volunteers.certificate_forms import CodeForm
from volunteers.models import Certificate, Reference, Volunteer

CHECKS_PER_HOUR = 60
SHOWN = 20
NO_ROBOTS = "noindex, nofollow"


@require_safe
def check_certificate(request: HttpRequest) -> HttpResponse:
    """Type the code. `?kod=`: on to its page; what is no code is said here."""
    form = CodeForm(request.GET if "kod" in request.GET else None)
    if form.is_valid():
        return redirect("volunteers:certificate_show", form.cleaned_data["kod"])
    return _public(request, "volunteers/certificate_check.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
def show_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Exactly what stands on the paper, or that it holds no longer, or that there is none. 60 an hour and address."""
    if not limits.allow(f"certificate:{limits.client_network(request)}", times=CHECKS_PER_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    found = certificates.find(code)
    if found is None:
        return _public(
            request, "volunteers/certificate_check.html", {"form": CodeForm(), "is_unknown": True}, status=404
        )
    rows = [] if found.withdrawn_at else certificate_paper.rows_of(found)
    return _public(request, "volunteers/certificate_show.html", {"certificate": found, "rows": rows})


def _public(request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer["X-Robots-Tag"] = NO_ROBOTS
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@for_everybody_who_helped
def list_certificates(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """One's own papers and the reference, also when one helps no more."""
    return render(request, "volunteers/certificate_list.html", {"volunteer": volunteer, **papers_of(volunteer)})


def papers_of(volunteer: Volunteer) -> dict:
    """What volunteers/_papers.html shows, newest first, and `asked`: the reference. Two queries."""
    return {
        "papers": Certificate.objects.filter(volunteer=volunteer)[:SHOWN],
        "asked": Reference.objects.filter(volunteer=volunteer).select_related("staff").first(),
    }


@require_safe
@for_everybody_who_helped
def read_certificate(request: HttpRequest, volunteer: Volunteer, code: str) -> HttpResponse:
    """The paper as a PDF, for the volunteer whose it is."""
    found = _own(volunteer, code)
    if found.withdrawn_at or not certificates.is_genuine(found):
        raise Http404
    headers = {
        "Content-Disposition": f'inline; filename="intyg-{found.grouped_code}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(certificate_paper.pdf_of(found), content_type="application/pdf", headers=headers)


@require_POST
@for_everybody_who_helped
def withdraw_certificate(request: HttpRequest, volunteer: Volunteer, code: str) -> HttpResponse:
    """The volunteer takes the paper back."""
    if certificates.withdraw(_own(volunteer, code), cause=Certificate.Cause.OWN, by=request.user):
        messages.success(request, _("The certificate is taken back. Its code says so."))
    return _to_papers(volunteer)


@require_POST
@for_volunteers
def ask_reference(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Ask for a reference at IM."""
    if certificates.ask_reference(volunteer):
        messages.success(request, _("IM has your question. Come back here in some days."))
    return redirect("chat:certificate_make")


@require_POST
@for_everybody_who_helped
def end_reference(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """No reference any more."""
    if certificates.end_reference(volunteer, by=request.user):
        messages.success(request, _("You have no reference now."))
    return _to_papers(volunteer)


def _to_papers(volunteer: Volunteer) -> HttpResponse:
    return redirect("chat:certificate_make" if volunteer.is_approved else "volunteers:certificate_list")


def _own(volunteer: Volunteer, code: str) -> Certificate:
    found = Certificate.objects.filter(volunteer=volunteer, code=certificates.plain_code(code)).first()
    if found is None:
        raise Http404
    return found
