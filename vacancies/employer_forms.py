"""What employers fill in about themselves. Their ads: employer_ad_forms.py."""

from urllib.parse import urlsplit

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from motesplats.forms import AddressField, NameField, PlainTextField
from motesplats.models import User
from motesplats.municipality_field import MunicipalityField
from motesplats.text import plain_digits
from vacancies import employers, organisation_number
from vacancies.employer_guard import Guarded
from vacancies.models import Employer, VisitInvite


class NumberField(forms.CharField):
    """An organisation number, however it is written. -> its ten digits."""

    default_error_messages = {
        "required": _("Write the organisation number, for example 556677-8899."),
        "wrong": _(
            "That is no organisation number. It has ten digits, for example 556677-8899. Look for a typing error."
        ),
    }

    def to_python(self, value):
        typed = super().to_python(value)
        found = organisation_number.read(typed)
        if typed and found is None:
            raise forms.ValidationError(self.error_messages["wrong"], code="wrong")
        return found or ""

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}


class PhoneField(forms.CharField):
    """A phone number: at least six digits, as it was written."""

    default_error_messages = {
        "required": _("Write a phone number, for example 070-174 06 05."),
        "wrong": _("Write the whole phone number, for example 070-174 06 05."),
        "max_length": _("The phone number is too long. Write one number."),
    }

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "tel", "dir": "ltr"}
        super().__init__(**{"max_length": 30, "widget": forms.TextInput({"type": "tel", **attrs}), **kwargs})

    def to_python(self, value):
        typed = " ".join(super().to_python(value).split())
        digits = plain_digits(typed)
        if typed and (sum(sign.isdecimal() for sign in digits) < 6 or any(sign.isalpha() for sign in digits)):
            raise forms.ValidationError(self.error_messages["wrong"], code="wrong")
        return typed

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "maxlength": None}


class PageField(forms.URLField):
    """An address on the web; "https://" may be left out. No name before it: https://known.se@other.se is other.se."""

    default_error_messages = {
        "invalid": _("Write the address of the page, for example www.example.se."),
        "max_length": _("The address of the page is too long."),
    }
    default_validators = [URLValidator(schemes=["https", "http"])]

    def __init__(self, **kwargs):
        attrs = {"inputmode": "url", "autocomplete": "url", "autocapitalize": "none", "dir": "ltr"}
        super().__init__(**{"assume_scheme": "https", "widget": forms.TextInput(attrs), "required": False, **kwargs})

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "maxlength": None}

    def clean(self, value):
        url = super().clean(value)
        if "@" in urlsplit(url).netloc:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return url


class ContactForm(forms.Form):
    """Whom IM calls, and where the employer is."""

    use_required_attribute = False  # our own words, in the page's language, not the browser's

    contact_name = NameField(
        label=_("Who shall IM call?"),
        help_text=_("First name and family name."),
        error_messages={"required": _("Write the name of the one IM shall call.")},
    )
    phone = PhoneField(label=_("Direct phone number"))
    website = PageField(
        label=_("Website"),
        help_text=_("Leave it empty if there is none."),
        max_length=Employer._meta.get_field("website").max_length,
    )
    municipality = MunicipalityField(label=_("Municipality"))


class ApplyForm(Guarded, ContactForm):
    """Somebody wants to advertise for an employer."""

    organisation_number = NumberField(
        label=_("Organisation number"),
        help_text=_("Ten digits, for example 556677-8899. It stands on your invoices."),
    )
    name = NameField(
        label=_("Name of the employer"),
        help_text=_("As people know you."),
        max_length=Employer._meta.get_field("name").max_length,
        error_messages={"required": _("Write the name of the employer.")},
    )
    field_order = ["organisation_number", "name", "contact_name", "phone", "website", "municipality"]


class InviteForm(forms.Form):
    """A colleague who shall write ads too."""

    use_required_attribute = False

    email = AddressField(label=_("Your colleague's email address"))


class JoinForm(forms.Form):
    """Yes to an invitation to oneself."""

    invitation = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["invitation"].queryset = employers.invitations_to(user)


class RemoveForm(forms.Form):
    """A member, or an invitation, of this employer."""

    member = forms.ModelChoiceField(queryset=None, required=False)
    invitation = forms.ModelChoiceField(queryset=None, required=False)

    def __init__(self, *args, employer: Employer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = employer.members.select_related("user")
        self.fields["invitation"].queryset = employer.invitations.all()


class VisitForm(forms.Form):
    """Come and see us: a few lines for IM."""

    use_required_attribute = False

    text = PlainTextField(
        label=_("What can people see, when, and how many can come?"),
        help_text=_("A few lines. IM calls you."),
        max_length=VisitInvite._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what people can see, when, and how many can come.")},
    )
