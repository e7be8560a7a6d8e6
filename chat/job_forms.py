"""An ad that somebody who helps shows in a chat."""

from django import forms

from chat.phrase_forms import CardForm
from motesplats.forms import PlainTextField


class JobForm(CardForm):
    """Which ad."""

    job = forms.CharField(max_length=24)


class JobSearchForm(forms.Form):
    """What is looked for; what is too long or odd looks for nothing."""

    q = PlainTextField(required=False, max_length=100)

    @property
    def words(self) -> str:
        return self.cleaned_data.get("q", "") if self.is_valid() else ""
