"""The rows of this app, by noun: volunteers and their shifts."""

from volunteers.models.rules import ShiftRule, StandingBooking
from volunteers.models.standby import SWITCH_LASTS, Shift, ShiftBooking, Volunteer

__all__ = ["SWITCH_LASTS", "Shift", "ShiftBooking", "ShiftRule", "StandingBooking", "Volunteer"]
