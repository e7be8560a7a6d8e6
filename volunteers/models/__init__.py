"""The rows of this app, by noun: volunteers, their shifts, and how they are."""

from volunteers.models.alerting import AlertWish, PushSubscription
from volunteers.models.care import CareAnswer, CareCall, Helpline, Rest, Thanks
from volunteers.models.certificates import CODE_LENGTH, CODE_LETTERS, Certificate, Reference
from volunteers.models.conduct import ConductAcceptance, ConductVersion
from volunteers.models.course import CoursePart, CourseRead, Rehearsal
from volunteers.models.rules import ShiftRule, StandingBooking
from volunteers.models.standby import SWITCH_LASTS, Shift, ShiftBooking, Volunteer
from volunteers.models.steps import StaffStep

__all__ = [
    "CODE_LENGTH",
    "CODE_LETTERS",
    "SWITCH_LASTS",
    "AlertWish",
    "CareAnswer",
    "CareCall",
    "Certificate",
    "ConductAcceptance",
    "ConductVersion",
    "CoursePart",
    "CourseRead",
    "Helpline",
    "PushSubscription",
    "Reference",
    "Rehearsal",
    "Rest",
    "Shift",
    "ShiftBooking",
    "ShiftRule",
    "StaffStep",
    "StandingBooking",
    "Thanks",
    "Volunteer",
]
