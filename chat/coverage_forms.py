"""What the maps are about, and which hour somebody takes."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import coverage
from motesplats.languages import READABLE
from motesplats.topics import Topic


class ChoiceForm(forms.Form):
    """By GET: what is left out, or unknown, is all of them."""

    use_required_attribute = False

    sprak = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("All")), *READABLE.items()])
    amne = forms.ChoiceField(label=_("Topic"), required=False, choices=[("", _("All")), *Topic.choices])

    def choice(self) -> coverage.Choice:
        """As coverage.py takes it."""
        said = self.cleaned_data if self.is_valid() else {}
        return coverage.Choice(said.get("sprak", ""), said.get("amne", ""))


class HourForm(forms.Form):
    """One of the coming hours, as an instant."""

    hour = forms.DateTimeField()

    def clean_hour(self) -> datetime:
        hour, now = self.cleaned_data["hour"], timezone.now()
        if hour <= now or hour not in coverage.coming_hours(now):
            raise ValidationError("gone")
        return hour
