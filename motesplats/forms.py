"""How the house's forms are drawn: label, hint, error, field, in that order (design §10); and the forms of no app."""

import re

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from motesplats.languages import READABLE
from motesplats.models import Report, User
from motesplats.text import clean_name, clean_text, plain_digits


class PlainFormRenderer(TemplatesSetting):
    """Finds form templates in templates/, so that every form looks the same without any package."""

    form_template_name = "motesplats/_form.html"
    field_template_name = "motesplats/_field.html"


class Option(str):
    """The words of one choice, with a line under it, a picture, a language. Used as label: `(value, Option(...))`."""

    hint = icon = lang = ""

    def __new__(cls, words, *, hint: str = "", icon: str = "", lang: str = ""):
        option = super().__new__(cls, words)
        option.hint, option.icon, option.lang = hint, icon, lang
        return option


class DenseRadios(forms.RadioSelect):
    """Short words: two in a row on a phone."""

    is_dense = True


class DenseCheckboxes(forms.CheckboxSelectMultiple):
    is_dense = True


def readable_languages() -> list[tuple[str, str]]:
    """The languages a person can tick that they read, each by its own name. For `choices=`."""
    return [(code, Option(name, lang="" if code == "sv" else code)) for code, name in READABLE.items()]


class AddressField(forms.EmailField):
    """An e-mail address, as a phone's keyboard likes it; in small letters. Says with an example what is wrong."""

    default_error_messages = {
        "required": _("Write your email address, for example name@gmail.com."),
        "invalid": _("Write your email address, for example name@gmail.com."),
        "max_length": _("The email address is too long."),
    }

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        given = {"label": _("Your email address"), "widget": forms.EmailInput(attrs), **kwargs}
        super().__init__(**{"max_length": User._meta.get_field("email").max_length, **given})

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "maxlength": None}

    def to_python(self, value):
        return super().to_python(value).lower()


class CodeField(forms.CharField):
    """A code typed with any digits and any spaces."""

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "autocapitalize": "none"}
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attrs), **kwargs})

    def to_python(self, value):
        return plain_digits(super().to_python(value))


class NameField(forms.CharField):
    """What somebody wants to be called: one line, one field, any script."""

    default_error_messages = {"max_length": _("The name is too long. Write at most %(limit_value)d letters.")}

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 80, **kwargs})

    def to_python(self, value):
        return clean_name(super().to_python(value))

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "dir": "auto", "autocomplete": "given-name", "maxlength": None}


class PlainTextField(forms.CharField):
    """Free text, kept whole: too long is said, never cut."""

    widget = forms.Textarea
    default_error_messages = {
        "max_length": _("The text is too long: %(show_value)d letters. Write at most %(limit_value)d letters."),
    }

    def __init__(self, **kwargs):
        super().__init__(**{"strip": False, **kwargs})  # clean_text strips, after it has looked at every sign

    def to_python(self, value):
        return clean_text(super().to_python(value))

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "dir": "auto", "maxlength": None}


class ReportForm(forms.Form):
    """Something is wrong: one box."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    text = PlainTextField(
        label=_("What is wrong?"),
        help_text=_("Write in your own language. Do you want an answer? Then write your email address too."),
        max_length=Report._meta.get_field("text").max_length,
        error_messages={"required": _("Write what is wrong.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    chat = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_page(self) -> str:
        """The name of a page, or nothing: a strange value must not stop a report."""
        page = self.cleaned_data["page"]
        return page if re.fullmatch(r"[a-z_]+(:[a-z_]+)?", page) and len(page) <= 64 else ""
