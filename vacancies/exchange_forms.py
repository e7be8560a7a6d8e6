from django import forms

from motesplats.forms import PlainTextField


class ImportedSearchForm(forms.Form):
    """What is looked for among the ads of Platsbanken; what is odd or too long looks for nothing."""

    q = PlainTextField(required=False, max_length=100)

    @property
    def words(self) -> str:
        return self.cleaned_data.get("q", "") if self.is_valid() else ""
