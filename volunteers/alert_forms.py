"""What volunteers fill in about notices."""

import base64
import binascii

from django import forms
from django.utils.translation import gettext_lazy as _


class _Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class QuietHoursForm(forms.Form):
    """From when until when no notice comes; the end may be the next morning."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    start = forms.TimeField(
        label=_("Quiet from"),
        widget=_Clock,
        error_messages={"required": _("Write a time."), "invalid": _("Write the time like this: 22:00.")},
    )
    end = forms.TimeField(
        label=_("Quiet until"),
        help_text=_("The same time twice means that no hours are quiet."),
        widget=_Clock,
        error_messages={"required": _("Write a time."), "invalid": _("Write the time like this: 07:00.")},
    )


class DeviceForm(forms.Form):
    """What a browser says of itself when it may show notices. `device`: what its owner knows it by."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=32)
    device = forms.CharField(max_length=60, required=False)

    def clean_p256dh(self) -> str:
        return _base64url(self.cleaned_data["p256dh"], octets=65)

    def clean_auth(self) -> str:
        return _base64url(self.cleaned_data["auth"], octets=16)


def _base64url(text: str, *, octets: int) -> str:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != octets:
        raise forms.ValidationError("not a key")
    return text
