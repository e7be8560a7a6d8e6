"""The form field for a town: any of the 290 municipalities.

    town = MunicipalityField(label=_("Town"))

Cleaned it is a code ("1480"), or "". `initial` is a code.
"""

from django.utils.translation import gettext_lazy as _

from motesplats import municipalities
from motesplats.known_word_field import KnownWordField, KnownWordInput


class MunicipalityInput(KnownWordInput):
    """A text box for the name of a municipality."""

    list_url = "municipality_list"

    def known(self, typed):
        return municipalities.by_code(typed) or municipalities.by_name(typed)

    def search(self, typed):
        return municipalities.search(typed)

    def key(self, found):
        return found.code


class MunicipalityField(KnownWordField):
    """A municipality. -> its code, or "" when nothing was written."""

    widget = MunicipalityInput
    default_error_messages = {
        "required": _("Write which municipality it is in, for example Lund."),
        "several": _("Choose one of these, or write another word."),
        "none": _("We do not find that municipality. Write its name, for example Lund."),
    }
