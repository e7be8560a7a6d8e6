"""The languages of the house: which exist, how they are written, which of them somebody reads.

Django knows neither Dari, Somali nor Tigrinya (domain.md §0), so their locale facts are added here.
"""

from collections.abc import Iterable

import django.conf.locale
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_ADDED_LOCALES = {
    "prs": {"bidi": True, "code": "prs", "name": "Dari", "name_local": "دری", "fallback": ["fa"]},
    "so": {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"},
    "ti": {"bidi": False, "code": "ti", "name": "Tigrinya", "name_local": "ትግርኛ"},
}

# What a person may tick as "I can read". (code, own name); Swedish first, then by number of newly arrived readers.
READABLE = {
    "sv": _("easy Swedish"),
    "en": "English",
    "ar": "العربية",
    "fa": "فارسی",
    "prs": "دری",
    "uk": "українська",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "ru": "русский",
    "tr": "Türkçe",
    "ku": "Kurdî",
    "ps": "پښتو",
    "es": "español",
    "fr": "français",
}


class SwedishLevel(models.TextChoices):
    """How much Swedish somebody knows, in the words of SFI (domain.md §13)."""

    NONE = "none", _("No Swedish yet")
    SFI_A = "sfi_a", _("SFI A")
    SFI_B = "sfi_b", _("SFI B")
    SFI_C = "sfi_c", _("SFI C")
    SFI_D = "sfi_d", _("SFI D")
    AFTER_SFI = "sva", _("After SFI (SVA)")
    FLUENT = "fluent", _("Fluent")
    UNKNOWN = "", _("I don't know")


def register_locales() -> None:
    """Teach Django the languages it lacks. Called by the settings, before LANGUAGES is read."""
    for code, info in _ADDED_LOCALES.items():
        django.conf.locale.LANG_INFO.setdefault(code, info)


def readable_names(codes: Iterable[str]) -> list[str]:
    """['sv', 'ar'] -> the names people see, in the order of READABLE."""
    return [str(name) for code, name in READABLE.items() if code in set(codes)]


class CodesField(models.CharField):
    """A small set of codes kept as text (",sv,ar,"), so that PostgreSQL and SQLite search it alike.

    In Python a list of str, in the order given, without doubles.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return [code for code in (value or "").split(",") if code]

    def to_python(self, value):
        if isinstance(value, str):
            return [code for code in value.split(",") if code]
        return list(value or [])

    def get_prep_value(self, value):
        if isinstance(value, str):  # a search pattern such as ",sv,"
            return value
        codes = list(dict.fromkeys(value or []))
        return f",{','.join(codes)}," if codes else ""

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if len(self.get_prep_value(value)) > self.max_length:  # the validator of CharField counts the codes
            raise ValidationError(_("Too many choices."))

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))

    def formfield(self, **kwargs):
        return super().formfield(**{"strip": True, **kwargs})


def overlaps(field: str, codes: Iterable[str]) -> Q:
    """A filter: the CodesField `field` holds at least one of `codes`. Nothing in `codes` fits nothing."""
    query = Q(pk__in=[])
    for code in codes:
        query |= Q(**{f"{field}__contains": f",{code},"})
    return query


def own_names(codes: Iterable[str]) -> str:
    """['sv', 'ar'] -> 'svenska, العربية': each language's name in itself, which needs no translation."""
    return ", ".join("svenska" if code == "sv" else str(READABLE[code]) for code in codes if code in READABLE)
