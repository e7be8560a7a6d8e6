"""What comes in from the pages of the library."""

from django import forms
from django.conf import settings

from library import partners
from library.models import Level
from motesplats import municipalities

QUESTION_MAX = 100


class SearchForm(forms.Form):
    """The filters in an address. What is wrong in it is left out: an old link still shows something."""

    q = forms.CharField(required=False, max_length=2000)
    behov = forms.SlugField(required=False)
    niva = forms.ChoiceField(required=False, choices=Level.choices)
    sprak = forms.ChoiceField(required=False, choices=settings.LANGUAGES)
    kontor = forms.SlugField(required=False)

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name."""
        self.is_valid()
        said = {name: str(value) for name, value in self.cleaned_data.items() if value}
        if "q" in said:
            said["q"] = said["q"].replace("\x00", "").strip()[:QUESTION_MAX]
        return {name: value for name, value in said.items() if value}


class PartnerForm(forms.Form):
    """Likewise for others who help: `behov` a need, `plats` a region."""

    behov = forms.ChoiceField(required=False, choices=lambda: list(partners.needs().items()))
    plats = forms.ChoiceField(required=False, choices=lambda: list(municipalities.regions().items()))

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class HelpedForm(forms.Form):
    did_help = forms.ChoiceField(choices=[("yes", ""), ("no", "")])


class KeepForm(forms.Form):
    keep = forms.BooleanField(required=False)
