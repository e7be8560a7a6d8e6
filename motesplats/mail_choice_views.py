"""Which mails somebody gets: the page where one chooses, and the address in a mail that stops them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from motesplats import accounts, mail_choice
from motesplats.mail_choice_forms import MailChoiceForm
from motesplats.models import User

_TAPS = {"stop": mail_choice.stop, "start": mail_choice.start, "stop_text": mail_choice.stop_text}


@never_cache
@login_required
def mail_choose(request: HttpRequest) -> HttpResponse:
    """`/konto/mejl/`"""
    return choose_for(request, request.user, back=reverse("account_show"))


def choose_for(request: HttpRequest, person: User, *, back: str) -> HttpResponse:
    """The page and its forms for `person`, whom the caller has made sure of. back: where the page leads afterwards."""
    choice = mail_choice.of(person)
    if request.method == "POST" and (tap := _TAPS.get(request.POST.get("do", ""))):
        tap(person, by=person)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    form = MailChoiceForm(request.POST or None, choice=choice, language=person.language)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        mail_choice.choose(person, pace=said["pace"], has_text=said["has_text"])
        accounts.describe(person, display_name=person.display_name, language=said["language"])
        messages.success(request, _("Saved."))
        return redirect(request.path)
    shown = {"form": form, "choice": choice, "address": person.email, "back": back}
    return render(request, "account/mail_choose.html", shown, status=400 if form.errors else 200)


@csrf_exempt
@never_cache
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a mail. GET: one button, since scanners open links. POST: it is done, also by a mail program.

    The token is the right to do it, so no cookie and no CSRF token are asked for: a mail program has none (RFC 8058).
    """
    found = mail_choice.read_token(token)
    if found is None:
        raise Http404
    person, what = found
    if request.method == "POST":
        _do(person, what, undo="undo" in request.POST)
    is_done = mail_choice.is_stopped(person) if what == mail_choice.STOP else not mail_choice.has_text(person)
    return render(request, "account/mail_stop.html", {"is_done": is_done, "stops_all": what == mail_choice.STOP})


def _do(person: User, what: str, *, undo: bool) -> None:
    """To have the text again is chosen on the page, where it is explained; everything else can be undone here."""
    if what == mail_choice.NO_TEXT:
        mail_choice.stop_text(person, by=None)
    elif undo:
        mail_choice.start(person, by=None)
    else:
        mail_choice.stop(person, by=None)
