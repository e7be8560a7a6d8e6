"""What is sent from a part of the course."""

from django import forms


class ReadForm(forms.Form):
    """ "Läst". Which part, and as it was when it was shown: IM may change or move it meanwhile."""

    part = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def is_about(self, part) -> bool:
        """What was read is this part as it is now."""
        said = self.cleaned_data if self.is_valid() else {}
        return (said.get("part"), said.get("version")) == (part.pk, part.version)
