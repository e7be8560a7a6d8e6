"""What an employer sees of itself: the front page, the application, its home, contact facts, members, visits."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motesplats import limits
from motesplats.moments import say_moment
from vacancies import employers, figures, visits
from vacancies.access import employers_of, for_everybody_logged_in, for_its_members
from vacancies.employer_forms import ApplyForm, ContactForm, InviteForm, JoinForm, RemoveForm, VisitForm
from vacancies.employer_guard import DAY_SECONDS, PER_DAY
from vacancies.models import Employer, Vacancy
from vacancies.refusals import StateConflict

ADS_SHOWN = 100  # of one employer, the newest
INVITED_PER_DAY = 20
_ORDER = {Vacancy.State.DRAFT: 0, Vacancy.State.REVIEW: 1, Vacancy.State.PUBLISHED: 2, Vacancy.State.ENDED: 3}
may_post = require_http_methods(["GET", "HEAD", "POST"])


@may_post
def employer_home(request: HttpRequest) -> HttpResponse:
    """The employers this person speaks for, each with its ads; for others how it goes. Who is invited says yes here."""
    if request.method == "POST":
        return _join(request)
    if not request.user.is_authenticated:
        return render(request, "vacancies/employer_front.html")
    ads = Vacancy.objects.order_by("-pk")[:ADS_SHOWN]
    own = list(employers_of(request.user).prefetch_related(Prefetch("vacancies", queryset=ads, to_attr="ads")))
    for employer in own:
        employer.ads.sort(key=lambda ad: _ORDER[ad.state])
        for ad in employer.ads:
            ad.figures = figures.say(ad)
    context = {"employers": own, "invitations": employers.invitations_to(request.user)}
    if not own:
        return render(request, "vacancies/employer_front.html", context)
    return render(request, "vacancies/employer_home.html", context | {"visit_form": VisitForm(prefix="visit")})


@for_everybody_logged_in
def _join(request: HttpRequest) -> HttpResponse:
    form = JoinForm(request.POST, user=request.user)
    invitation = form.cleaned_data["invitation"] if form.is_valid() else None
    if invitation and employers.join(invitation, user=request.user):
        messages.success(request, _("You can write ads for %(name)s now.") % {"name": invitation.employer.name})
    else:
        messages.info(request, _("That invitation is not there any more."))
    return redirect("vacancies:employer_home")


@may_post
@for_everybody_logged_in
def employer_apply(request: HttpRequest) -> HttpResponse:
    """Number, name, and whom IM calls."""
    form = ApplyForm(request.POST or None, initial={"contact_name": request.user.display_name})
    if request.method == "POST" and form.is_valid() and _applied(request, form):
        return redirect("vacancies:employer_home")
    return render(request, "vacancies/employer_apply.html", {"form": form})


def _applied(request: HttpRequest, form: ApplyForm) -> bool:
    if not limits.allow(f"employer:{limits.client_network(request)}", times=PER_DAY, seconds=DAY_SECONDS):
        form.add_error(None, _("Many applications come from here today. Your text is still here. Try again tomorrow."))
        return False
    try:
        made = employers.apply(request.user, **form.cleaned_data)
    except employers.TooMany:
        form.add_error(None, _("IM has not called you about the others yet. Wait for that call first."))
        return False
    except employers.AddressNotProved:
        form.add_error(None, _("Log in with the code from your email first. Then IM knows how to reach you."))
        return False
    if made.state == Employer.State.APPLIED:
        messages.success(
            request, _("Done. IM calls you no later than %(moment)s.") % {"moment": say_moment(made.call_by)}
        )
    return True


@may_post
@for_its_members
def employer_edit(request: HttpRequest, employer: Employer) -> HttpResponse:
    """Whom IM calls, website and town."""
    names = ("contact_name", "phone", "website", "municipality")
    form = ContactForm(request.POST or None, initial={name: getattr(employer, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            employers.describe(employer, actor=request.user, **form.cleaned_data)
        except StateConflict:
            messages.error(request, _("IM has said no to this employer. It cannot be changed any more."))
        else:
            messages.success(request, _("Saved."))
        return redirect("vacancies:employer_home")
    return render(request, "vacancies/employer_edit.html", {"form": form, "employer": employer})


@may_post
@for_its_members
def employer_members(request: HttpRequest, employer: Employer) -> HttpResponse:
    """Who writes its ads: invite somebody, or take somebody away."""
    form = InviteForm(request.POST if "email" in request.POST else None)
    if request.method == "POST" and not form.is_bound:
        _removed(request, employer)
        is_still_in = employers_of(request.user).filter(pk=employer.pk).exists()
        return (
            redirect("vacancies:employer_members", employer.public_id)
            if is_still_in
            else redirect("vacancies:employer_home")
        )
    if form.is_bound and form.is_valid() and _invited(request, employer, form):
        return redirect("vacancies:employer_members", employer.public_id)
    shown = {
        "form": form,
        "employer": employer,
        "members": employer.members.select_related("user").order_by("pk"),
        "invitations": employer.invitations.order_by("pk"),
    }
    return render(request, "vacancies/employer_members.html", shown)


def _invited(request: HttpRequest, employer: Employer, form: InviteForm) -> bool:
    if not limits.allow(f"invite:{limits.client_network(request)}", times=INVITED_PER_DAY, seconds=DAY_SECONDS):
        form.add_error(None, _("Many invitations come from here today. Try again tomorrow."))
        return False
    try:
        employers.invite(employer, form.cleaned_data["email"], actor=request.user)
    except employers.TooMany:
        form.add_error(None, _("You are many already. Take somebody away first."))
        return False
    except StateConflict:
        form.add_error(None, _("You can invite colleagues when IM has approved you."))
        return False
    messages.success(request, _("Your colleague gets an email, and can write ads after logging in."))
    return True


def _removed(request: HttpRequest, employer: Employer) -> None:
    form = RemoveForm(request.POST, employer=employer)
    if not form.is_valid():
        messages.info(request, _("That person is gone already."))
        return
    if invitation := form.cleaned_data["invitation"]:
        employers.uninvite(invitation, actor=request.user)
    member = form.cleaned_data["member"]
    if member and not employers.part(employer, member.user, actor=request.user):
        messages.error(request, _("You are the only one. Invite somebody else first."))
    elif member or invitation:
        messages.success(request, _("Taken away."))


@may_post
@for_its_members
def employer_visit(request: HttpRequest, employer: Employer) -> HttpResponse:
    """People may come and see the workplace: a few lines, and IM calls."""
    form = VisitForm(request.POST or None, prefix="visit")
    if request.method == "POST" and form.is_valid():
        try:
            visits.invite(employer, form.cleaned_data["text"], by=request.user)
        except visits.TooMany:
            form.add_error(None, _("IM has your other invitations, and calls about them first."))
        except StateConflict:
            form.add_error(None, _("You can invite people when IM has approved you."))
        else:
            messages.success(request, _("Thank you! IM calls you about the visit."))
            return redirect("vacancies:employer_home")
    return render(request, "vacancies/employer_visit.html", {"form": form, "employer": employer})
