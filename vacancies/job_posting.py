"""An ad as search engines read it: schema.org JobPosting.

Source: schema.org/JobPosting; Google Search Central, "Job posting structured data" (required: title, description,
datePosted, hiringOrganization, jobLocation; recommended: the rest that we know).
"""

import re
from datetime import datetime, time

from django.utils.html import linebreaks

from motesplats import municipalities
from motesplats.moments import STOCKHOLM, local
from vacancies.models import Duration, Extent, Kind, Vacancy

_OF_KIND = {Kind.INTERNSHIP: "INTERN", Kind.TRY_OUT: "INTERN", Kind.VOLUNTARY: "VOLUNTEER"}
_OF_EXTENT = {Extent.FULL: "FULL_TIME", Extent.PART: "PART_TIME", Extent.HOURLY: "PER_DIEM"}
_SUM = r"(\d{1,3}(?:[ .\u00a0]\d{3})+|\d+)(?:,(\d+))?"
_PAY = re.compile(
    rf"{_SUM}(?:\s*[-–]\s*{_SUM})?\s*(?:kr|kronor|SEK)\b.{{0,20}}?\b(månad|mån|timme|timma|tim|h)\b", re.IGNORECASE
)


def of(vacancy: Vacancy, *, url: str) -> dict:
    """What stands in the page, in the active language. Reads the employer. `url`: absolute, of the page."""
    employer = vacancy.employer
    said = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": vacancy.title,
        "description": _description(vacancy),
        "datePosted": local(vacancy.published_at).date().isoformat(),
        "validThrough": datetime.combine(vacancy.last_day, time(23, 59, 59), STOCKHOLM).isoformat(),
        "employmentType": _employment(vacancy),
        "hiringOrganization": _kept({"@type": "Organization", "name": employer.name, "sameAs": employer.website}),
        "jobLocation": _place(vacancy),
        "identifier": {"@type": "PropertyValue", "name": employer.name, "value": vacancy.public_id},
        "url": url,
        "directApply": False,
        "totalJobOpenings": vacancy.places,
        "occupationalCategory": " ".join(filter(None, [vacancy.occupation_group, vacancy.occupation_label])),
        "workHours": vacancy.hours_said,
        "qualifications": vacancy.experience_said,
        "skills": str(vacancy.get_swedish_display()),
        "baseSalary": _pay(vacancy.pay_said),
        "applicationContact": _contact(vacancy),
    }
    if vacancy.is_remote:
        said["jobLocationType"] = "TELECOMMUTE"
        said["applicantLocationRequirements"] = {"@type": "Country", "name": "Sverige"}
    return _kept(said)


def _kept(said: dict) -> dict:
    """Without what nobody has written."""
    return {name: value for name, value in said.items() if value not in ("", None, [], {})}


def _description(vacancy: Vacancy) -> str:
    said = [vacancy.tasks, vacancy.experience_said, vacancy.hours_said, vacancy.pay_said]
    return linebreaks("\n\n".join(filter(None, said)), autoescape=True)


def _employment(vacancy: Vacancy) -> list[str]:
    found = [_OF_KIND.get(vacancy.kind) or _OF_EXTENT.get(vacancy.extent, "OTHER")]
    if vacancy.duration == Duration.SHORT or vacancy.kind == Kind.SUMMER:
        found.append("TEMPORARY")
    return found


def _place(vacancy: Vacancy) -> dict:
    town = municipalities.by_code(vacancy.municipality)
    address = {
        "@type": "PostalAddress",
        "streetAddress": vacancy.workplace,
        "addressLocality": town.name if town else "",
        "addressRegion": town.region if town else "",
        "addressCountry": "SE",
    }
    return {"@type": "Place", "address": _kept(address)}


def _contact(vacancy: Vacancy) -> dict:
    said = _kept({"email": vacancy.apply_email, "telephone": vacancy.apply_phone})
    return {"@type": "ContactPoint", **said} if said else {}


def _pay(said: str) -> dict:
    """Only when it says a sum in kronor for a month or an hour: "28 000–30 000 kr i månaden"."""
    found = _PAY.search(said.replace("månaden", "månad").replace("timmen", "timme"))
    if not found:
        return {}
    least, most = _number(found[1], found[2]), _number(found[3], found[4]) if found[3] else None
    unit = "MONTH" if found[5].lower().startswith("mån") else "HOUR"
    value = {"minValue": least, "maxValue": most} if most else {"value": least}
    quantity = {"@type": "QuantitativeValue", **value, "unitText": unit}
    return {"@type": "MonetaryAmount", "currency": "SEK", "value": quantity}


def _number(whole: str, part: str | None) -> float | int:
    number = int(re.sub(r"\D", "", whole))
    return float(f"{number}.{part}") if part else number
