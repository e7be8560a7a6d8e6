"""How often an ad was opened, and how many asked a volunteer about it: two numbers on the ad, nothing about anybody.

Employers read them in steps and never below three: else a number that has grown by one could be the person who called
this morning. An opening is a write on a GET, an exception like that of motesplats/sources.py and for the same reason:
nobody presses anything when they read. It changes no page and no right.
"""

from bisect import bisect
from collections.abc import Mapping

from django.db.models import F
from django.utils.translation import gettext as _

from motesplats import sources
from vacancies.models import Vacancy

STEPS = (3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def opened(vacancy: Vacancy, *, user, headers: Mapping[str, str]) -> None:
    """Somebody reads it: one more, unless it is a robot, its own employer or IM. One query at most."""
    if user.is_staff or not sources.is_person(headers):
        return
    same = Vacancy.objects.filter(pk=vacancy.pk)
    if user.is_authenticated:
        same = same.exclude(employer__members__user=user.pk)
    same.update(opened=F("opened") + 1)


def asked(vacancy: Vacancy) -> None:
    """A question about it has come. Call it once for each, in the same transaction."""
    Vacancy.objects.filter(pk=vacancy.pk).update(asked=F("asked") + 1)


def at_least(number: int) -> int:
    """The step that is reached; 0 below the first."""
    step = bisect(STEPS, number)
    return STEPS[step - 1] if step else 0


def say(vacancy: Vacancy) -> list[str]:
    """Both numbers in words, for its employer."""
    first, opened_, asked_ = {"n": STEPS[0]}, {"n": at_least(vacancy.opened)}, {"n": at_least(vacancy.asked)}
    return [
        _("Opened at least %(n)d times.") % opened_ if opened_["n"] else _("Opened fewer than %(n)d times.") % first,
        _("At least %(n)d have asked a volunteer about it.") % asked_
        if asked_["n"]
        else _("Fewer than %(n)d have asked a volunteer about it.") % first,
    ]
