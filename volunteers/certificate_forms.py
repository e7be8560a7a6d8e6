"""What stands on a certificate, and the code that checks one."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats import paper
from motesplats.forms import NameField
from volunteers import certificates


class CertificateForm(forms.Form):
    """The name as it shall stand on the paper."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    name = NameField(
        label=_("Your name on the certificate"),
        help_text=_("Write your first name and last name."),
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        missing = paper.unwritable(name)
        if missing:
            said = _now("The paper cannot show these letters: %(letters)s. Write your name with other letters.")
            raise ValidationError(said % {"letters": " ".join(sorted(missing))})
        return name


class CodeForm(forms.Form):
    """The code of a certificate, typed with small or large letters, with or without lines between."""

    use_required_attribute = False

    kod = forms.CharField(
        label=_("The code on the certificate"),
        help_text=_("For example 7K3M-9QXT-2BVC."),
        max_length=60,
        error_messages={"required": _("Write the code."), "max_length": _("Write the code as it stands on the paper.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}),
    )

    def clean_kod(self) -> str:
        code = certificates.plain_code(self.cleaned_data["kod"])
        if not code:
            raise ValidationError(_now("Write the code as it stands on the paper."))
        return code
