"""What volunteers and staff fill in."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.forms import DenseCheckboxes, PlainTextField, readable_languages
from motesplats.moments import local
from motesplats.topics import Topic
from volunteers import roster
from volunteers.models import Shift
from volunteers.shift_forms import ForWhom


class SettingsForm(forms.Form):
    """Which languages a volunteer reads and what they help with."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    languages = forms.MultipleChoiceField(
        label=_("Which languages can you read?"),
        help_text=_("You can choose several."),
        choices=readable_languages,
        widget=DenseCheckboxes,
        error_messages={"required": _("Choose at least one language.")},
    )
    topics = forms.MultipleChoiceField(
        label=_("What do you want to help with?"),
        help_text=_("Choose nothing if you help with everything."),
        choices=Topic.choices,
        widget=DenseCheckboxes,
        required=False,
    )


class ApplicationForm(SettingsForm):
    """An application: the settings, and why."""

    motivation = PlainTextField(
        label=_("Why do you want to help?"),
        help_text=_("A few lines. IM reads them. You may skip this."),
        max_length=2000,
        required=False,
    )


class UnbookForm(forms.Form):
    """Giving a seat back. The reason is optional; staff can read it."""

    reason = forms.CharField(
        label=_("Do you want to say why?"),
        help_text=_("You do not have to. IM can read it."),
        max_length=200,
        required=False,
    )


class ShiftForm(ForWhom):
    """A shift as staff think of it: a day and two times on a clock in Sweden."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    opens = forms.TimeField(label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    closes = forms.TimeField(
        label=_("To"),
        help_text=_("An earlier time than the start means the next morning."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    class Meta:
        model = Shift
        fields = ["office", "day", "opens", "closes", "seats", "place", "languages", "topics"]

    def __init__(self, *args, instance: Shift | None = None, **kwargs):
        if instance is not None and instance.pk:
            start, end = local(instance.starts_at), local(instance.ends_at)
            hours = {"day": start.date(), "opens": start.time(), "closes": end.time()}
            kwargs["initial"] = {**hours, **kwargs.get("initial", {})}
        super().__init__(*args, instance=instance, **kwargs)

    def clean(self):
        said = super().clean()
        if self.errors:
            return said
        try:
            start, end = roster.span(said["day"], said["opens"], said["closes"])
        except roster.NoSuchTime:
            raise forms.ValidationError(_("The clock changes that night. Choose a time before 2:00 or from 3:00."))
        self._check(start, end, said["seats"])
        self.instance.starts_at, self.instance.ends_at = start, end
        return said

    def _check(self, start, end, seats):
        if end <= timezone.now():
            raise forms.ValidationError(_("That time has passed."))
        stored = Shift.objects.filter(pk=self.instance.pk).first()
        if stored and not roster.can_change(stored, starts_at=start, ends_at=end, seats=seats):
            raise forms.ValidationError(
                _("Somebody has booked this shift. Its hours stay, and so do the seats that are taken.")
            )
