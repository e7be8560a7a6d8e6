"""What is chosen for a poster."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats import sources
from motesplats.forms import NameField, Option
from motesplats.models import PosterPlace
from motesplats.posters import Size

PLACE_MAX_CHARACTERS = PosterPlace._meta.get_field("name").max_length


def finished_languages() -> list[tuple[str, str]]:
    """The languages whose pages are whole, each by its own name."""
    names = dict(settings.LANGUAGES)
    return [(code, Option(names[code], lang=code)) for code in settings.MENU_LANGUAGES]


class PaperForm(forms.Form):
    """Which paper, in an address too."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    language = forms.ChoiceField(
        label=_("Which language?"),
        help_text=_("Swedish stands on every poster too."),
        choices=finished_languages,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose one of these languages.")},
    )
    size = forms.ChoiceField(
        label=_("How big is the paper?"),
        choices=Size.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how big the paper is."), "invalid_choice": _("Choose A4 or A5.")},
    )


class PosterForm(PaperForm):
    """The same, and where it will hang, which only those who are logged in may name."""

    place = NameField(
        label=_("Where will it hang?"),
        help_text=_("For example SFI Hisingen. Write a place, not a person. You can leave it empty."),
        max_length=PLACE_MAX_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, may_name: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_name:
            del self.fields["place"]

    def clean_place(self) -> str:
        name = self.cleaned_data["place"]
        if name and not sources.tag_of(name):
            raise ValidationError(_now("Write the place with at least two of the letters a–z or digits."))
        return name
