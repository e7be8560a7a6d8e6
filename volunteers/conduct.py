"""The code of conduct: eleven sentences that everybody accepts who helps. Source: domain.md §7.

Whoever changes what it means gives it a new VERSION: then every volunteer reads and accepts it again, kindly, before
the next visit to the desk and the next question. A comma needs no new version.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motesplats import audit
from motesplats.layers import nudge
from volunteers.models import Volunteer

VERSION = "2026-11"
POINTS: tuple[str | Promise, ...] = (
    _("I treat everybody with respect."),
    _("I do not pass on what I read. It is confidential."),
    _("I do not keep files or contacts outside Mötesplats."),
    _("I do not exchange phone numbers or social media with those I help."),
    _("I do not give advice about residence permits, law or health."),
    _("I do not take or give money or gifts."),
    _("I do not write a CV for somebody. We write together, and everything is true."),
    _("I do not argue for politics or religion in the chat."),
    _("I tell IM when I am worried about threats, violence or exploitation. In danger: call 112."),
    _("I come to my shift, or swap it in good time."),
    _("I get help from IM, and I can stop when I want."),
)


class RulesFirst(Exception):
    """The rules as they read today were not accepted: that comes before the next question."""


def has_accepted(volunteer: Volunteer) -> bool:
    """The version of today was accepted."""
    return volunteer.conduct_version == VERSION


def is_new_version(volunteer: Volunteer) -> bool:
    """An earlier version was accepted, and not this one."""
    return bool(volunteer.conduct_version) and not has_accepted(volunteer)


def stop_unless_accepted(volunteer: Volunteer) -> None:
    """Before a volunteer comes into a chat, with the row locked and fresh. Raises RulesFirst."""
    if not has_accepted(volunteer):
        raise RulesFirst


@transaction.atomic
def accept(volunteer: Volunteer) -> None:
    """This volunteer has read and accepted the version of today. The first time counts. Safe to repeat."""
    change = {"conduct_version": VERSION, "conduct_accepted_at": timezone.now()}
    if Volunteer.objects.filter(pk=volunteer.pk).exclude(conduct_version=VERSION).update(**change):
        audit.record("conduct.accepted", actor=volunteer.user, about=("volunteer", volunteer.pk), version=VERSION)
        nudge("desk")
    volunteer.refresh_from_db(fields=list(change))
