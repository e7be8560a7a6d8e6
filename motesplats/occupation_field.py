"""The form field for an occupation.

    occupation = OccupationField(label=_("Which occupation is it?"), required=False)

Cleaned it is a concept id, or "". `initial` is a concept id.
"""

from django.utils.translation import gettext_lazy as _

from motesplats import occupations
from motesplats.known_word_field import KnownWordField, KnownWordInput


class OccupationInput(KnownWordInput):
    """A text box for the name of an occupation."""

    list_url = "occupation_list"

    def known(self, typed):
        return occupations.by_id(typed) or occupations.by_label(typed)

    def search(self, typed):
        return occupations.search(typed)


class OccupationField(KnownWordField):
    """An occupation of the taxonomy. -> its concept id, or "" when nothing was written."""

    widget = OccupationInput
    default_error_messages = {
        "several": _("Choose one of these, or write another word."),
        "none": _("We do not find that occupation. Write another word in Swedish, or leave the box empty."),
    }
