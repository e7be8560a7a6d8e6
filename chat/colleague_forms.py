"""A question or an answer to colleagues; what was stopped, and why, in plain words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import ColleaguePost
from motesplats.forms import PlainTextField

STOPPED = {
    "private": _("This looks like personal data. Take away numbers and addresses."),
    "name": _("Here is the name of somebody you help. Write the question without names."),
    "pasted": _("This looks like text from a chat. Write it in your own words."),
    "slow": _("You write very fast. Wait a little. Your text is still here."),
    "away": _("Only those who are here now can write. Press Here now first."),
}


class ColleagueForm(forms.Form):
    """At most 500 characters."""

    use_required_attribute = False

    text = PlainTextField(
        label=_("Your question"),
        help_text=_("Write without names and without text from the chat. At most 500 letters."),
        max_length=ColleaguePost._meta.get_field("text").max_length,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(ColleagueForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your answer")
