"""The form field for a word out of a long list: one writes it, and chooses among those found when it names none.

Drawn like every other field (`{{ form }}`). Without JavaScript: what was typed comes back with the nearest words as
radio buttons beneath. With known_words.js, which the widget's `media` names, the browser shows suggestions while one
writes. Subclasses say which list it is: occupation_field.py, municipality_field.py.
"""

from django import forms
from django.urls import reverse

from motesplats.text import clean_name


class KnownWordInput(forms.TextInput):
    """The text box, and under it the choice when the text is not the name of one. All share one name: the last counts.

    "None of these" sends the empty value. `list_url`: where suggestions come from; `known` and `search` as the field's.
    """

    template_name = "motesplats/_known_word.html"
    list_url: str

    class Media:
        js = [forms.Script("motesplats/known_words.js", type="module")]

    def known(self, typed: str):
        raise NotImplementedError

    def search(self, typed: str) -> list:
        raise NotImplementedError

    def key(self, found) -> str:
        return found.id

    def format_value(self, value):
        found = self.known(value or "")
        return str(found) if found else super().format_value(value)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-known-words"] = reverse(self.list_url)
        nearest = [] if self.known(value or "") else self.search(value or "")
        context["widget"]["found"] = [(self.key(one), str(one)) for one in nearest]
        return context


class KnownWordField(forms.CharField):
    """A word of the list. -> its key, or "" when nothing was written. Errors: `several`, `none`."""

    widget: type[KnownWordInput]

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 100, **kwargs})

    def to_python(self, value):
        return clean_name(super().to_python(value))

    def clean(self, value) -> str:
        typed = super().clean(value)
        found = self.widget.known(typed)
        if typed and found is None:
            code = "several" if self.widget.search(typed) else "none"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return self.widget.key(found) if found else ""

    def widget_attrs(self, widget):
        attrs = {"autocomplete": "off", "autocapitalize": "none", "dir": "auto", "maxlength": False}
        return {**super().widget_attrs(widget), **attrs}
