"""What an ad asks of whoever applies, as a short list: for going through a CV and a letter beside it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from motesplats.moments import say_date, say_day
from vacancies.models import ImportedAd, Licence, Vacancy


@dataclass(frozen=True, slots=True)
class Demand:
    """One line. `words`: what the ad says, in the words of the house, or the employer's own (`is_typed`, Swedish)."""

    label: str
    words: str
    is_typed: bool = False


def of(ad: Vacancy) -> list[Demand]:
    """What this ad asks, in the active language; what it does not say is left out. No query."""
    found = [
        Demand(_("Swedish for the job"), _swedish(ad)),
        Demand(_("Occupation"), ad.occupation_label, True),
        Demand(_("What one needs to know before"), ad.experience_said, True),
        Demand(_("Driving licence"), ", ".join(str(Licence(code).label) for code in ad.licences)),
        Demand(_("Extract from the criminal record"), _("The employer wants to see one.") if ad.needs_extract else ""),
        Demand(_("Working time"), _joined(ad.get_extent_display(), ad.hours_said)),
        Demand(_("How to apply"), _joined(ad.apply_said, ad.apply_email, ad.apply_phone, ad.apply_url), True),
        Demand(_("Last day to apply"), say_date(ad.last_day) if ad.last_day else ""),
    ]
    return [demand for demand in found if demand.words]


def of_imported(ad: ImportedAd) -> list[Demand]:
    """The same of an ad from Platsbanken, in its own words."""
    licence = {"?": _("The employer wants one.")}.get(ad.licences_said, ad.licences_said)
    found = [
        Demand(_("Occupation"), ad.occupation_label, True),
        Demand(_("Languages"), ad.languages_said, True),
        Demand(_("What one needs to know before"), _experience(ad.needs_experience)),
        Demand(_("Driving licence"), licence),
        Demand(_("Working time"), _joined(ad.hours_said, ad.duration_said), True),
        Demand(_("Last day to apply"), say_day(ad.deadline) if ad.deadline else ""),
    ]
    return [demand for demand in found if demand.words]


def _experience(is_needed: bool | None) -> str:
    said = {True: _("The employer wants experience."), False: _("No experience is needed.")}
    return said.get(is_needed, "")


def _swedish(ad: Vacancy) -> str:
    more = [_("Help with the language is included.")] if ad.has_language_support else []
    more += [_("English is fine at work.")] if ad.english_works else []
    return _joined(ad.get_swedish_display(), *more)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
