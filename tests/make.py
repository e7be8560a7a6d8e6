"""Builds the objects tests need: `make.volunteer(on_duty=True)`. Every call makes a new one."""

from datetime import datetime, timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.utils import timezone

from motesplats.models import Office, OfficeHours, User
from volunteers.models import Shift, ShiftBooking, Volunteer

_numbers = count(1)


def user(name: str = "Amina", *, email: str | None = "", verified: bool = True, **fields) -> User:
    """A person; `email=None` makes a shell."""
    if email == "":
        email = f"{name.lower()}{next(_numbers)}@example.org"
    person = User.objects.create_user(email, display_name=name, **fields)
    if email:
        EmailAddress.objects.create(user=person, email=person.email, verified=verified, primary=True)
    return person


def staff(name: str = "Disa", **fields) -> User:
    return user(name, is_staff=True, **fields)


def office(name: str = "", *, hours: bool = True) -> Office:
    """An office, staffed Monday to Friday 9–16 unless `hours=False`."""
    made = Office.objects.create(name=name or f"Göteborg {next(_numbers)}", email="goteborg@im.example")
    if hours:
        OfficeHours.objects.bulk_create(
            OfficeHours(office=made, weekday=day, opens="09:00", closes="16:00") for day in range(1, 6)
        )
    return made


def volunteer(name: str = "Björn", *, on_duty: bool = False, languages=("sv", "en"), topics=(), **fields) -> Volunteer:
    """An approved volunteer; `on_duty=True` has switched on and a fresh heartbeat."""
    now = timezone.now()
    person = fields.pop("user", None) or user(name)
    given = {"state": Volunteer.State.APPROVED, "approved_at": now, **fields}
    if on_duty:
        given |= {"switched_on_at": now, "heartbeat_at": now}
    return Volunteer.objects.create(user=person, languages=list(languages), topics=list(topics), **given)


def shift(starts_at: datetime | None = None, *, hours: float = 4, seats: int = 2, at: Office | None = None) -> Shift:
    starts_at = starts_at or timezone.now()
    at = at or Office.objects.default() or office()
    return Shift.objects.create(office=at, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), seats=seats)


def booking(volunteer: Volunteer, shift: Shift) -> ShiftBooking:
    return ShiftBooking.objects.create(volunteer=volunteer, shift=shift)
