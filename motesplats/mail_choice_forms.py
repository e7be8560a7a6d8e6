"""How somebody wants their mails."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from motesplats.forms import Option
from motesplats.models import MailChoice

WITH, WITHOUT = "1", "0"


class MailChoiceForm(forms.Form):
    """`choice`: what holds now. Who does not have the text yet gets it only with the box ticked."""

    use_required_attribute = False

    text = forms.ChoiceField(label=_("What shall the emails say?"), choices=(), widget=forms.RadioSelect)
    understood = forms.BooleanField(
        label=_("I have read this and want the text in my emails."),
        help_text=_(
            "Others who use your phone or read your email can see the text. "
            "Do you have a protected identity? Then choose emails without the text."
        ),
        required=False,
    )
    pace = forms.ChoiceField(label=_("When shall we email you about answers?"), choices=(), widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=_("Which language shall we write to you in?"), choices=(), widget=forms.RadioSelect
    )

    def __init__(self, *args, choice: MailChoice, language: str, **kwargs):
        now = {"text": WITH if choice.text_since else WITHOUT, "pace": choice.pace, "language": language}
        super().__init__(*args, initial=now, **kwargs)
        names = dict(settings.LANGUAGES)
        self.had_text = choice.text_since is not None
        self.fields["text"].choices = _texts()
        self.fields["pace"].choices = _paces()
        self.fields["language"].choices = [(code, Option(names[code], lang=code)) for code in settings.MENU_LANGUAGES]
        if self.had_text:
            del self.fields["understood"]

    def clean(self) -> dict:
        said = super().clean()
        said["has_text"] = said.get("text") == WITH
        if said["has_text"] and not self.had_text and not said.get("understood"):
            self.add_error("understood", _("Tick the box if you want the text in your emails."))
        return said


def _texts() -> list[tuple[str, Option]]:
    answers = _("You read the answer in the email. Then you can answer the email.")
    reads = _("You read the answer in the email.")
    return [
        (WITHOUT, Option(_("Only that there is an answer"), hint=_("You read it in the chat."))),
        (WITH, Option(_("The text of the answer"), hint=answers if settings.REPLY_DOMAIN else reads)),
    ]


def _paces() -> list[tuple[str, Option]]:
    pace = MailChoice.Pace
    return [
        (pace.AT_ONCE, Option(_("At once"), hint=_("One email for each answer."))),
        (pace.DIGEST, Option(_("After a few minutes"), hint=_("At most one email an hour."))),
        (pace.EVENING, Option(_("In the evening"), hint=_("One email at 18:00, if there is something new."))),
    ]
