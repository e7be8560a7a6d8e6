"""Something is wrong with an ad: staff are told; what is serious hides it at once, until IM has looked.

One browser, or one network, cannot empty the list: it tells once about each ad, and hides at most three a day by
itself; after that only staff decide.
"""

import ipaddress

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from motesplats import limits, office_hours, reports
from motesplats.models import Report, User
from vacancies import publishing
from vacancies.models import Vacancy

ONCE_IN_SECONDS = 30 * 86_400
HIDES_A_DAY = 3
REPORTS_AN_HOUR = 10


class Reason(models.TextChoices):
    MONEY = "pengar", _("They want me to pay")
    PAPERS = "pass", _("They want my passport, bank card or BankID")
    NO_PAY = "utan-lon", _("They want me to work without pay")
    THREATS = "hot", _("They threaten me")
    SEXUAL = "sex", _("It is about sex")
    UNTRUE = "fel", _("Something in the ad is not true")
    TAKEN = "borta", _("The job is already taken")
    OTHER = "annat", _("Something else")


SERIOUS = {Reason.MONEY, Reason.PAPERS, Reason.NO_PAY, Reason.THREATS, Reason.SEXUAL}


class TooMany(Exception):  # noqa: N818 a refusal
    """More reports than come from one network in an hour."""


@transaction.atomic
def complain(vacancy: Vacancy, reason: str, text: str = "", *, reporter: User | None, ip: str) -> Report | None:
    """Tell staff. -> the report; None when this network, or this person, has told about this ad already. TooMany.

    ip: limits.client_ip(). Reads the employer. Whether the ad was hidden stands in the report.
    """
    network = _network(ip)
    who = f"user:{reporter.pk}" if reporter else network
    if not limits.allow(f"ad-report:{vacancy.pk}:{who}", times=1, seconds=ONCE_IN_SECONDS):
        return None
    if not limits.allow(f"ad-reports:{network}", times=REPORTS_AN_HOUR, seconds=3600):
        raise TooMany
    may_hide = reason in SERIOUS and limits.allow(f"ad-hide:{network}", times=HIDES_A_DAY, seconds=86_400)
    is_hidden = may_hide and publishing.hide(vacancy, by=None)
    office = vacancy.employer.office
    with override("sv"):  # what staff read
        lines = [str(Reason(reason).label), text]
        if is_hidden:
            lines.append(str(_("The ad is hidden until IM has looked.")))
    return reports.report(
        "\n".join(filter(None, lines)),
        reporter=reporter,
        answer_by=office_hours.staffed_until(office, timezone.now()),
        about=("vacancy", vacancy.public_id),
        title=vacancy.title_sv or "",
        office=office,
    )


def _network(ip: str) -> str:
    """The address; of IPv6 the network that one household has, since each browser there has many addresses."""
    address = ipaddress.ip_address(ip)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if address.version == 6 else ip
