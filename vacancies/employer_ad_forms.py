"""An ad as an employer writes it: eight things first, the rest later. Nothing is needed to save, only to send."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from motesplats.forms import AddressField, DenseCheckboxes, DenseRadios, NameField, PlainTextField
from motesplats.municipality_field import MunicipalityField
from motesplats.occupation_field import OccupationField
from vacancies.employer_forms import PageField, PhoneField
from vacancies.employer_guard import Guarded
from vacancies.models import Duration, Extent, Kind, Licence, Pay, Swedish, Vacancy

LATER = (
    *("apply_url", "apply_said", "starts_said", "duration", "duration_said", "workplace", "is_remote", "occupation"),
    *("places", "experience_said", "english_works", "has_language_support", "licences", "needs_extract"),
    *("supervisor", "agreement", "contact_name", "contact_phone"),
)
_IN_SWEDISH = {"title": "title_sv", "tasks": "tasks_sv"}
# field of publishing.missing() -> (field of the form, what is missing)
MISSING = {
    "kind": ("kind", _("Choose what you offer.")),
    "title_sv": ("title", _("Write a title.")),
    "municipality": ("municipality", _("Write the municipality.")),
    "tasks_sv": ("tasks", _("Write what the person does.")),
    "extent": ("extent", _("Choose full time, part time or by the hour.")),
    "pay": ("pay", _("Choose how it is paid.")),
    "swedish": ("swedish", _("Choose how much Swedish is needed.")),
    "apply": ("apply_email", _("Write an email address or a phone number for those who apply.")),
    "last_day": ("last_day", _("Choose the last day to apply: today at the earliest, within six months.")),
}


def _line(name: str, label, hint="", **more) -> NameField:
    """One line of the ad."""
    length = Vacancy._meta.get_field(name).max_length
    errors = {"max_length": _("The line is too long. Write at most %(limit_value)d letters.")}
    return NameField(label=label, help_text=hint, max_length=length, required=False, error_messages=errors, **more)


def _one_of(choices, label, hint="", *, widget=forms.RadioSelect) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=hint, choices=choices.choices, widget=widget, required=False)


def _yes(label, hint="") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=hint, required=False)


class AdForm(forms.Form):
    """All that an employer says in an ad. `said()` is what of it can be stored, also when the rest is not valid."""

    use_required_attribute = False

    kind = _one_of(
        Kind,
        _("What do you offer?"),
        _("Internships and try-out days: The employment service must approve before the person begins."),
    )
    title = _line("title", _("Title"), _("The occupation, for example: Cook for a school."))
    municipality = MunicipalityField(label=_("In which municipality?"), required=False)
    tasks = PlainTextField(
        label=_("What does the person do?"),
        help_text=_("Short sentences. One ordinary day, from morning to end."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    extent = _one_of(Extent, _("How much?"), widget=DenseRadios)
    hours_said = _line("hours_said", _("Hours and days"), _("For example: Monday to Friday, 7 to 16."))
    pay = _one_of(Pay, _("How is it paid?"))
    pay_said = _line("pay_said", _("How much, before tax?"), _("For example: 26 000 kronor a month."))
    swedish = _one_of(Swedish, _("How much Swedish is needed?"))
    apply_email = AddressField(label=_("Where do people apply? Email address"), required=False)
    apply_phone = PhoneField(label=_("or phone number"), required=False)
    last_day = forms.DateField(
        label=_("Last day to apply"),
        help_text=_("At most six months from now."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day like this: 2027-03-31.")},
    )
    apply_url = PageField(label=_("Page to apply on"), max_length=500)
    apply_said = _line("apply_said", _("How to apply, in words"), _("For example: Come in and ask for Emil."))
    starts_said = _line("starts_said", _("When does it begin?"), _("For example: in March, or as soon as possible."))
    duration = _one_of(Duration, _("How long?"))
    duration_said = _line("duration_said", _("How long, in words"))
    workplace = _line("workplace", _("Address of the workplace"))
    is_remote = _yes(_("Can be done from home"))
    occupation = OccupationField(
        label=_("Occupation"), help_text=_("One word, for example cook. It helps people find the ad."), required=False
    )
    places = forms.IntegerField(
        label=_("How many people do you look for?"),
        min_value=1,
        max_value=500,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Write a number between 1 and 500.")),
    )
    experience_said = _line("experience_said", _("What must one know before?"), _("Only what is really needed."))
    english_works = _yes(_("English is fine at work"))
    has_language_support = _yes(_("Help with Swedish is included"), _("For example: a colleague who explains."))
    licences = forms.MultipleChoiceField(
        label=_("Driving licence that is needed"), choices=Licence.choices, widget=DenseCheckboxes, required=False
    )
    needs_extract = _yes(_("An extract from the criminal record is needed"))
    supervisor = _line("supervisor", _("Who is there for the person at work?"))
    agreement = _line("agreement", _("Collective agreement"), _("For example: Hotel and restaurant workers."))
    contact_name = _line("contact_name", _("Contact person"))
    contact_phone = PhoneField(label=_("Direct phone number"), required=False)
    seen = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # when the ad was changed last, as this page saw it

    @classmethod
    def of(cls, vacancy: Vacancy) -> "AdForm":
        """The form with what is written so far."""
        initial = {name: getattr(vacancy, _IN_SWEDISH.get(name, name)) for name in cls.base_fields if name != "seen"}
        return cls(initial={**initial, "seen": vacancy.changed_at.isoformat()})

    def clean_seen(self) -> datetime | None:
        """A broken value is an old window: it must not win."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None

    def clean_places(self) -> int:
        return self.cleaned_data["places"] or 1

    def said(self) -> dict:
        """Every valid field as publishing.write takes it."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {_IN_SWEDISH.get(name, name): value for name, value in found.items()}

    def first(self) -> list:
        """The fields that must be filled in, and what stands beside them."""
        return [self[name] for name in self.fields if name not in (*LATER, "seen")]

    def later(self) -> list:
        return [self[name] for name in LATER]

    def is_later_open(self) -> bool:
        """Something among the rest is wrong: it must be seen."""
        return any(name in self.errors for name in LATER) if self.is_bound else False


class SendForm(Guarded):
    """The press that sends an ad to IM."""


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(choices=Vacancy.Outcome.choices)
