"""What a volunteer sends in a practice chat."""

from django import forms
from django.utils.translation import gettext_lazy as _

from motesplats.forms import PlainTextField
from volunteers.rehearsal import CV, Deed, Run, Step, may

_WRITE = _("Write something first.")


class DeedForm(forms.Form):
    """One step. `run` and `step`: where the page was, so that a press sent twice is done once."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's
    run = forms.CharField(required=False)
    step = forms.ChoiceField(choices=[(step, step) for step in Step], required=False)
    deed = forms.ChoiceField(choices=[(deed, deed) for deed in Deed])
    body = PlainTextField(max_length=1000, required=False)
    line = forms.TypedChoiceField(
        choices=[(n, n) for n in range(len(CV))], coerce=int, required=False, empty_value=None
    )

    def is_of(self, run: Run) -> bool:
        """Sent from the page as it is now, and possible there. Call when it was looked at by is_valid()."""
        said = self.cleaned_data
        here = (said.get("run"), said.get("step")) == (run.id, run.step)
        return here and "deed" in said and may(run, Deed(said["deed"]))

    def clean(self):
        said = super().clean()
        deed = said.get("deed")
        if deed in (Deed.MESSAGE, Deed.COMMENT) and "body" in said and not said["body"]:
            self.add_error("body", _WRITE)
        if deed == Deed.COMMENT and said.get("line") is None and "line" not in self.errors:
            self.add_error("line", _("Choose a line of the CV first."))
        return said

    @property
    def quote(self) -> str:
        """The line of the CV that a comment is about."""
        said = self.cleaned_data
        return str(CV[said["line"]]) if said["deed"] == Deed.COMMENT else ""
