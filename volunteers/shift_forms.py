"""What staff fill in about shifts that come back every week."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from motesplats.forms import DenseCheckboxes, readable_languages
from motesplats.topics import Topic
from volunteers.models import ShiftRule

DAYS_OFF_AT_MOST = 100


class ForWhom(forms.ModelForm):
    """Which languages and topics a shift is for. Nothing chosen means all of them."""

    languages = forms.MultipleChoiceField(
        label=_("Only for these languages"),
        help_text=_("Choose nothing for every language."),
        choices=readable_languages,
        widget=DenseCheckboxes,
        required=False,
    )
    topics = forms.MultipleChoiceField(
        label=_("Only for these topics"),
        help_text=_("Choose nothing for every topic."),
        choices=Topic.choices,
        widget=DenseCheckboxes,
        required=False,
    )


class DaysField(forms.CharField):
    """Dates, one a line or with spaces between. -> ISO dates, sorted, each once."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        found = set()
        for word in (super().to_python(value) or "").replace(",", " ").split():
            try:
                found.add(date.fromisoformat(word).isoformat())
            except ValueError:
                raise forms.ValidationError(
                    _("We do not understand %(word)s. Write a date like 2026-12-24."), params={"word": word[:20]}
                )
        if len(found) > DAYS_OFF_AT_MOST:
            raise forms.ValidationError(_("That is too many days. End the weekly shift instead."))
        return sorted(found)


class RuleForm(ForWhom):
    """A weekly shift: a weekday and two times on a clock in Sweden."""

    days_off = DaysField(
        label=_("Days without this shift"),
        help_text=_("One date a line, for example 2026-12-22. Public holidays and closed weeks count by themselves."),
        max_length=2000,
        required=False,
    )

    class Meta:
        model = ShiftRule
        fields = [
            "office", "weekday", "opens", "closes", "first_day", "last_day", "seats", "place", "languages", "topics",
            "on_holidays", "days_off",
        ]  # fmt: skip
        help_texts = {
            "closes": _("An earlier time than the start means the next morning."),
            "last_day": _("Leave it empty if it goes on."),
        }

    def clean(self):
        said = super().clean()
        opens, closes, first, last = (said.get(name) for name in ("opens", "closes", "first_day", "last_day"))
        if opens and opens == closes:
            self.add_error("closes", _("The shift must end at another time than it starts."))
        if first and last and last < first:
            self.add_error("last_day", _("The last day must come after the first day."))
        return said
