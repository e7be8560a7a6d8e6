"""What a fadder writes to a new volunteer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import FadderNote
from motesplats.forms import PlainTextField


class FadderNoteForm(forms.Form):
    """A few words about how the new volunteer helps."""

    use_required_attribute = False

    text = PlainTextField(
        label=_("To the new volunteer"),
        help_text=_("What was good? What can be tried next time? Write nothing about the participant."),
        max_length=FadderNote._meta.get_field("text").max_length,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
