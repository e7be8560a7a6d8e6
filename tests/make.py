"""Builds the objects tests need: `make.volunteer(on_duty=True)`. Every call makes a new one."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.utils import timezone

from chat import matching
from chat.access import Person
from chat.matching import Pace
from chat.models import Conversation, Participant, Side
from chat.writer import Post, save_batch
from motesplats.models import Office, OfficeHours, User
from seekers.models import HelpRequest
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
    starts_at = (starts_at or timezone.now()).astimezone(
        UTC
    )  # `hours` are real ones, also on the nights the clock changes
    at = at or Office.objects.default() or office()
    return Shift.objects.create(office=at, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), seats=seats)


def booking(volunteer: Volunteer, shift: Shift) -> ShiftBooking:
    return ShiftBooking.objects.create(volunteer=volunteer, shift=shift)


def help_request(
    owner: User | None = None, *, topic: str = "cv", languages=("sv", "ar"), is_adult=True, **fields
) -> HelpRequest:
    """A waiting question that nobody has routed yet."""
    owner = owner or user("Amina", language="sv")
    fields.setdefault("office", Office.objects.default())
    return HelpRequest.objects.create(owner=owner, topic=topic, languages=list(languages), is_adult=is_adult, **fields)


def conversation(owner: User | None = None, **fields) -> Conversation:
    """A waiting question with its chat and promise."""
    return matching.route(help_request(owner, **fields))


def claimed(helper: Volunteer | None = None, *, pace: Pace = Pace.NOW, **fields) -> Conversation:
    """A question that a volunteer has taken."""
    made = conversation(**fields)
    matching.claim(made.request, helper or volunteer(), pace=pace)
    made.refresh_from_db()
    return made


def seeker_of(conversation: Conversation) -> Participant:
    return person_of(conversation.participants.get(side=Side.SEEKER)).participant


def helper_of(conversation: Conversation) -> Participant:
    """Who has the question now."""
    found = conversation.participants.get(user_id=HelpRequest.objects.get(conversation=conversation).helper_id)
    return person_of(found).participant


def person_of(participant: Participant) -> Person:
    """The same as if this person had logged in; read anew from the database."""
    rows = Participant.objects.select_related("user", "conversation__request__owner", "conversation__request__helper")
    fresh = rows.get(pk=participant.pk)
    return Person(fresh, fresh.side, by_grant=False)


def post(participant: Participant, body: str = "Hej!", *, client_id: UUID | None = None) -> Post:
    """A message on its way, not stored."""
    return Post(participant.conversation_id, participant.pk, client_id or uuid4(), body)


def message(participant: Participant, body: str = "Hej!", **kwargs) -> Post:
    """Stored by the writer's own function. AssertionError when it is refused."""
    made = post(participant, body, **kwargs)
    save_batch([made])
    assert made.error is None, made.error
    return made
