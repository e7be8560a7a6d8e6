"""Who may come in: what a browser was granted, staff with two keys, sessions that end (design §9, threats T5, T8)."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import wraps
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats.layers import nudge

GRANTS = "grants"
GRANTS_KEPT = 20
STAFF_IDLE = timedelta(minutes=30)
STAFF_ABSOLUTE = timedelta(hours=8)
_SINCE, _SEEN, _DEMO = "staff_since", "staff_seen", "verified_in_demo"
_SEEN_WRITTEN_EVERY = 60  # seconds: not one session write for each page

# --- grants: this browser may open one chat, without anybody being logged in ------------------------------------------


def grant(session, public_id: str, *, user_id: int, link_version: int) -> None:
    """This browser may act as `user_id` in the chat `public_id`. Never logs anybody in.

    The oldest of more than 20 is dropped: a link opens it again.
    """
    kept = {key: value for key, value in session.get(GRANTS, {}).items() if key != public_id}
    for oldest in list(kept)[: max(0, len(kept) + 1 - GRANTS_KEPT)]:
        del kept[oldest]
    expires = int(time.time() + settings.GRANT_LIFETIME.total_seconds())
    session[GRANTS] = {**kept, public_id: {"user": user_id, "link_version": link_version, "expires": expires}}


def granted(session, public_id: str) -> dict[str, int] | None:
    """{"user": id, "link_version": n} of this browser's grant for the chat; None when there is none or it has ended.

    Whoever asks compares `link_version` with the participant's: raising that revokes every grant.
    """
    found = session.get(GRANTS, {}).get(public_id)
    if found is None or found["expires"] <= time.time():
        return None
    return {"user": found["user"], "link_version": found["link_version"]}


def good_grants(session) -> dict[str, int]:
    """public id -> the owner it was granted for: every living grant of this browser that has not been revoked."""
    found = {public_id: granted(session, public_id) for public_id in session.get(GRANTS, {})}
    living = {public_id: grant for public_id, grant in found.items() if grant}
    return {public_id: living[public_id]["user"] for public_id in _not_revoked(living)} if living else {}


def check_grants_with(not_revoked: Callable[[dict[str, dict]], Collection[str]]) -> None:
    """`not_revoked({public id: grant})` -> the public ids whose grant still holds. Whoever keeps links registers it."""
    global _not_revoked
    _not_revoked = not_revoked


def _not_revoked(grants: dict[str, dict]) -> Collection[str]:
    return ()  # until somebody can tell, none holds


def prolong(session, public_id: str) -> None:
    """The grant is in use: it lasts 30 days from now. Written at most once a day."""
    held = session.get(GRANTS, {}).get(public_id)
    lives = settings.GRANT_LIFETIME.total_seconds()
    if held and time.time() < held["expires"] <= time.time() + lives - 86_400:
        session[GRANTS] = {**session[GRANTS], public_id: {**held, "expires": int(time.time() + lives)}}


# --- staff: two keys, and sessions that end ---------------------------------------------------------------------------


def is_staff(user) -> bool:
    """Works at IM (or is a superuser) and is not blocked. Says nothing about the second key."""
    return user.is_authenticated and user.is_active and (user.is_staff or user.is_superuser)


def has_authenticator(user) -> bool:
    """Has a passkey or an authenticator app. Recovery codes alone do not count."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists()


def is_staff_verified(request_or_session, user) -> bool:
    """Staff, and this session has shown the second key and is not worn out. Reads only the session, no query.

    Safe for sockets: give it the session. A view uses `staff_required`.
    """
    session = getattr(request_or_session, "session", request_or_session)
    return is_staff(user) and not _is_worn_out(session) and _has_shown_second_key(session, user)


def is_held_back(request_or_session, user) -> bool:
    """Staff whose session has not shown the second key (or is worn out): no page and no socket but the key's own."""
    return is_staff(user) and not is_staff_verified(request_or_session, user)


def mark_verified(session) -> None:
    """Count this session as one that has shown the second key. Only for `/demo/`; raises RuntimeError without DEMO."""
    if not settings.DEMO:
        raise RuntimeError("mark_verified works only with DEMO=1")
    session[_DEMO] = True


def staff_required(view: Callable) -> Callable:
    """Only staff with the second key; for everybody else the page does not exist (404)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_staff_verified(request, request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _has_shown_second_key(session, user) -> bool:
    if settings.DEMO and session.get(_DEMO):
        return True
    return any(record.get("method") == "mfa" for record in _records(session, user))


def _records(session, user) -> list[dict]:
    return get_authentication_records(SimpleNamespace(session=session), user)


def _is_worn_out(session) -> bool:
    now = time.time()
    is_idle = now - session.get(_SEEN, now) > STAFF_IDLE.total_seconds()
    return is_idle or now - session.get(_SINCE, now) > STAFF_ABSOLUTE.total_seconds()


def _note_use(request: HttpRequest) -> None:
    """What a person does counts as use; what a page fetches by itself does not."""
    session, now = request.session, int(time.time())
    session.setdefault(_SINCE, now)
    by_hand = request.method != "GET" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if _SEEN not in session or (by_hand and now - session[_SEEN] >= _SEEN_WRITTEN_EVERY):
        session[_SEEN] = now


# --- fresh login ------------------------------------------------------------------------------------------------------


def is_fresh(request: HttpRequest, minutes: int) -> bool:
    """This person has proved who they are within `minutes`: with the second key if they have one, else by a code."""
    if settings.DEMO and request.session.get(_DEMO):
        return True
    since = time.time() - minutes * 60
    methods = {record["method"] for record in _records(request.session, request.user) if record["at"] >= since}
    return "mfa" in methods or bool(methods and not has_authenticator(request.user))


def fresh_login(minutes: int, *, unless: Callable = lambda person: False) -> Callable[[Callable], Callable]:
    """Before export, erase, roles: prove again who you are, unless that was within `minutes`, or `unless` says so.

    allauth's own reauthentication does nothing for people without a password and a second key; this one mails a code.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not is_fresh(request, minutes) and not unless(request.user):
                return _redirect("account_reauthenticate", request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def next_query(path: str) -> str:
    """`next=...`, to come back to `path` afterwards."""
    return urlencode({"next": path})


def _redirect(name: str, request: HttpRequest) -> HttpResponseRedirect:
    return redirect(f"{reverse(name)}?{next_query(request.get_full_path())}")


# --- sessions ---------------------------------------------------------------------------------------------------------


def end_sessions(user) -> int:
    """Log `user` out everywhere, now: sessions deleted, their sockets told to look. -> how many.

    Call it in the transaction that blocks a person or changes a role.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    for key in keys:
        store.delete(key)
        nudge(f"session:{key}")
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def clear_ended_sessions() -> None:
    """Remove sessions whose time is over, and what the list of devices knew about them. Safe to run twice."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()


# --- the gate ---------------------------------------------------------------------------------------------------------


class StaffNeedsMfa:
    """Middleware. Staff without a second key get only the pages where one is made; staff who have one must show it.

    It also is the only door to `/admin/`: log in by the door of the house, and for others the admin does not exist.
    """

    always_open = {"account_logout", "account_login"}
    making_a_key = {
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_reauthenticate"
    }  # fmt: skip
    showing_the_key = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        if request.path_info.startswith(("/halsa/", "/static/")) or match.view_name in self.always_open:
            return None
        if "admin" in match.app_names and (answer := self._admin_door(request, match.url_name)):
            return answer
        if not is_staff(request.user):
            return None
        if _is_worn_out(request.session):
            return self._ended(request)
        if not _has_shown_second_key(request.session, request.user):
            return self._ask_for_key(request, match.view_name)
        _note_use(request)
        return None

    def _ask_for_key(self, request: HttpRequest, view_name: str) -> HttpResponse | None:
        if has_authenticator(request.user):
            return None if view_name in self.showing_the_key else _redirect("mfa_reauthenticate", request)
        return None if view_name in self.making_a_key else redirect("mfa_index")

    def _ended(self, request: HttpRequest) -> HttpResponse:
        get_adapter(request).logout(request)
        messages.info(request, _("You were away for a while. Log in again."))
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "", reverse("account_login"))

    @staticmethod
    def _admin_door(request: HttpRequest, url_name: str) -> HttpResponse | None:
        """Django's own ways to log in, out and change a password are never reached."""
        if not request.user.is_authenticated:
            wanted = reverse("admin:index") if url_name in ("login", "logout") else request.get_full_path()
            return redirect_to_login(wanted, reverse("account_login"))
        if not is_staff(request.user) or url_name in ("password_change", "password_change_done"):
            raise Http404
        if url_name in ("login", "logout"):
            return redirect("admin:index" if url_name == "login" else "account_logout")
        return None
