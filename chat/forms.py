"""All input of the chat's pages passes one of these. The socket's form is frames.py."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chat import capacity, frames
from chat.claiming import Pace
from chat.models import CaseNote, Participant
from motesplats.forms import AddressField, CodeField, PlainTextField
from seekers.models import Summary

_WORDS = {
    "empty": _("Write something first."),
    "too_long": _("The message is too long. Send it in two parts. At most 4,000 characters."),
    "bad_text": _("The message has characters we cannot save. Write it again without them."),
    "bad_frame": _("The message has characters we cannot save. Write it again without them."),
}
REFUSED = {
    "closed": _("The chat is closed. You can ask a new question."),
    "hold": _("The chat is stopped. IM reads it. Your text is still here."),
    "forbidden": _("You can no longer write in this chat."),
    "conflict": _("This page was old. Your text is still here. Send it again."),
    "slow": _("You write very fast. Wait a little. Your text is still here."),
    "retry": _("It did not work right now. Your text is still here. Try again."),
}


class MessageForm(forms.Form):
    """`client_id` makes a form sent twice one message; a missing or bad one gets a new."""

    client_id = forms.CharField(widget=forms.HiddenInput, required=False)
    body = forms.CharField(
        label=_("Your message"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )

    def clean_client_id(self):
        try:
            return frames.client_id(self.cleaned_data["client_id"])
        except frames.BadFrame:
            return uuid.uuid4()

    def clean_body(self):
        try:
            return frames.clean_body(self.cleaned_data["body"])
        except frames.BadFrame as problem:
            raise ValidationError(_WORDS[problem.code])


class AddressForm(forms.Form):
    email = AddressField()


class CodeForm(forms.Form):
    """Digits as people write them: with spaces, or in Arabic or Persian digits."""

    code = CodeField(
        label=_("The code from the email"), error_messages={"required": _("Write the 6 digits from the email.")}
    )

    def clean_code(self):
        digits = self.cleaned_data["code"]
        if len(digits) != 6 or not digits.isdecimal():
            raise ValidationError(_("Write the 6 digits from the email."))
        return digits


class AwayForm(forms.Form):
    """An empty `kind` is "I am back"."""

    kind = forms.ChoiceField(required=False, choices=[(kind.value, kind.label) for kind in Participant.Away])


class ClaimForm(forms.Form):
    pace = forms.ChoiceField(choices=[(pace.value, pace.value) for pace in Pace])

    def clean_pace(self):
        return Pace(self.cleaned_data["pace"])


def _line(label: str, field: str) -> PlainTextField:
    """One line of a summary."""
    return PlainTextField(
        label=label, required=False, max_length=Summary._meta.get_field(field).max_length, widget=forms.TextInput
    )


class HandOverForm(forms.Form):
    """Who may take the question first (a key of `colleagues`, or nobody), and a note to whoever takes it."""

    use_required_attribute = False

    note = PlainTextField(
        label=_("A note to the next volunteer"),
        help_text=_("What have you done? What is left? The participant does not see the note in the chat."),
        max_length=CaseNote._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    to = forms.ChoiceField(
        label=_("Who do you ask?"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("That volunteer is busy now. Choose somebody else.")},
    )

    def __init__(self, *args, colleagues: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Whoever can")), *colleagues.items()]


class NoteForm(forms.Form):
    """One more note to whoever helps next."""

    use_required_attribute = False

    text = PlainTextField(
        label=_("A note to the next volunteer"),
        help_text=_("What have you done? What is left? The participant does not see the note in the chat."),
        max_length=CaseNote._meta.get_field("text").max_length,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SummaryForm(forms.Form):
    """What stays behind when a helper is done; all of it may be left out."""

    use_required_attribute = False

    done = _line(_("We did this"), "done")
    done_too = _line(_("We did this too"), "done_too")
    next_step = _line(_("Next step"), "next_step")


class SecondForm(forms.Form):
    """Which other volunteer to ask: a key of `choices` (a language, a name, or whoever can)."""

    use_required_attribute = False

    to = forms.ChoiceField(
        label=_("Who do you ask?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who to ask."),
            "invalid_choice": _("That volunteer is busy now. Choose somebody else."),
        },
    )

    def __init__(self, *args, choices: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = list(choices.items())


class LimitForm(forms.Form):
    """How many chats at once."""

    use_required_attribute = False

    limit = forms.TypedChoiceField(
        label=_("How many people do you want to chat with at the same time?"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, capacity.MOST + 1)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")},
    )


class StopForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong? You do not have to say."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_text(self):
        return "".join(char for char in self.cleaned_data["text"] if char.isprintable() or char in "\n\t")


class StaffForm(forms.Form):
    """Why a member of staff opens a chat; written in the audit log."""

    reason = forms.ChoiceField(
        label=_("Why do you open this chat?"),
        widget=forms.RadioSelect,
        choices=[
            ("answer", _("To answer the question")),
            ("report", _("Somebody has reported something")),
            ("support", _("The participant or the volunteer asked for support")),
            ("review", _("Review")),
        ],
    )
