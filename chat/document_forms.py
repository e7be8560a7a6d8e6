"""All input of the documents' pages in the chat passes one of these."""

import json
import uuid
from math import isfinite

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chat.forms import REFUSED
from motesplats.forms import NameField, PlainTextField
from motesplats.topics import Topic
from seekers.documents import BOXES_PER_PAGE, TEXT_MAX_CHARACTERS, Box
from seekers.forms import DenseRadios
from seekers.intake import REFUSALS
from seekers.models import Document

Kind = Document.Kind

ACCEPT = ".pdf,.docx,.odt,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
COLUMNS, ROWS = 4, 10  # the areas one can tap when nothing can be drawn
EDGE = 0.002  # of a page: a box that reaches no further into a zone only touches it
KIND_OF_TOPIC = {Topic.CV: Kind.CV, Topic.LETTER: Kind.LETTER, Topic.PITCH: Kind.PITCH}


_OWN = {"slow": _("You have sent many files just now. Wait an hour and try again.")}


def say_refusal(code: str) -> str:
    """What its owner reads when something was not taken: codes of intake.py, of a chat that is closed, "slow"."""
    return str({**REFUSED, **_OWN, **REFUSALS}.get(code) or REFUSALS["could_not_read"])


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """The files in the order they were chosen, not too many; what they are, intake.py finds out."""

    def to_python(self, data):
        return data

    def clean(self, data, initial=None):
        uploads = [upload for upload in data or [] if upload]
        if len(uploads) > settings.FILES_PER_PERSON:
            words = _("You chose too many photos. Send at most %(number)d at a time.")
            raise ValidationError(words, code="too_many", params={"number": settings.FILES_PER_PERSON})
        return uploads


class BringForm(forms.Form):
    """Files or a pasted text. `draft_id` makes a form sent twice one version; a missing or bad one gets a new."""

    use_required_attribute = False

    files = ManyFilesField(
        label=_("Choose a file or photos"),
        help_text=_("PDF, Word, ODT, JPG or PNG. At most 10 MB. Several photos become one document."),
        required=False,
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
    )
    text = PlainTextField(
        label=_("Or paste the text here"),
        required=False,
        max_length=TEXT_MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind.value, kind.label) for kind in (Kind.CV, Kind.LETTER, Kind.PITCH, Kind.OTHER)],
        required=False,
        widget=DenseRadios,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    draft_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, topic: str = "", is_version: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.default_kind = KIND_OF_TOPIC.get(topic, "")
        self.is_version = is_version
        self.is_for_sure = is_version or bool(self.default_kind)  # what it is need not be asked
        if is_version:
            del self.fields["kind"]
        if self.initial.get("text"):
            self.fields["text"].label = _("Change your text here")
            self.fields["text"].widget.attrs["rows"] = 12

    def clean_draft_id(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["draft_id"])
        except ValueError:
            return uuid.uuid4()

    def clean(self):
        said = super().clean()
        if said.get("text") and said["text"].split() == self.initial.get("text", "").split():
            if said.get("files"):
                said["text"] = ""  # the file is what is new; the old text only stood there
            else:
                self.add_error("text", _("Change your text first, or choose a file."))
        if said.get("files") and said.get("text"):
            self.add_error("files", _("You chose a file and pasted a text. Send one of them at a time."))
        elif not said.get("files") and not said.get("text") and "text" not in self.errors:
            self.add_error("files", _("Choose a file, or paste your text."))
        if not self.is_version and "kind" not in self.errors:
            said["kind"] = said.get("kind") or self.default_kind
            if not said["kind"]:
                self.add_error("kind", _("Choose what it is."))
        return said


class MasksForm(forms.Form):
    """Boxes over what is private: `boxes` as JSON when they were drawn, else the `zone`s tapped ("row-column")."""

    boxes = forms.CharField(required=False, max_length=8000)
    zone = forms.MultipleChoiceField(
        required=False, choices=[(f"{row}-{column}", "") for row in range(ROWS) for column in range(COLUMNS)]
    )

    def clean_boxes(self) -> list[Box] | None:
        """None: nothing was drawn here, the zones count."""
        typed = self.cleaned_data["boxes"]
        if not typed:
            return None
        try:
            return [_box(one) for one in json.loads(typed)[: BOXES_PER_PAGE + 1]]
        except (ValueError, TypeError, KeyError, RecursionError) as problem:
            raise ValidationError(REFUSALS["bad_box"]) from problem

    def chosen(self) -> list[Box]:
        """The boxes to hide, as parts of the page."""
        if self.cleaned_data["boxes"] is not None:
            return self.cleaned_data["boxes"]
        return [_zone_box(*map(int, zone.split("-"))) for zone in self.cleaned_data["zone"]]


def _box(found: list) -> Box:
    x, y, width, height = (float(value) for value in found)
    if not all(map(isfinite, (x, y, width, height))):
        raise ValueError
    return x, y, width, height


def _zone_box(row: int, column: int) -> Box:
    return column / COLUMNS, row / ROWS, 1 / COLUMNS, 1 / ROWS


def zones_under(boxes: list[Box]) -> set[str]:
    """The zones that a box lies on: how drawn boxes look on a page without script. None is lost when they are sent."""
    found = set()
    for row in range(ROWS):
        for column in range(COLUMNS):
            zone_left, zone_top, zone_wide, zone_high = _zone_box(row, column)
            for left, top, wide, high in boxes:
                across = min(left + wide, zone_left + zone_wide) - max(left, zone_left)
                down = min(top + high, zone_top + zone_high) - max(top, zone_top)
                if across > EDGE and down > EDGE:
                    found.add(f"{row}-{column}")
    return found


# --- "Har du inget CV?" -----------------------------------------------------------------------------------------------


def _answer(label, hint="", *, rows: int = 4, max_length: int = 1500) -> PlainTextField:
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainTextField(label=label, help_text=hint, required=False, max_length=max_length, widget=widget)


def _short(label, hint="") -> NameField:
    field = NameField(label=label, help_text=hint, required=False, max_length=120)
    field.widget.attrs["autocomplete"] = "off"
    return field


class FirstCvForm(forms.Form):
    """One page of six. Every field may be left empty."""

    use_required_attribute = False


class WhoForm(FirstCvForm):
    name = _short(_("Your name"))
    town = _short(_("Which town do you live in?"), _("Only the town. Not the street."))


class WorkForm(FirstCvForm):
    job = _short(_("What have you worked with?"), _("For example: cook, teacher, driver."))
    where = _short(_("Where was it?"), _("The workplace, the town and the country."))
    how_long = _short(_("How long?"), _("For example: 2015 to 2019, or 4 years."))
    did = _answer(_("What did you do there?"), _("For example: I cooked for 200 guests every day."), rows=3)
    more_work = _answer(
        _("Have you had other jobs?"), _("Write one on each line. Work without pay counts too."), rows=3
    )


class StudiesForm(FirstCvForm):
    studies = _answer(
        _("What have you studied?"), _("Write one on each line: the school, the country, the years. SFI counts too.")
    )


class SpokenForm(FirstCvForm):
    languages = _answer(_("Which languages do you speak?"), _("Write one on each line, and how well you speak it."))


class SkillsForm(FirstCvForm):
    good_at = _answer(_("What else are you good at?"), _("For example: computers, cars, sewing, children."))
    licence = forms.ChoiceField(
        label=_("Do you have a driving licence?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("learning", _("I am taking it now"))],
        required=False,
        widget=DenseRadios,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )


class WishForm(FirstCvForm):
    wants = _answer(_("What job do you want?"), _("You can write several."), rows=3)


FIRST_CV: dict[str, type[FirstCvForm]] = {
    "namn": WhoForm,
    "arbete": WorkForm,
    "studier": StudiesForm,
    "sprak": SpokenForm,
    "kan": SkillsForm,
    "vill": WishForm,
}
