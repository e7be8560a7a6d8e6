"""A tip that somebody who helps suggests, or shows in a chat."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.phrase_forms import CardForm
from library.models import Category, Resource, web_address
from motesplats.forms import DenseCheckboxes, PlainTextField, readable_languages


class TipForm(CardForm):
    """A tip to show in the chat."""

    tip = forms.SlugField(max_length=Resource._meta.get_field("slug").max_length)


class SuggestForm(forms.Form):
    use_required_attribute = False

    url = PlainTextField(
        label=_("Web address"),
        help_text=_("Copy it from the browser. It begins with https://"),
        max_length=Resource._meta.get_field("url").max_length,
        validators=[web_address],
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        error_messages={"required": _("Write the web address.")},
    )
    title = PlainTextField(
        label=_("What is it called?"),
        widget=forms.TextInput,
        max_length=120,
        error_messages={"required": _("Write what it is called.")},
    )
    description = PlainTextField(
        label=_("What is it good for?"),
        help_text=_("One or two short sentences in easy Swedish."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what it is good for.")},
    )
    category = forms.ModelChoiceField(
        label=_("Which need is it for?"),
        queryset=Category.objects.filter(is_active=True),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose a need."), "invalid_choice": _("Choose one of these.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Which languages can one read it in?"),
        choices=readable_languages,
        required=False,
        widget=DenseCheckboxes,
        error_messages={"invalid_choice": _("Choose one or more of these.")},
    )
