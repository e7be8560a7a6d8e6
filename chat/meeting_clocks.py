"""The clocks of times agreed on (meetings.py), each safe to run twice. See clocks.py."""

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from chat import meeting_mail, meetings, rounds
from chat.models import MEETING_LENGTH, Meeting, Participant, Proposal, Side


def end_passed_times() -> int:
    """Suggested times that have all begun without an answer: the two may suggest others."""
    due = Proposal.objects.filter(ended_at=None, last_time__lte=timezone.now())
    return rounds.each(due.select_related("conversation__request__owner"), meetings.end_passed)


def remind_of_meetings() -> int:
    """The day before an agreed time and the hour before, both are told. Not who agreed later than that."""
    now, clocks = timezone.now(), settings.CLOCKS
    ahead = Meeting.objects.filter(ended_at=None, starts_at__gt=now).select_related("conversation__request")
    day, soon = clocks["meeting_reminded"], clocks["meeting_reminded_soon"]
    due_day = ahead.filter(reminded_at=None, starts_at__lte=now + day, starts_at__gt=now + soon)
    due_soon = ahead.filter(reminded_soon_at=None, starts_at__lte=now + soon)
    due_day = due_day.filter(agreed_at__lte=F("starts_at") - day)
    due_soon = due_soon.filter(agreed_at__lte=F("starts_at") - soon)
    told = rounds.each(due_day, lambda row: _remind(row, "reminded_at", "day"))
    return told + rounds.each(due_soon, lambda row: _remind(row, "reminded_soon_at", "hour"))


def _remind(meeting: Meeting, mark: str, which: str) -> None:
    if Meeting.objects.filter(pk=meeting.pk, ended_at=None, **{mark: None}).update(**{mark: timezone.now()}):
        meeting_mail.remind(meeting, which=which)


def settle_meetings() -> int:
    """Ten minutes in, one waits and the other never came; or the half hour is over."""
    now = timezone.now()
    people = Participant.objects.filter(conversation=OuterRef("conversation"))
    seekers, helpers = people.filter(side=Side.SEEKER), people.filter(user=OuterRef("helper"))
    here = Q(seen_at__gt=now - settings.PRESENCE_FRESH)
    began = Meeting.objects.filter(ended_at=None, starts_at__lte=now - settings.CLOCKS["meeting_missing"]).annotate(
        seeker_came=Exists(seekers.filter(seen_at__gte=OuterRef("starts_at"))),
        helper_came=Exists(helpers.filter(seen_at__gte=OuterRef("starts_at"))),
        seeker_waits=Exists(seekers.filter(here)),
        helper_waits=Exists(helpers.filter(here)),
    )
    one_waits = Q(seeker_waits=True, helper_came=False) | Q(helper_waits=True, seeker_came=False)
    due = began.filter(Q(starts_at__lte=now - MEETING_LENGTH) | one_waits)
    return rounds.each(due.select_related("conversation__request__owner", "helper"), meetings.settle)
