"""What is kept about volunteers, for how long, and how it is given out and taken away (design §3)."""

from datetime import timedelta

from django.conf import settings

from motesplats import occupations
from motesplats.models import User
from volunteers import certificates, conduct, course, retention, thanks
from volunteers.models import (
    AlertWish,
    CareAnswer,
    CareCall,
    Certificate,
    Reference,
    ShiftBooking,
    StaffStep,
    StandingBooking,
    Thanks,
    Volunteer,
)

# table -> how long after the person is no longer a volunteer; None = it holds nothing about a person
RETENTION = {
    "volunteers.Volunteer": retention.DETAILS_KEPT,
    "volunteers.Shift": None,
    "volunteers.ShiftBooking": retention.DETAILS_KEPT,
    "volunteers.ShiftRule": None,
    "volunteers.StandingBooking": None,
    "volunteers.CareAnswer": timedelta(days=183),  # after it was said; so is CareCall, after IM was in touch
    "volunteers.CareCall": timedelta(days=183),
    "volunteers.Rest": None,
    "volunteers.AlertWish": retention.DETAILS_KEPT,
    "volunteers.PushSubscription": timedelta(0),
    "volunteers.Helpline": None,
    "volunteers.StaffStep": retention.DETAILS_KEPT,
    "volunteers.ConductAcceptance": retention.DETAILS_KEPT,
    "volunteers.ConductVersion": None,
    "volunteers.CoursePart": None,
    "volunteers.CourseRead": retention.DETAILS_KEPT,
    "volunteers.Rehearsal": retention.DETAILS_KEPT,
    "volunteers.Thanks": settings.CLOCKS["text_removed"],  # the words; who gave them goes too, the tap stays as a count
    "volunteers.Certificate": certificates.KEPT,  # after it was made; taken back: empty at once, gone after a year
    "volunteers.Reference": timedelta(0),
}


def export(person: User) -> dict:
    """What is kept about this person, as a volunteer and as one who thanked, for JSON. {}: nothing.

    Thanks that a volunteer got have their words here and no name.
    """
    rows = Thanks.objects.filter(giver=person).order_by("pk")
    given = [{"helped": row.helped, "words": row.words, "at": row.at.isoformat()} for row in rows]
    volunteer = Volunteer.objects.filter(user=person).first()
    return (_as_volunteer(volunteer) | course.export(volunteer) if volunteer else {}) | (
        {"thanks_given": given} if given else {}
    )


def _as_volunteer(volunteer: Volunteer) -> dict:
    seats = ShiftBooking.objects.filter(volunteer=volunteer).select_related("shift").order_by("shift__starts_at")
    return {
        "state": volunteer.state,
        "languages": volunteer.languages,
        "topics": volunteer.topics,
        "motivation": volunteer.motivation,
        **_told(volunteer),
        "applied_at": volunteer.applied_at.isoformat(),
        "shifts": [
            {
                "starts_at": seat.shift.starts_at.isoformat(),
                "ends_at": seat.shift.ends_at.isoformat(),
                "cancelled_at": seat.cancelled_at.isoformat() if seat.cancelled_at else None,
                "reason": seat.cancel_reason,
            }
            for seat in seats
        ],
        **_reached(volunteer),
        "every_week": [
            {"shift": str(row.rule), "since": row.since.isoformat()}
            for row in StandingBooking.objects.kept().filter(volunteer=volunteer).select_related("rule").order_by("pk")
        ],
        "after_chats": [
            {"feeling": row.feeling, "at": row.at.isoformat()}
            for row in CareAnswer.objects.filter(volunteer=volunteer).order_by("pk")
        ],
        "talks_with_im": [
            {"why": row.why, "at": row.opened_at.isoformat()}
            for row in CareCall.objects.filter(volunteer=volunteer).order_by("pk")
        ],
        "certificates": [
            {"code": row.grouped_code, "facts": row.facts, "made_at": row.made_at.isoformat()}
            for row in Certificate.objects.filter(volunteer=volunteer).order_by("pk")
        ],
        "reference": [
            {"asked_at": row.asked_at.isoformat(), "said_yes": row.staff_id is not None}
            for row in Reference.objects.filter(volunteer=volunteer)
        ],
        "thanks_received": [
            {"helped": row.helped, "words": row.words} for row in Thanks.objects.filter(volunteer=volunteer)
        ],
    }


def _reached(volunteer: Volunteer) -> dict:
    return {
        "devices": [
            {"device": row.device, "added_at": row.added_at.isoformat()} for row in volunteer.push_subscriptions.all()
        ],
        "notices": [
            {"wanted": row.is_on, "quiet_from": f"{row.quiet_from:%H:%M}", "quiet_until": f"{row.quiet_until:%H:%M}"}
            for row in AlertWish.objects.filter(volunteer=volunteer)
        ],
    }


def _told(volunteer: Volunteer) -> dict:
    return {
        "occupations": occupations.labels(volunteer.occupations),
        "gives_contacts": volunteer.gives_contacts,
        "times": volunteer.times,
        "places": volunteer.places,
        "is_woman": volunteer.is_woman,
        "rules_accepted": conduct.export(volunteer),
        "steps": [
            {"what": row.kind, "at": row.done_at.isoformat()}
            for row in StaffStep.objects.filter(volunteer=volunteer).order_by("pk")
        ],
    }


def erase(person: User) -> None:
    """Empty what this person wrote and end the standing as a volunteer. Seats stay as counts. Safe to run twice."""
    thanks.forget_giver(person)
    certificates.forget(person)
    volunteer = Volunteer.objects.filter(user=person).first()
    if volunteer is None:
        return
    retention.forget(volunteer, actor=person)
