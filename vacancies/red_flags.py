"""What staff should look at twice: signs in the words of an ad, missing facts, a new or odd employer.

They suggest, they never decide: nothing is refused or hidden by them. With a flag two members of staff must say yes.
A hint and no net: of bad ads in words they had not been tuned to they flagged 14 of 20 (docs/vacancies.md).
Source: domain.md §10 (warning signs of exploitation), reliability.md §5.4.
"""

import re
from datetime import timedelta

from django.db.models import CharField, TextField
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.text import plain_digits
from vacancies import red_flag_words
from vacancies.models import Employer, Kind, Pay, Vacancy

# code -> what staff read
WORDS = {
    "fee": _("It sounds as if one has to pay to get the job."),
    "pay_back": _("It sounds as if part of the pay is paid back."),
    "no_contract": _("It speaks of work without a contract, or without tax."),
    "trial_unpaid": _("It speaks of a trial without pay."),
    "papers": _("It asks for passport, bank card, BankID or copies of papers."),
    "housing": _("It offers housing together with the work."),
    "off_platform": _("It asks people to write in WhatsApp, Telegram or the like."),
    "long_days": _("It speaks of very long days, or of no days off."),
    "permit": _("It promises or threatens with a residence permit."),
    "sexual": _("It may be about sexual services."),
    "no_company": _("It says no company, or the address is of a free mail service."),
    "no_website": _("The employer has no website."),
    "new_employer": _("This is the employer's first ad."),
    "number_taken": _("Another employer here has the same organisation number."),
    "no_terms": _("It says neither what the pay is, nor which agreement holds."),
    "free_job": _("It is a job, but without pay."),
    "low_pay": _("It says a pay of less than 100 kronor an hour."),
    "endless": _("It speaks of an internship without end, or in place of staff."),
}
_FREE_MAIL = re.compile(r"@(gmail|hotmail|outlook|live|yahoo|icloud|proton(mail)?|gmx|mail)\.", re.IGNORECASE)
_PAID_CALL = re.compile(r"(?:(?:\+|00)460?|0)(?:900|939|944|99)")  # numbers at which a call costs extra
_JOBS = {Kind.JOB, Kind.SUMMER, Kind.SUBSIDISED}
_NO_WORDS = {"municipality", "occupation", "licences", "apply_email", "apply_phone", "contact_phone", "title", "tasks"}
NEW_FOR = timedelta(days=30)


def in_words(codes: list[str]) -> str:
    """What staff read about these codes; a word of its own when there is nothing."""
    return " ".join(str(WORDS[code]) for code in codes if code in WORDS) or _now("Nothing stands out.")


def of_employer(employer: Employer, *, email: str = "") -> list[str]:
    """The codes that fit an application. `email`: the address of whoever applied. One query."""
    same = Employer.objects.filter(organisation_number=employer.organisation_number).exclude(pk=employer.pk)
    found = {
        "no_website": not employer.website,
        "no_company": bool(_FREE_MAIL.search(email)),
        "number_taken": same.exists(),
    }
    return [code for code, is_so in found.items() if is_so]


def of_vacancy(vacancy: Vacancy) -> list[str]:
    """The codes that fit an ad. One query."""
    published = Vacancy.objects.filter(employer=vacancy.employer, published_at__isnull=False).exclude(pk=vacancy.pk)
    is_young = (vacancy.employer.approved_at or timezone.now()) > timezone.now() - NEW_FOR
    found = {
        "fee": any(map(_costs_extra, (vacancy.apply_phone, vacancy.contact_phone))),
        "no_company": bool(_FREE_MAIL.search(vacancy.apply_email)),
        "new_employer": is_young and not published.exists(),
        "no_terms": vacancy.pay == Pay.STATED and not vacancy.pay_said,
        "free_job": vacancy.pay == Pay.NONE and vacancy.kind in _JOBS,
    }
    said = red_flag_words.codes_in(_words_of(vacancy))
    return list(dict.fromkeys([*said, *(code for code, is_so in found.items() if is_so)]))


def _costs_extra(phone: str) -> bool:
    return bool(_PAID_CALL.match(re.sub(r"[^\d+]", "", plain_digits(phone))))


def _words_of(vacancy: Vacancy) -> str:
    """All that somebody has written in it, in every language; each box a sentence of its own."""
    texts = (getattr(vacancy, field.name) for field in Vacancy._meta.fields if _is_written(field))
    return ". ".join(text for text in texts if text)


def _is_written(field) -> bool:
    return (
        field.editable
        and isinstance(field, CharField | TextField)
        and not field.choices
        and field.name not in _NO_WORDS
    )
