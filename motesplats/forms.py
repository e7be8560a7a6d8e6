"""How the house's forms are drawn: label, hint, error, field, in that order (design §10); and the forms of no app."""

import re

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from motesplats.models import Report
from motesplats.text import clean_name, clean_text


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
