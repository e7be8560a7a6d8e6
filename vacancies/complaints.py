"""Something is wrong with an ad: staff are told; what is serious hides it at once, until IM has looked.

Nobody can empty the list: one browser, or one network, tells about each ad once, and once more when it is serious; it
hides at most three a day by itself, and all together at most twenty. What staff have looked at and shown again is not
hidden by the next report. After that only staff decide.
"""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from motesplats import audit, limits, office_hours, reports
from motesplats.models import Report, User
from vacancies import publishing
from vacancies.models import Vacancy

ONCE_IN_SECONDS = 30 * 86_400
HIDES_A_DAY, HIDES_A_DAY_IN_ALL = 3, 20
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
    """Tell staff. -> the report; None when this network, or this person, has told this about the ad already. TooMany.

    ip: limits.client_ip(). Reads the employer. Whether the ad was hidden stands in the report.
    """
    network = limits.network_of(ip)
    who = f"user:{reporter.pk}" if reporter else network
    if not limits.allow(f"ad-reports:{network}", times=REPORTS_AN_HOUR, seconds=3600):
        raise TooMany
    is_serious = reason in SERIOUS  # "the job is taken", said before by somebody at the same school, silences no threat
    if not limits.allow(f"ad-report:{vacancy.pk}:{is_serious}:{who}", times=1, seconds=ONCE_IN_SECONDS):
        return None
    is_hidden = is_serious and _may_hide(vacancy, network) and publishing.hide(vacancy, by=None)
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


def _may_hide(vacancy: Vacancy, network: str) -> bool:
    """Not when staff have looked at it since it was published; else for the first of this network and of this day."""
    about = ("vacancy", vacancy.public_id)
    if audit.was_done("vacancy.shown_again", about=about, since=vacancy.published_at):
        return False
    limited = ((f"ad-hide:{network}", HIDES_A_DAY), ("ad-hides", HIDES_A_DAY_IN_ALL))
    return all(limits.allow(key, times=times, seconds=86_400) for key, times in limited)
