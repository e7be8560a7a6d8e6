"""What volunteers and staff fill in."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.forms import DenseCheckboxes, NameField, PlainTextField, readable_languages
from motesplats.moments import local
from motesplats.occupation_field import OccupationField
from motesplats.topics import Topic
from volunteers import roster
from volunteers.models import Shift, Volunteer
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
    """An application: a name, the settings, and why."""

    field_order = ["name"]
    name = NameField(
        label=_("What shall we call you?"),
        help_text=_("Participants see this name. Your first name is enough."),
        error_messages={"required": _("Write a name. Participants want to know who helps them.")},
    )
    motivation = PlainTextField(
        label=_("Why do you want to help?"),
        help_text=_("A few lines. IM reads them. You may skip this."),
        max_length=2000,
        required=False,
    )


class AboutForm(forms.Form):
    """What a volunteer may tell of themselves. All of it can be skipped."""

    use_required_attribute = False
    OCCUPATIONS = ("occupation", "occupation_2", "occupation_3")

    occupation = OccupationField(
        label=_("Which occupation do you have or know well?"),
        help_text=_("Write one word in Swedish, for example cook or nurse."),
        required=False,
    )
    occupation_2 = OccupationField(label=_("One more occupation"), required=False)
    occupation_3 = OccupationField(label=_("A third occupation"), required=False)
    gives_contacts = forms.BooleanField(label=_("I want to tell of contacts in my occupation"), required=False)
    times = forms.MultipleChoiceField(
        label=_("When do you usually have time?"),
        help_text=_("You can choose several. You book your shifts later."),
        choices=Volunteer.Times.choices,
        widget=DenseCheckboxes,
        required=False,
    )
    places = forms.MultipleChoiceField(
        label=_("Where do you want to help?"), choices=Shift.Place.choices, widget=DenseCheckboxes, required=False
    )
    is_woman = forms.BooleanField(
        label=_("I am a woman, and participants may wish for me because of that"),
        help_text=_("Some want to talk with a woman. You choose yourself whether to say this. Nobody sees it."),
        required=False,
    )

    def said(self) -> dict:
        """The answers as approval.describe takes them."""
        answers = dict(self.cleaned_data)
        return {"known": list(dict.fromkeys(filter(None, map(answers.pop, self.OCCUPATIONS)))), **answers}


class ConductForm(forms.Form):
    """The box under the code of conduct, never ticked beforehand."""

    use_required_attribute = False

    version = forms.CharField(widget=forms.HiddenInput, required=False)  # as it was shown: IM may publish another
    accept = forms.BooleanField(
        label=_("I have read this, and I promise it."),
        error_messages={"required": _("Tick the box when you have read the rules. We need it before you help.")},
    )

    def is_about(self, rules) -> bool:
        """What was read is the version that holds."""
        return self["version"].value() == rules.version


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
