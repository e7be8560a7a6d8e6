"""What is tapped after a chat."""

from django import forms
from django.utils.translation import gettext_lazy as _

from motesplats.forms import PlainTextField
from volunteers.models import CareAnswer, Thanks

LINE_MAX_CHARACTERS = 200  # the column holds more: what is hidden becomes longer words


class CareForm(forms.Form):
    feeling = forms.ChoiceField(choices=CareAnswer.Feeling.choices)


class ThanksForm(forms.Form):
    helped = forms.ChoiceField(choices=Thanks.Helped.choices)


class ThanksLineForm(forms.Form):
    """One sentence to the volunteer; may be empty."""

    words = PlainTextField(
        label=_("Do you want to write a line to your volunteer?"),
        help_text=_("You do not have to. Do not write your name or phone number."),
        max_length=LINE_MAX_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
