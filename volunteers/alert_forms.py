"""What volunteers fill in about notices."""

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
