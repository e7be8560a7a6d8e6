"""What is kept about volunteers, for how long, and how it is given out and taken away (design §3)."""

from datetime import timedelta

from motesplats.models import User
from volunteers import approval
from volunteers.models import ShiftBooking, Volunteer

# table -> how long after the person is no longer a volunteer; None = it holds nothing about a person
RETENTION = {
    "volunteers.Volunteer": timedelta(days=183),
    "volunteers.Shift": None,
    "volunteers.ShiftBooking": timedelta(days=730),
    "volunteers.ShiftRule": None,
    "volunteers.StandingBooking": timedelta(days=730),
}


def export(person: User) -> dict:
    """Everything kept about this person as a volunteer, ready for JSON. {} when there is nothing."""
    volunteer = Volunteer.objects.filter(user=person).first()
    if volunteer is None:
        return {}
    seats = ShiftBooking.objects.filter(volunteer=volunteer).select_related("shift").order_by("shift__starts_at")
    return {
        "state": volunteer.state,
        "languages": volunteer.languages,
        "topics": volunteer.topics,
        "motivation": volunteer.motivation,
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
    }


def erase(person: User) -> None:
    """Empty what this person wrote and end the standing as a volunteer. Seats stay as counts. Safe to run twice."""
    volunteer = Volunteer.objects.filter(user=person).first()
    if volunteer is None:
        return
    approval.leave(volunteer)
