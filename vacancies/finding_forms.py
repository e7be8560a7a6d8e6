"""What comes in from the pages of somebody who looks for a job: filters, words, a place in the list, a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from motesplats import municipalities
from motesplats.forms import PlainTextField
from vacancies.complaints import Reason
from vacancies.filter_words import YES
from vacancies.models import Extent, Kind, Swedish

QUESTION_MAX = 100


class FilterForm(forms.Form):
    """The filters in an address. What is wrong in it is left out: an old link still shows something."""

    q = forms.CharField(required=False, max_length=2000)
    typ = forms.ChoiceField(required=False, choices=Kind.choices)
    svenska = forms.ChoiceField(required=False, choices=Swedish.choices)
    lan = forms.CharField(required=False)
    kommun = forms.CharField(required=False)
    tid = forms.ChoiceField(required=False, choices=Extent.choices)
    hemma = forms.ChoiceField(required=False, choices=[(YES, "")])
    engelska = forms.ChoiceField(required=False, choices=[(YES, "")])
    sprakstod = forms.ChoiceField(required=False, choices=[(YES, "")])
    utankorkort = forms.ChoiceField(required=False, choices=[(YES, "")])

    def clean_lan(self) -> str:
        code = self.cleaned_data["lan"]
        return code if code in municipalities.regions() else ""

    def clean_kommun(self) -> str:
        code = self.cleaned_data["kommun"]
        return code if municipalities.by_code(code) else ""

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name, always in the same order. A municipality brings its region."""
        self.is_valid()
        said = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        said["q"] = " ".join(said["q"].replace("\x00", "").split())[:QUESTION_MAX]
        if said["kommun"]:
            said["lan"] = said["kommun"][:2]
        return {name: value for name, value in said.items() if value}


class WordsForm(forms.Form):
    """What is looked for, where there are no filters; what is odd or too long looks for nothing."""

    q = PlainTextField(required=False, max_length=QUESTION_MAX)

    @property
    def words(self) -> str:
        return self.cleaned_data.get("q", "") if self.is_valid() else ""


class PlaceForm(forms.Form):
    """Where in the list: after or before an ad (its public id); a page of what was found by words."""

    efter = forms.CharField(required=False, max_length=24)
    fore = forms.CharField(required=False, max_length=24)
    sida = forms.IntegerField(required=False, min_value=1, max_value=100)

    def place(self) -> dict:
        """{"after", "before", "number"}; what makes no sense is the beginning."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "after": said.get("efter", "").replace("\x00", ""),
            "before": said.get("fore", "").replace("\x00", ""),
            "number": said.get("sida") or 1,
        }


class ComplaintForm(forms.Form):
    """Something is wrong with an ad."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )
    text = PlainTextField(
        label=_("Do you want to tell more?"),
        help_text=_("You do not have to. Write in your own language."),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
