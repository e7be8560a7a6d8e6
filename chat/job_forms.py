"""An ad that somebody who helps shows in a chat."""

from django import forms

from chat.phrase_forms import CardForm


class JobForm(CardForm):
    """Which ad."""

    job = forms.CharField(max_length=24)
