"""Becoming one of the demo's invented people with one click. Exists only with DEMO=1 and DEBUG."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from chat import links
from chat.models import Participant, Side
from motesplats import access, audit, demo_seed
from motesplats.letters import absolute, written_language
from motesplats.models import AuditEntry, User
from volunteers.models import Volunteer

BACKEND = "django.contrib.auth.backends.ModelBackend"
GROUPS = [
    ("cast", _("Begin here")),
    ("seeker", _("Participants")),
    ("volunteer", _("Volunteers")),
    ("employer", _("Employers")),
    ("staff", _("IM")),
]


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody of the demo. `about`: one line on who it is and what to try."""

    key: str
    user: User
    role: str
    about: str


def is_on() -> bool:
    """Only on a machine where nobody real can be: both DEMO and DEBUG."""
    return bool(settings.DEMO and settings.DEBUG)


def groups() -> list[tuple[str, list[Invented]]]:
    """(heading, people): the cast first, then the others by what they are. Empty where no demo was laid."""
    everybody = _everybody()
    by_group: dict[str, list[Invented]] = {}
    for person in demo_seed.people():
        if found := everybody.get(person["key"]):
            by_group.setdefault("cast" if person.get("cast") else person["role"], []).append(found)
    return [(heading, by_group[name]) for name, heading in GROUPS if name in by_group]


def find(key: str) -> Invented | None:
    """The invented person `key`; None for everybody else, also for real accounts."""
    return _everybody().get(key)


def me(user) -> Invented | None:
    """Whom of the invented people somebody is now."""
    return next((person for person in _everybody().values() if user.is_authenticated and person.user == user), None)


def _everybody() -> dict[str, Invented]:
    entry = AuditEntry.objects.filter(action=demo_seed.SEEDED).order_by("-pk").first()
    who = entry.data["people"] if entry else {}
    users = User.objects.in_bulk(who.values())
    language = "sv" if get_language() == "sv" else "en"
    return {
        person["key"]: Invented(person["key"], users[who[person["key"]]], person["role"], person["about"][language])
        for person in demo_seed.people()
        if who.get(person["key"]) in users
    }


def become(request: HttpRequest, person: Invented) -> str:
    """This browser is now `person`, and nobody else. -> the page where that person would begin.

    Somebody without an address gets what they have in life: the right to their own chats, no login.
    """
    if not is_on():
        raise RuntimeError("only with DEMO=1 and DEBUG")
    logout(request)
    if person.user.is_shell:
        for seat in _seats(person.user):
            links.let_in(request.session, seat)
    else:
        login(request, person.user, backend=BACKEND)
        UserSession.objects.create_from_request(request)
    if access.is_staff(person.user):
        access.mark_verified(request.session)
    audit.record("demo.became", actor=person.user, about=("user", person.user.pk))
    with override(written_language(person.user.language)):
        return start_page(person)


def start_page(person: Invented) -> str:
    """Where this person would begin, in the active language."""
    if person.role == "staff":
        return reverse("admin:index")
    if person.role == "volunteer":
        helps = Volunteer.objects.approved().filter(user=person.user).exists()
        return reverse("chat:desk_show" if helps else "volunteers:volunteer_show")
    if person.role == "employer":
        return reverse("vacancies:employer_home")
    seat = _seats(person.user).first()
    return links.chat_path(seat.conversation.request) if seat else reverse("pages:home")


def _seats(user: User):
    """The chats in which this person asks, newest first."""
    seats = Participant.objects.filter(user=user, side=Side.SEEKER, left_at=None)
    return seats.select_related("conversation__request").order_by("-conversation__request__created_at")


def login_hints() -> list[str]:
    """What `serve` says about logging in: the page, and the secret of the staff's second key."""
    if not is_on() or not demo_seed.seeded_at():
        return []
    hints = [f"Try it as Amina, Björn, Disa and others, with one click: {absolute('/demo/')}"]
    if secret := _staff_secret():
        hints.append(f"Logging in by hand as disa@example.org: codes on {absolute('/demo/mejl/')}, then TOTP {secret}")
    return hints


def _staff_secret() -> str:
    disa = find("disa")
    key = disa and Authenticator.objects.filter(user=disa.user, type=Authenticator.Type.TOTP).first()
    return decrypt(key.data["secret"]) if key else ""
