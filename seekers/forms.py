"""The five ask pages, one form each. Nothing is preselected; only the topic and the consent must be answered."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from motesplats.forms import (
    AddressField,
    DenseCheckboxes,
    DenseRadios,
    NameField,
    Option,
    PlainTextField,
    readable_languages,
)
from motesplats.languages import SwedishLevel
from motesplats.models import User
from motesplats.occupation_field import OccupationField
from motesplats.topics import Topic
from seekers import help_requests
from seekers.drafts import Draft
from seekers.models import HelpRequest

UNKNOWN_LEVEL = "unknown"  # the empty value of SwedishLevel cannot be a radio button: it would stand preselected
When = HelpRequest.When
READ_BEFORE = {"om": "tip", "jobb": "vacancy"}  # in the address of the first page -> HelpRequest.about_kind


def _topics() -> list[tuple[str, str]]:
    return [(topic.value, Option(topic.label, hint=topic.hint, icon=topic.value)) for topic in Topic]


def _whens() -> list[tuple[str, str]]:
    return [(when.value, when.label) for when in (When.TODAY, When.THIS_WEEK, When.NO_HURRY)]


def _levels() -> list[tuple[str, str]]:
    return [(level.value or UNKNOWN_LEVEL, level.label) for level in SwedishLevel]


class ChoicePages(forms.Form):
    """Shared by the pages: the field that is the heading of its page is drawn as <h1>."""

    heading = ""
    use_required_attribute = False  # our own words, in the page's language, not the browser's

    def __init__(self, *args, user: User | None = None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        if self.heading:
            self.fields[self.heading].is_heading = True


class TopicForm(ChoicePages):
    heading = "topic"
    topic = forms.ChoiceField(
        label=_("What do you want help with?"),
        help_text=_("Choose one. You can ask for more later."),
        choices=_topics,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you want help with."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    om = forms.CharField(required=False, widget=forms.HiddenInput)
    jobb = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict:
        """`about` is what was read before: ("tip", its name in the address), ("vacancy", its public id).

        Anything odd is nothing: it must stop nobody.
        """
        said = super().clean()
        read = [(kind, said.get(name, "")) for name, kind in READ_BEFORE.items()]
        known = [(kind, name) for kind, name in read if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name)]
        return said | {"about": known[-1] if known else ("", "")}


class AdForm(ChoicePages):
    heading = "ad"
    ad = PlainTextField(
        label=_("Do you have a job ad?"),
        help_text=_("Paste the link or the text. No ad? Then press Skip."),
        max_length=HelpRequest._meta.get_field("ad").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    occupation = OccupationField(
        label=_("Which occupation do you have, or do you want?"),
        help_text=_("One word in Swedish, for example “kock”. You can leave it empty."),
        required=False,
    )


class WhenForm(ChoicePages):
    heading = "when"
    when = forms.ChoiceField(
        label=_("When do you need help?"),
        choices=_whens,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    need = PlainTextField(
        label=_("Do you want to write more?"),
        help_text=_("Write as you can, in any language. Do not write your personal identity number."),
        max_length=HelpRequest._meta.get_field("need").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class LanguagesForm(ChoicePages):
    heading = "languages"
    languages = forms.MultipleChoiceField(
        label=_("Which languages can you read?"),
        help_text=_("You can choose several."),
        choices=readable_languages,
        required=False,
        widget=DenseCheckboxes,
        error_messages={"invalid_choice": _("Choose one or more of these.")},
    )
    swedish_level = forms.ChoiceField(
        label=_("How much Swedish do you know?"),
        choices=_levels,
        required=False,
        widget=DenseRadios,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )

    def clean_swedish_level(self) -> str:
        level = self.cleaned_data["swedish_level"]
        return "" if level == UNKNOWN_LEVEL else level


class PersonForm(ChoicePages):
    """The last page. Somebody who is logged in has already said name and address."""

    name = NameField(
        label=_("What shall we call you?"), help_text=_("Your first name, or another name."), required=False
    )
    email = AddressField(help_text=_("We send an email when you get an answer."), required=False)
    no_email = forms.BooleanField(
        label=_("I have no email"), help_text=_("You get a link to save instead."), required=False
    )
    is_adult = forms.ChoiceField(
        label=_("Are you 18 or older?"),
        help_text=_(
            "If you are younger, or do not answer, only the staff at IM read and answer. "
            "Then the answer can take a day longer."
        ),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        required=False,
        widget=DenseRadios,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    same_volunteer = forms.BooleanField(
        label=_("I want the same volunteer as last time"),
        help_text=_("If the volunteer is here now. Otherwise another volunteer answers."),
        required=False,
    )
    wants_woman = forms.BooleanField(
        label=_("I would like a woman to help me"),
        help_text=_("We ask women first. If no woman can answer, another volunteer can. We tell you then."),
        required=False,
    )
    consent = forms.BooleanField(
        label=_("IM may keep what I write and my CV to help me."),
        error_messages={"required": _("Tick the box that IM may keep what you write. Otherwise we cannot help you.")},
    )
    not_my_phone = forms.BooleanField(
        label=_("This is not my phone"),
        help_text=_("Nothing is kept on the phone when you close the browser."),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.user or not help_requests.has_had_volunteer(self.user):
            del self.fields["same_volunteer"]
        if self.user and self.user.email:
            del self.fields["email"], self.fields["no_email"]
            if self.user.display_name:
                del self.fields["name"]

    def clean_is_adult(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["is_adult"])

    def clean(self):
        said = super().clean()
        if said.get("email") and said.get("no_email"):
            self.add_error("no_email", _("You wrote an email address too. Take away the address or the tick."))
        return said


# In the order people meet them: the last part of the address -> the form.
STEPS: dict[str, type[ChoicePages]] = {
    "": TopicForm,
    "annons": AdForm,
    "nar": WhenForm,
    "sprak": LanguagesForm,
    "du": PersonForm,
}
FIRST, LAST = "", "du"


def several(form: forms.Form) -> dict[str, bool]:
    """Each field's name -> may it have several values."""
    return {name: isinstance(field, forms.MultipleChoiceField) for name, field in form.fields.items()}


def answers_before_last(draft: Draft) -> tuple[dict, str | None]:
    """(what the earlier steps answer, the first step that cannot be used or None). Skipped steps answer nothing."""
    answers: dict = {}
    for step, form_class in STEPS.items():
        if step == LAST or draft.is_skipped(step):
            continue
        form = form_class(draft.typed(step) or {})
        if not form.is_valid():
            return answers, step
        answers |= form.cleaned_data
    return answers, None
