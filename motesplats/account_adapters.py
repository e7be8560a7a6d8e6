"""What we tell allauth: our words, our mails, our limits, what happens at login and logout."""

import base64
from io import BytesIO

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from motesplats import access, reach, stored_mail
from motesplats.layers import nudge
from motesplats.letters import Letter, absolute, compose, written_language
from motesplats.limits import client_ip
from motesplats.sealing import seal, unseal

FORGET_ME = "forget_me"  # in the session: end it when the browser closes
_SECRET = "second key"  # noqa: S105 the purpose of the sealing, no secret

# allauth says something about nearly everything; we say only what a person must know.
SAID = {
    "account/messages/logged_out.txt": _("You are logged out."),
    "account/messages/email_confirmation_failed.txt": _("This address belongs to another account."),
    "mfa/messages/totp_activated.txt": _("The app is connected."),
    "mfa/messages/totp_deactivated.txt": _("The app is disconnected."),
    "mfa/messages/webauthn_added.txt": _("The passkey is saved."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Save your spare codes. You need one if you lose your phone."),
    "usersessions/messages/sessions_logged_out.txt": _("You are logged out everywhere else."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("That code is not right. Look at the newest mail."),
        "too_many_login_attempts": _("Too many tries. Wait a while and try again."),
        "rate_limited": _("Too many tries. Wait a while and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # there is one door

    def is_safe_url(self, url: str | None) -> bool:
        """`?next=` leads to a path of ours, or nowhere. allauth's own crashes on "//[" and takes other hosts."""
        if not url or not url.startswith("/") or any(ord(letter) < 33 or letter == "\\" for letter in url):
            return False
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        text = message or SAID.get(message_template)
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index") if access.is_staff(request.user) else super().get_login_redirect_url(request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Never a password: the second key, or our own code by e-mail for those who have none."""
        keys = [way for way in super().get_reauthentication_methods(user) if way["id"] != "reauthenticate"]
        if keys or not user.is_authenticated:
            return keys
        return [{"id": "reauthenticate", "description": _("Use a code"), "url": reverse("account_reauthenticate")}]

    def login(self, request: HttpRequest, user) -> None:
        super().login(request, user)
        for how in get_authentication_records(request, user):
            if how["method"] == "code" and how.get("email"):
                reach.is_proved(how["email"])
        if request.session.pop(FORGET_ME, False):
            request.session.set_expiry(0)

    def logout(self, request: HttpRequest) -> None:
        key = request.session.session_key
        super().logout(request)
        if key:
            UserSession.objects.filter(session_key=key).delete()
            nudge(f"session:{key}")

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Every mail of allauth, in the language of the person who gets it."""
        with override(context.get("language") or _language_of(email)):
            _message(LETTERS[template_prefix](context), email).send()


def _language_of(email: str) -> str:
    known = filter_users_by_email(email, prefer_verified=True)
    return written_language(known[0].language if known else get_language() or settings.LANGUAGE_CODE)


def _message(letter: Letter, email: str) -> EmailMessage:
    return compose(letter, to=email, message_id=stored_mail.new_message_id())


def _code_letter(context: dict) -> Letter:
    return Letter(
        subject=gettext("Your code"),
        lines=[
            gettext("Write this code on the page:"),
            context["code"],
            gettext("The code works for 15 minutes. Do not give it to anybody."),
        ],
        button=(gettext("Back to the page"), context["back"]) if context.get("back") else None,
        footer=[gettext("Did you not ask for a code? Then you do not need to do anything.")],
    )


def _closed_letter(context: dict) -> Letter:
    return Letter(
        subject=gettext("You cannot log in"),
        lines=[
            gettext("Somebody, perhaps you, wanted to log in with this address."),
            gettext("This account is closed. Do you think that is wrong? Write to us."),
        ],
        button=(gettext("Something is wrong"), absolute(reverse("pages:report"))),
    )


def _moved_letter(context: dict) -> Letter:
    return Letter(
        subject=gettext("Your email address is changed"),
        lines=[
            gettext("Your account has another email address from now on."),
            gettext("Was it not you? Then tell us at once."),
        ],
        button=(gettext("Something is wrong"), absolute(reverse("pages:report"))),
    )


LETTERS = {
    "account/email/login_code": _code_letter,
    "account/email/email_confirmation": _code_letter,
    "account/email/email_confirmation_signup": _code_letter,
    "account/email/address_moved": _moved_letter,
    "account/email/unknown_account": _closed_letter,
    "account/email/account_already_exists": _closed_letter,
}


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That code is not right. Wait for the next one in the app."),
        "cannot_delete_authenticator": _("You work at IM and need a second key. Add another one first."),
        "unverified_email": _("Confirm your email address first."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, purpose=_SECRET)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), purpose=_SECRET)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one second key."""
        if not access.is_staff(authenticator.user):
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=kinds)
        return others.exclude(pk=authenticator.pk).exists()

    def build_totp_svg(self, url: str) -> str:
        """On white, also where the page is dark: cameras need it."""
        drawing = BytesIO()
        segno.make(url, micro=False).save(drawing, kind="svg", border=4, light="white", omitsize=True)
        return drawing.getvalue().decode()

    def generate_authenticator_name(self, user, type) -> str:
        return gettext("My phone or computer")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The address people use, not the Host header, is what a passkey belongs to."""
        host = settings.PUBLIC_ORIGIN.partition("://")[2].partition(":")[0]
        return {"id": host, "name": settings.MFA_TOTP_ISSUER}


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions) -> None:
        super().end_sessions(sessions)
        for session in sessions:
            nudge(f"session:{session.session_key}")
