"""The door, the account page, and the one-time link of staff. What allauth does well stays allauth's."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LogoutView, RequestLoginCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import activate_totp
from allauth.mfa.webauthn.views import add_webauthn, remove_webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from motesplats import access, accounts, audit, codes, reach
from motesplats.account_adapters import FORGET_ME, AccountAdapter, MfaAdapter
from motesplats.account_forms import AccountForm, CodeForm, NewAddressForm
from motesplats.models import User

ADDRESS, PRESENCE = "address", "presence"  # purposes of codes
FRESH_MINUTES = 15
SILENT_LONG_ENOUGH = timedelta(days=1)
CLEARED_AT_LOGOUT = '"cache", "storage"'


class DoorView(RequestLoginCodeView):
    """One door: an address, then a code. The same for new and known people."""

    template_name = "account/request_login_code.html"

    def form_valid(self, form) -> HttpResponse:
        self.request.session[FORGET_ME] = form.cleaned_data["not_mine"]
        return super().form_valid(form)


class LeaveView(LogoutView):
    """Log out; the browser forgets pages and storage too, for whoever sits down next."""

    def post(self, *args, **kwargs) -> HttpResponse:
        was_in = self.request.user.is_authenticated
        response = super().post(*args, **kwargs)
        if was_in:
            response["Clear-Site-Data"] = CLEARED_AT_LOGOUT
        return response


door = DoorView.as_view()
leave = LeaveView.as_view()


@never_cache
@login_required
def account_show(request: HttpRequest) -> HttpResponse:
    """Name, language, and the ways to the rest."""
    person = request.user
    form = AccountForm(request.POST or None, initial={"display_name": person.display_name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        accounts.describe(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account_show")
    shown = {"has_key": access.has_authenticator(person), "takes_no_mail": reach.is_silent(person.email or "")}
    return render(request, "account/home.html", {"form": form, **shown})


def _gets_no_code(person: User) -> bool:
    """No second key, and no code would arrive: this person cannot prove anew who they are before they move.

    Only after a day. Whoever has taken a session and makes us believe that mail comes back must wait, and meanwhile the
    person sees it in the chat and here; any mail or code of theirs puts it right. The old address hears of the move.
    """
    since = reach.silent_since(person.email or "")
    is_long = since is not None and since < timezone.now() - SILENT_LONG_ENOUGH
    return is_long and not access.has_authenticator(person)


@never_cache
@access.fresh_login(FRESH_MINUTES, unless=_gets_no_code)
def address_change(request: HttpRequest) -> HttpResponse:
    """A new address, proved by a code before anything changes."""
    waiting = codes.waits_for(request.session, ADDRESS)
    if request.method == "POST" and "code" in request.POST:
        return _address_code(request, waiting)
    form = NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sent(request, form, ADDRESS, form.cleaned_data["email"]):
        return redirect("account_email")
    wants_other = "andra" in request.GET or form.is_bound
    shown = {"form": form} if wants_other or not waiting else {"code_form": CodeForm(), "email": waiting}
    return render(request, "account/email_change.html", shown)


def _address_code(request: HttpRequest, waiting: str | None) -> HttpResponse:
    form = CodeForm(request.POST)
    proved = form.is_valid() and codes.check(request.session, ADDRESS, form.cleaned_data["code"])
    if not proved:
        return _wrong_code(request, form, "account/email_change.html", ADDRESS, waiting)
    if accounts.prove_address(request.user, proved) == request.user:
        messages.success(request, _("Your new address is saved."))
        return redirect("account_show")
    messages.error(request, _("This address belongs to another account."))
    return redirect("account_email")


@never_cache
@login_required
def confirm_presence(request: HttpRequest) -> HttpResponse:
    """Prove once more who you are: with the second key, or by a code for those who have none."""
    if access.has_authenticator(request.user):
        return redirect(reverse("mfa_reauthenticate") + _next_query(request))
    waiting = codes.waits_for(request.session, PRESENCE)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_bound and form.is_valid() and codes.check(request.session, PRESENCE, form.cleaned_data["code"]):
        record_authentication(request, request.user, "code", reauthenticated=True)
        return redirect(get_next_redirect_url(request) or "account_show")
    if form.is_bound:
        return _wrong_code(request, form, "account/reauthenticate.html", PRESENCE, waiting)
    if request.method == "POST":
        _sent(request, form, PRESENCE, request.user.email)
        return redirect(reverse("account_reauthenticate") + _next_query(request))
    shown = {"code_form": form, "email": waiting, "next": get_next_redirect_url(request)}
    shown["takes_no_mail"] = reach.is_silent(request.user.email or "")
    return render(request, "account/reauthenticate.html", shown)


def _sent(request: HttpRequest, form, purpose: str, email: str) -> bool:
    was_sent = codes.send(request.session, purpose, email, language=request.user.language)
    if not was_sent and form.is_bound:
        form.add_error(None, AccountAdapter.error_messages["rate_limited"])
    elif not was_sent:
        messages.error(request, AccountAdapter.error_messages["rate_limited"])
    return was_sent


def _wrong_code(request: HttpRequest, form, template: str, purpose: str, waiting: str | None) -> HttpResponse:
    """The same page with the error; when the tries are used up, the page that sends a new code."""
    if not codes.waits_for(request.session, purpose):
        messages.error(request, _("That code does not work any more. Ask for a new one."))
        return redirect(request.get_full_path())
    if not form.errors:
        form.add_error("code", AccountAdapter.error_messages["incorrect_code"])
    shown = {"form": form, "code_form": form, "email": waiting, "next": get_next_redirect_url(request)}
    return render(request, template, shown)


def _next_query(request: HttpRequest) -> str:
    wanted = get_next_redirect_url(request)
    return f"?{access.next_query(wanted)}" if wanted else ""


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link of a new colleague. Only the button uses it up: mail programs open links by themselves."""
    if request.method != "POST":
        return render(request, "account/invitation.html", {"person": accounts.invited(token)})
    person = accounts.accept_invitation(token)
    if person is None:
        return redirect(request.path)
    if request.user.is_authenticated:
        AccountAdapter(request).logout(request)
    record_authentication(request, person, "invitation")
    return perform_login(request, Login(user=person, email=person.email, redirect_url=reverse("mfa_index")))


def _makes_a_key(view: Callable) -> Callable:
    """Whoever makes their first second key has just shown it: they are not asked for it again at once."""

    @never_cache
    @access.fresh_login(FRESH_MINUTES)
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        had_one = request.method != "POST" or access.has_authenticator(request.user)
        response = view(request)
        if not had_one and access.has_authenticator(request.user):
            record_authentication(request, request.user, "mfa", type="first", reauthenticated=True)
            audit.record("account.second_key_made", actor=request.user, about=("user", request.user.pk))
        return response

    return guarded


connect_app = _makes_a_key(activate_totp)
add_passkey = _makes_a_key(add_webauthn)


@login_required
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """As allauth's, but staff keep at least one second key."""
    mine = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
    adapter = MfaAdapter()
    if not adapter.can_delete_authenticator(mine):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")
    return remove_webauthn(request, pk=pk)
