"""What is typed and sent when somebody writes a letter, speaks aloud or answers an interview question."""

import uuid
from datetime import datetime

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from motesplats.forms import PlainTextField
from seekers import practice, writing
from seekers.models import AnswerMarks, InterviewAnswer

_NOTHING_RECORDED = _("Record something first, or choose a file.")


class DraftForm(forms.Form):
    """Something that is sent once: `draft_id` is a new one on every page, and a broken one is a new one too."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's
    draft_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("draft_id", uuid.uuid4())

    def clean_draft_id(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["draft_id"])
        except ValueError:
            return uuid.uuid4()


class WritingForm(DraftForm):
    """A field for each sentence of a skeleton of writing.py; `based_on` is what the window began with."""

    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, kind: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pieces = writing.SKELETONS[kind]
        for piece in self.pieces:
            self.fields[piece.name] = PlainTextField(
                label=piece.label,
                required=False,
                max_length=writing.PIECE_MAX_CHARACTERS,
                widget=forms.Textarea(attrs={"rows": 2, "aria-describedby": f"example_{piece.name}"}),
            )

    def clean_based_on(self) -> datetime | None:
        """None when there was nothing yet, and when it cannot be read: then it counts as an old window."""
        try:
            return parse_datetime(self.cleaned_data["based_on"])
        except ValueError:
            return None

    @property
    def sentences(self) -> list[dict]:
        """For the page: each piece with its field and its example in Swedish."""
        with override("sv"):
            swedish = {piece.name: str(piece.example) for piece in self.pieces}
        return [{"piece": piece, "field": self[piece.name], "swedish": swedish[piece.name]} for piece in self.pieces]

    def typed(self) -> dict[str, str]:
        """name of the piece -> what was typed. Call when the form is valid."""
        return {piece.name: self.cleaned_data[piece.name] for piece in self.pieces}

    def as_typed(self) -> dict[str, str]:
        """The same before the form was found valid, and from what is saved."""
        return {piece.name: self[piece.name].value() or "" for piece in self.pieces}


class SpeakForm(DraftForm):
    """What was said aloud: as sound, in text, or to nobody. Which of them the pressed button says (`wants`).

    The gate of intake.py looks at the sound afterwards.
    """

    text = PlainTextField(
        label=_("Write what you said"),
        help_text=_("Write as you speak. It does not have to be perfect."),
        max_length=InterviewAnswer._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    sound = forms.FileField(
        label=_("A recording from your phone"),
        help_text=_("At most 60 seconds."),
        required=False,
        error_messages={"empty": _("The recording is empty. Record it again."), "invalid": _NOTHING_RECORDED},
        widget=forms.FileInput(attrs={"accept": "audio/*", "capture": True}),
    )
    seconds = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def wants(self) -> str:
        """The button that was pressed; Enter or a strange one is the text."""
        buttons = {"send_sound": "sound", "aloud": "aloud"}
        return next((wanted for button, wanted in buttons.items() if button in self.data), "text")

    def clean_seconds(self) -> int:
        """As the recorder says; 1 when nobody says."""
        said = self.cleaned_data["seconds"]
        return min(max(int(said), 1), 9999) if said.isdecimal() and len(said) < 6 else 1

    def clean(self):
        said = super().clean()
        if self.wants == "sound" and not said.get("sound") and "sound" not in self.errors:
            self.add_error("sound", _NOTHING_RECORDED)
        if self.wants == "text" and "text" in said and not said["text"]:
            self.add_error("text", _("Write what you said first."))
        return said


class AnswerForm(SpeakForm):
    """The same for an interview question. `question` stays the one that was read, whatever IM does with the bank."""

    question = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your answer")
        self.fields["text"].help_text = _("Answer in Swedish. Two to five sentences are enough.")


class MarksForm(forms.Form):
    """The same five for the one who answered and for the one who helps."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in practice.MARKED:
            self.fields[name] = forms.ChoiceField(
                label=_LABELS[name],
                choices=AnswerMarks.Mark.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose one of the three."),
                    "invalid_choice": _("Choose one of the three."),
                },
            )
            self.fields[name].widget.is_dense = True


_LABELS = {
    "clarity": _("Is it clear?"),
    "example": _("Is there an example?"),
    "relevance": _("Is it about the job?"),
    "swedish": _("Is the Swedish easy to understand?"),
    "length": _("Is it long enough, but not too long?"),
}
