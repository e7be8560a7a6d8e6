"""The form field for an occupation: one writes a word, and chooses among those found when it names no single one.

    occupation = OccupationField(label=_("Which occupation is it?"), required=False)

Cleaned it is a concept id, or "". `initial` is a concept id. Drawn like every other field (`{{ form }}`). Without
JavaScript: what was typed comes back with the nearest occupations as radio buttons beneath. With occupations.js, which
the widget's `media` names, the browser shows suggestions while one writes.
"""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motesplats import occupations
from motesplats.text import clean_name


class OccupationInput(forms.TextInput):
    """The text box, and under it the choice when the text is not the name of one. All share one name: the last counts.

    "None of these" sends the empty value.
    """

    template_name = "motesplats/_occupation.html"

    class Media:
        js = [forms.Script("motesplats/occupations.js", type="module")]

    def format_value(self, value):
        found = _known(value or "")
        return found.label if found else super().format_value(value)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-occupations"] = reverse("occupation_list")
        context["widget"]["found"] = _to_choose_from(value or "")
        return context


class OccupationField(forms.CharField):
    """An occupation of the taxonomy. -> its concept id, or "" when nothing was written."""

    widget = OccupationInput
    default_error_messages = {
        "several": _("Choose one of these, or write another word."),
        "none": _("We do not find that occupation. Write another word in Swedish, or leave the box empty."),
    }

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 100, **kwargs})

    def to_python(self, value):
        return clean_name(super().to_python(value))

    def clean(self, value) -> str:
        typed = super().clean(value)
        found = _known(typed)
        if typed and found is None:
            code = "several" if occupations.search(typed) else "none"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return found.id if found else ""

    def widget_attrs(self, widget):
        attrs = {"autocomplete": "off", "autocapitalize": "none", "dir": "auto", "maxlength": False}
        return {**super().widget_attrs(widget), **attrs}


def _known(typed: str) -> occupations.Occupation | None:
    return occupations.by_id(typed) or occupations.by_label(typed)


def _to_choose_from(typed: str) -> list[occupations.Occupation]:
    return [] if _known(typed) else occupations.search(typed)
