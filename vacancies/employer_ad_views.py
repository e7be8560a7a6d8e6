"""An employer's ad, from a new draft to how it went."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motesplats import limits
from motesplats.moments import say_clock, say_moment
from vacancies import publishing
from vacancies.access import for_its_members, for_its_writers
from vacancies.employer_ad_forms import MISSING, AdForm, OutcomeForm, SendForm
from vacancies.employer_guard import DAY_SECONDS, PER_DAY
from vacancies.employer_views import may_post
from vacancies.models import Employer, Vacancy
from vacancies.refusals import StateConflict

SENT_PER_DAY = 20  # of one employer: sending and taking back in turns mails its members each time


def _home(request: HttpRequest, error: str = "", done: str = "") -> HttpResponse:
    if error or done:
        (messages.error if error else messages.success)(request, error or done)
    return redirect("vacancies:employer_home")


def _too_late() -> str:
    return _("The ad has changed since you saw this page. This is how it is now.")


def _told_when_late(view: Callable) -> Callable:
    """Somebody was faster, or another window: the list of ads shows how it is now."""

    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StateConflict:
            return _home(request, _too_late())

    return inner


def _said_no() -> str:
    return _("IM has said no to this employer. It can have no ads.")


def _begin(request: HttpRequest, employer: Employer, like: Vacancy | None = None) -> HttpResponse:
    if not limits.allow(f"ad:{limits.client_network(request)}", times=PER_DAY, seconds=DAY_SECONDS):
        return _home(request, _("Many new ads come from here today. Try again tomorrow, or call IM."))
    try:
        made = publishing.start(employer, by=request.user, like=like)
    except publishing.TooMany:
        return _home(request, _("You have many drafts. Send one, or throw one away, before you begin another."))
    except StateConflict:
        return _home(request, _said_no())
    return redirect("vacancies:ad_write", made.public_id)


@require_POST
@for_its_members
def ad_new(request: HttpRequest, employer: Employer) -> HttpResponse:
    """An empty draft."""
    return _begin(request, employer)


@require_POST
@for_its_writers
def ad_copy(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """A new draft with the words of an older ad."""
    return _begin(request, vacancy.employer, like=vacancy)


@may_post
@for_its_writers
@_told_when_late
def ad_write(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """Write a draft. A POST stores what is valid, also from the script of the page, which asks for JSON."""
    if vacancy.state != Vacancy.State.DRAFT:
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"state": "gone", "said": _too_late()}, status=409)
        return redirect("vacancies:ad_preview", vacancy.public_id)
    if request.method != "POST":
        return _page(request, vacancy, AdForm.of(vacancy))
    form = AdForm(request.POST)
    form.is_valid()
    seen = form.cleaned_data.get("seen") or timezone.now()  # a page that does not know what it saw has seen nothing
    try:
        vacancy.changed_at = publishing.write(vacancy, by=request.user, seen=seen, **form.said())
    except publishing.Overwritten as other:
        return _overwritten(request, other.now, form)
    return _stored(request, vacancy, form)


def _stored(request: HttpRequest, vacancy: Vacancy, form: AdForm) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        said = _("Saved %(clock)s.") % {"clock": say_clock(vacancy.changed_at)}
        if form.errors:
            said = _("Saved, but for what is wrong: %(what)s") % {"what": next(iter(form.errors.values()))[0]}
        return JsonResponse({"state": "saved", "said": said, "seen": vacancy.changed_at.isoformat()})
    if form.errors:
        return _page(request, vacancy, _with_seen(form, vacancy))
    if "look" in request.POST:
        return redirect("vacancies:ad_preview", vacancy.public_id)
    messages.success(request, _("Saved %(clock)s.") % {"clock": say_clock(vacancy.changed_at)})
    return redirect("vacancies:ad_write", vacancy.public_id)


def _overwritten(request: HttpRequest, now: Vacancy, form: AdForm) -> HttpResponse:
    """Nothing is stored; what was typed stays on the page, and the next press puts it in place of the other text."""
    if "application/json" in request.headers.get("Accept", ""):
        said = _("Somebody, or another window, has changed this ad since. Press Save to see what to do.")
        return JsonResponse({"state": "conflict", "said": said}, status=409)
    return _page(request, now, _with_seen(form, now), conflict=now)


def _with_seen(form: AdForm, vacancy: Vacancy) -> AdForm:
    form.data = form.data.copy()
    form.data["seen"] = vacancy.changed_at.isoformat()
    return form


def _missing(vacancy: Vacancy) -> list[tuple[str, str]]:
    """(id of the field, what is missing) for each thing that must be there."""
    return [(f"id_{MISSING[name][0]}", MISSING[name][1]) for name in publishing.missing(vacancy)]


def _page(request: HttpRequest, vacancy: Vacancy, form: AdForm, **more) -> HttpResponse:
    shown = {"vacancy": vacancy, "form": form, "missing": [] if form.is_bound else _missing(vacancy), **more}
    return render(request, "vacancies/employer_ad_write.html", shown)


@require_safe
@for_its_writers
def ad_preview(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """As people will see it, with what is missing or the button that sends it."""
    return _preview(request, vacancy, SendForm())


def _preview(request: HttpRequest, vacancy: Vacancy, form: SendForm) -> HttpResponse:
    missing = _missing(vacancy) if vacancy.state == Vacancy.State.DRAFT else []
    return render(request, "vacancies/employer_ad_preview.html", {"vacancy": vacancy, "form": form, "missing": missing})


@require_POST
@for_its_writers
def ad_submit(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """Send it to IM."""
    form = SendForm(request.POST)
    if not form.is_valid():
        return _preview(request, vacancy, form)
    if not limits.allow(f"send:{vacancy.employer_id}", times=SENT_PER_DAY, seconds=DAY_SECONDS):
        return _home(request, _("You have sent many ads today. Your drafts are kept. Send the rest tomorrow."))
    try:
        publishing.submit(vacancy, by=request.user)
    except publishing.Incomplete:
        return redirect("vacancies:ad_preview", vacancy.public_id)
    except publishing.TooMany:
        return _home(request, _("IM reads many of your ads now. Your draft is kept. Send it when one is answered."))
    except StateConflict:
        return _home(request, _said_no() if vacancy.employer.state == Employer.State.REFUSED else _too_late())
    vacancy.refresh_from_db()
    employer = vacancy.employer
    if employer.state == Employer.State.APPLIED:
        said = _("Done. IM calls you no later than %(moment)s. Then people can see the ad.")
        return _home(request, done=said % {"moment": say_moment(employer.call_by)})
    said = _("Done. IM reads the ad and answers no later than %(moment)s. Then people can see it.")
    return _home(request, done=said % {"moment": say_moment(vacancy.answer_by)})


@require_POST
@for_its_writers
@_told_when_late
def ad_withdraw(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """Take it back to change it."""
    publishing.withdraw(vacancy, by=request.user)
    return redirect("vacancies:ad_write", vacancy.public_id)


@require_POST
@for_its_writers
@_told_when_late
def ad_end(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """Nobody shall see it any more. Then: how did it go?"""
    publishing.end(vacancy, by=request.user)
    return redirect("vacancies:ad_outcome", vacancy.public_id)


@require_POST
@for_its_writers
@_told_when_late
def ad_discard(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """Throw a draft away. One that people have seen is ended instead, so that its figures stay."""
    publishing.discard(vacancy, by=request.user)
    return _home(request, done=_("The draft is gone."))


@may_post
@for_its_writers
def ad_outcome(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """ "Hur gick det?" One press."""
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.say_outcome(vacancy, form.cleaned_data["outcome"], by=request.user)
        except StateConflict:
            return _home(request, _("The ad is still shown. End it first, then tell how it went."))
        return _home(request, done=_("Thank you. It helps IM to help others."))
    return render(request, "vacancies/employer_ad_outcome.html", {"vacancy": vacancy})
