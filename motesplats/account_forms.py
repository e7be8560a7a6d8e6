"""The forms of the door and of the account pages: allauth's, with our words and our fields."""

import hashlib

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from motesplats.accounts import person_at_door
from motesplats.codes import LIVES_SECONDS
from motesplats.forms import AddressField, CodeField, NameField
from motesplats.limits import allow


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    email = AddressField(help_text=_("We send a code to your email. You do the same if you are new here."))
    not_mine = forms.BooleanField(
        required=False,
        label=_("This is not my phone or computer"),
        help_text=_("You are logged out when you close the browser."),
    )

    def clean_email(self) -> str:
        email = super().clean_email()  # counts the try; raises when there were too many
        self._user = person_at_door(email, language=_page_language())
        return email


class ConfirmLoginCodeForm(allauth_forms.ConfirmLoginCodeForm):
    code = CodeField(label=_("The code in the mail"), help_text=_("Six digits."))

    def clean_code(self) -> str:
        """allauth counts wrong codes in the session, where many guesses at once count as one; the cache counts each."""
        session_key = context.request.session.session_key
        this_code = hashlib.sha256(f"{session_key}:{self.expected_code}".encode()).hexdigest()
        if not allow(f"login-code:{this_code}", times=5, seconds=LIVES_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_code()


class ConfirmAddressForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    code = CodeField(label=_("The code in the mail"), help_text=_("Six digits."))


class CodeForm(forms.Form):
    """A code of motesplats/codes.py; the view checks it."""

    code = CodeField(label=_("The code in the mail"), help_text=_("Six digits."))


class NewAddressForm(forms.Form):
    email = AddressField(label=_("Your new email address"), help_text=_("We send a code to the new address."))


class AccountForm(forms.Form):
    display_name = NameField(
        label=_("What shall we call you?"), help_text=_("You do not have to write your real name."), required=False
    )
    language = forms.ChoiceField(
        label=_("Which language shall we write to you in?"), choices=(), widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [(code, names[code]) for code in settings.MENU_LANGUAGES]


class AuthenticateForm(mfa_forms.AuthenticateForm):
    code = CodeField(label=_("The code in your app"), help_text=_("Or one of your spare codes."))


class ReauthenticateForm(mfa_forms.ReauthenticateForm):
    code = CodeField(label=_("The code in your app"), help_text=_("Or one of your spare codes."))


class ActivateTotpForm(ActivateTOTPForm):
    code = CodeField(label=_("The code in your app"), help_text=_("Six digits."))


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    name = forms.CharField(
        label=_("What shall we call it?"),
        help_text=_("So that you know which one it is."),
        max_length=60,
        required=False,
    )
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    name = forms.CharField(label=_("What shall we call it?"), max_length=60)


def _page_language() -> str:
    language = get_language() or settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
