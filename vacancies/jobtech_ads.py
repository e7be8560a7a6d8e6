"""An ad in the words of JobTech -> what we keep of it. Nothing of what comes in is trusted to be there, or to be right.

Source: the JobStream and JobSearch answers of Arbetsförmedlingen (CC0). Times have no offset there: clocks in Sweden.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from motesplats import municipalities, occupations
from motesplats.moments import STOCKHOLM
from motesplats.text import clean_name
from vacancies import jobtech_text, platsbanken
from vacancies.jobtech_fields import ID_LENGTH

PAGE = "https://arbetsformedlingen.se/platsbanken/annonser/"
_CONCEPT = re.compile(rf"\w{{1,{ID_LENGTH}}}")
_PERSON = re.compile(r"[A-ZÅÄÖÉ][\w'’-]+(?: [A-ZÅÄÖÉ][\w'’-]+){1,2}")
_VERSION_MAX = 2**53


class BadAd(Exception):  # noqa: N818 what came in, not what we did
    """No ad at all: no object, no id, or no headline."""


@dataclass(frozen=True, slots=True)
class Removal:
    """An ad that is gone. `at`: when, if that was said."""

    source_id: str
    at: datetime | None


def read(ad: object) -> dict | Removal:
    """The fields of an ImportedAd, cleaned and cut to fit; or that it is gone. BadAd."""
    if not isinstance(ad, dict):
        raise BadAd
    source_id = str(ad.get("id") or "")
    if not re.fullmatch(platsbanken.ID, source_id):
        raise BadAd
    if ad.get("removed") is True:
        return Removal(source_id, moment(ad.get("removed_date")))
    headline = clean_name(_words(ad, "headline"))[:200]
    if not headline:
        raise BadAd
    return {"source_id": source_id, "headline": headline, **_about_work(ad), **_in_words(ad), **_times(ad)}


def _about_work(ad: dict) -> dict:
    occupation = _concept(ad, "occupation")
    known = occupations.by_id(occupation)
    legacy = _words(ad, "occupation_group", "legacy_ams_taxonomy_id")
    group = known.group if known else legacy if re.fullmatch(r"\d{4}", legacy) else ""
    return {
        "occupation": occupation,
        "occupation_group": group,
        "occupation_field": _concept(ad, "occupation_field"),
        "municipality": _municipality(ad),
    }


def _municipality(ad: dict) -> str:
    where = _part(ad, "workplace_address")
    found = municipalities.by_concept_id(_words(where, "municipality_concept_id"))
    found = found or municipalities.by_code(_words(where, "municipality_code"))
    return found.code if found else ""


def _in_words(ad: dict) -> dict:
    text = _words(ad, "description", "text")
    text = text or jobtech_text.from_html(_words(ad, "description", "text_formatted"))
    languages = [clean_name(_words(row, "label")) for row in _rows(ad, "must_have", "languages")]
    return {
        "employer": clean_name(_words(ad, "employer", "name"))[:160],
        "text": jobtech_text.plain(text, names=_people(ad)),
        "hours_said": clean_name(_words(ad, "working_hours_type", "label"))[:60],
        "duration_said": clean_name(_words(ad, "duration", "label"))[:60],
        "licences_said": _licences(ad)[:60],
        "languages_said": ", ".join(filter(None, languages))[:120],
        "needs_experience": _yes_or_no(ad.get("experience_required")),
        "url": _page(ad),
    }


def _people(ad: dict) -> list[str]:
    """Who is named as a contact: never kept, and taken out of the words."""
    named = [_words(row, "name") for row in _rows(ad, "application_contacts")]
    reference = _words(ad, "application_details", "reference")
    return [*named, *([reference] if _PERSON.fullmatch(reference) else [])]


def _licences(ad: dict) -> str:
    if ad.get("driving_license_required") is not True:
        return ""
    labels = [clean_name(_words(row, "label")) for row in _rows(ad, "driving_license")]
    return ", ".join(filter(None, labels)) or "?"


def _page(ad: dict) -> str:
    said = _words(ad, "webpage_url")
    try:
        is_theirs = len(said) <= 300 and urlsplit(said)[:2] == ("https", "arbetsformedlingen.se")
    except ValueError:
        is_theirs = False
    return said if is_theirs and not re.search(r"[\s<>\"\\\x00-\x1f\x7f]", said) else f"{PAGE}{ad['id']}"


def _times(ad: dict) -> dict:
    version = ad.get("timestamp")
    is_number = isinstance(version, int) and not isinstance(version, bool) and 0 <= version < _VERSION_MAX
    return {
        "deadline": moment(ad.get("application_deadline")),
        "published_at": moment(ad.get("publication_date")),
        "version": version if is_number else 0,
    }


def moment(said: object) -> datetime | None:
    """'2024-05-08T23:59:59' on a clock in Sweden -> an aware instant; None for what is none, or in no likely year."""
    if not isinstance(said, str) or len(said) > 40:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=STOCKHOLM)
    return found if 1990 <= found.year <= 2100 else None


def _part(ad: dict, *names: str) -> dict:
    """What stands under these names, of a list its first; {} when it is nothing of the kind."""
    found: object = ad
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
        found = found[0] if isinstance(found, list) and found else found
    return found if isinstance(found, dict) else {}


def _words(ad: dict, *names: str) -> str:
    found = _part(ad, *names[:-1]).get(names[-1]) if len(names) > 1 else ad.get(names[0])
    return found if isinstance(found, str) else ""


def _rows(ad: dict, *names: str) -> list[dict]:
    found = (_part(ad, *names[:-1]) if len(names) > 1 else ad).get(names[-1])
    return [row for row in found[:50] if isinstance(row, dict)] if isinstance(found, list) else []


def _concept(ad: dict, name: str) -> str:
    found = _words(ad, name, "concept_id")
    return found if _CONCEPT.fullmatch(found) else ""


def _yes_or_no(said: object) -> bool | None:
    return said if isinstance(said, bool) else None
