"""Everybody who may knock on a door, each with a browser, around one chat. For the tests that walk all addresses.

The letters are those of tests/matrix.py. Whoever is kept out could have come in: the swapped and the blocked volunteer
are participants of the chat, the grant of H is a real grant, U and W work at IM.
"""

import json
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from chat import claiming, links, matching, meeting_links, seconds
from chat.models import (
    BouncedAddress,
    CaseNote,
    ColleaguePost,
    Conversation,
    Fadder,
    FadderReading,
    HardWord,
    InboundMail,
    Meeting,
    Participant,
    Promise,
    Side,
)
from motesplats import access, accounts, files, health, mail_choice, sources
from motesplats.models import AuditEntry, Heartbeat, Office, OutboxMail, Report, User
from seekers.models import ChecklistPoint, DocumentPage, Seeker
from tests import make
from tests.motesplats import door
from tests.seekers.brought import picture
from vacancies import watching
from vacancies.models import ImportChoice, ImportState, Vacancy, VisitInvite
from volunteers import feed, seat_links
from volunteers.models import CareCall, Reference, Volunteer

ROLES = {
    "A": "anonymous",
    "O": "the one who asked, logged in with a passkey",
    "G": "the one who asked, a shell with a grant",
    "H": "holder of a grant for another chat",
    "S": "another seeker, logged in",
    "B": "the volunteer who has this chat",
    "C": "another approved volunteer",
    "N": "a volunteer not approved",
    "E": "a second volunteer, asked into this chat",
    "F": "the fadder of B, who reads along in this chat",
    "M": "a member of an employer, who writes its ads",
    "X": "a volunteer swapped away from this chat",
    "I": "staff with the second key, let into this chat",
    "D": "staff with the second key",
    "U": "staff whose session has not shown the key (let into this chat)",
    "W": "staff without a key (let into this chat)",
    "Z": "a blocked participant with an old session",
}


@dataclass
class House:
    """The chats, the things, and for each letter the cookie of a session."""

    chat: Conversation  # of O, helped by B
    shell_chat: Conversation  # of G, helped by B
    waiting: Conversation  # of S, nobody has it
    things: dict = field(default_factory=dict)  # list of the admin -> one thing of it
    people: dict[str, User | None] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def chat_of(self, letter: str) -> Conversation:
        """ "This chat" as `letter` sees it: G has its own, since O cannot be a shell and log in."""
        return self.shell_chat if letter == "G" else self.chat

    def sit_down(self, client: Client, letter: str) -> Client:
        """`client` becomes the browser of that person, whatever happened in it before."""
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self.cookies[letter]} if letter != "A" else {})
        return client


def read(answer):
    """The same answer, its file read to the end and closed, if it is one."""
    if answer.streaming:
        answer.getvalue()
    return answer


class Quick(Client):
    """A browser that asks and gets the answer. It keeps no cookies that are set, nor copies of templates and contexts,
    which would take half the time."""

    def request(self, **request):
        return read(self.handler(self._base_environ(**request)))


def session_of(user: User | None = None, *, has_shown_key: bool = False, grants: tuple[Participant, ...] = ()) -> str:
    """The key of a stored session: of somebody logged in, with grants, or both."""
    client = Client()
    if user is not None:
        client.force_login(user)
    session = client.session if user is not None else SessionStore()
    if has_shown_key:
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
        session["account_authentication_methods_user"] = str(user.pk)
    for participant in grants:
        public_id = participant.conversation.request.public_id
        access.grant(session, public_id, user_id=participant.user_id, link_version=participant.link_version)
    session.save()
    return session.session_key


def build() -> House:
    """One of everything and everybody."""
    make.office()
    for process in ("worker", "beat"):
        health.beat(process)
    Heartbeat.objects.update(at=timezone.now() + timedelta(hours=1))  # well for as long as a test may take
    bjorn, xenia = make.volunteer("Björn"), make.volunteer("Xenia")
    eva, frida = make.volunteer("Eva", on_duty=True), make.volunteer("Frida")
    Fadder.objects.create(newcomer=bjorn, fadder=frida)
    amina, samir, leila = make.user("Amina"), make.user("Samir"), make.user("Leila", email=None)
    for person in (amina, samir, leila):
        Seeker.objects.create(user=person, languages=["sv"], is_adult=True, consented_at=timezone.now())
    chat = make.claimed(xenia, owner=amina, need="Hjälp mig")
    Participant.objects.filter(user=xenia.user).update(read_seq=1)  # she is asked how it felt
    matching.swap_volunteer(chat.request, actor=amina)
    claiming.claim(chat.request, bjorn)
    house = House(
        chat=chat, shell_chat=make.claimed(bjorn, owner=leila), waiting=make.conversation(samir, need="Vad är en CV?")
    )
    for talk in (house.chat, house.shell_chat):
        make.message(make.seeker_of(talk), "Hej! Jag behöver hjälp.")
        make.message(make.helper_of(talk), "Hej! Jag läser din fråga nu.")
    seconds.ask(chat.request, actor=bjorn.user, to=eva)
    seconds.accept(chat.request, eva)
    FadderReading.objects.update(read_at=timezone.now())  # she has opened the chat once, and may write about it
    Volunteer.objects.filter(pk=eva.pk).update(switched_on_at=None, heartbeat_at=None)  # nobody is on duty here
    volunteers = {"bjorn": bjorn.user, "xenia": xenia.user, "eva": eva.user, "frida": frida.user}
    _people(house, amina=amina, samir=samir, leila=leila, **volunteers)
    _sessions(house)
    _things(house)
    _employer(house)
    return house


def _people(house: House, *, amina, samir, leila, bjorn, xenia, eva, frida) -> None:
    disa, inga, ulla, wilma = make.staff("Disa"), make.staff("Inga"), make.staff("Ulla"), make.staff("Wilma")
    for person in (disa, inga, ulla):
        door.give_app(person)
    for person in (inga, ulla, wilma):
        matching.let_staff_in(house.chat.request, staff=person, reason="review")
    zeb = make.volunteer("Zeb").user
    Participant.objects.create(conversation=house.chat, user=zeb, side=Side.VOLUNTEER, can_write=True)
    applied = make.volunteer("Nils", state=Volunteer.State.APPLIED, approved_at=None).user
    house.people = {
        "A": None, "O": amina, "G": leila, "H": samir, "S": samir, "B": bjorn, "C": make.volunteer("Cecilia").user,
        "E": eva, "F": frida, "N": applied, "X": xenia, "I": inga, "D": disa, "U": ulla, "W": wilma, "Z": zeb,
    }  # fmt: skip


def _sessions(house: House) -> None:
    for letter, person in house.people.items():
        if letter == "G":
            house.cookies[letter] = session_of(grants=(make.seeker_of(house.shell_chat),))
        elif letter == "H":
            house.cookies[letter] = session_of(grants=(make.seeker_of(house.waiting),))
        elif person is not None:
            house.cookies[letter] = session_of(person, has_shown_key=letter in "OID")
    User.objects.filter(pk=house.people["Z"].pk).update(is_active=False)  # behind the house's back: the session lives


def _meeting(house: House) -> str:
    """The secret of a time that O had agreed on with the volunteer before."""
    former = Meeting.objects.create(
        conversation=house.chat,
        helper=house.people["X"],
        starts_at=timezone.now(),
        ended_at=timezone.now(),
        ending="off",
    )
    return _key(meeting_links.path_for(former, make.seeker_of(house.chat)))


def _things(house: House) -> None:
    house.things = (
        _documents(house)
        | _practice(house)
        | _of_volunteers(house)
        | _to_read(house)
        | _keys(house)
        | {
            "motesplats_office": Office.objects.first(),
            "motesplats_user": house.people["C"],
            "motesplats_auditentry": AuditEntry.objects.first(),
            "motesplats_outboxmail": OutboxMail.objects.create(
                kind="stored", to_email="a@example.org", dedupe_key="x", state="dead"
            ),
            "motesplats_posterplace": sources.place_for("SFI Hisingen"),
            "motesplats_report": Report.objects.create(
                text="Något", reporter=house.people["O"], answer_by=timezone.now()
            ),
            "seekers_helprequest": house.chat.request,
            "chat_promise": Promise.objects.first(),
            "chat_hardword": HardWord.objects.create(word="samt", easier="och"),
            "chat_colleaguepost": ColleaguePost.objects.create(text="Hur skriver man om luckor?"),
            "note": CaseNote.objects.create(conversation=house.chat, author=house.people["B"], text="Halva är kvar"),
            "chat_phrase": make.phrase(public_id="en-fras-i-testerna"),
            "chat_fadder": Fadder.objects.first(),
            "chat_inboundmail": InboundMail.objects.create(
                door="pipe", state="quarantined", reason="token", sender="someone@example.org", sha256="1"
            ),
            "chat_bouncedaddress": BouncedAddress.objects.create(address="gone@example.org"),
        }
    )


def _of_volunteers(house: House) -> dict:
    """Björn's shifts and papers, what IM keeps about volunteers, and the keys to it that stand in mails."""
    bjorn = house.people["B"].volunteer
    booked, free = make.shift(timezone.now()), make.shift(timezone.now() + timedelta(days=2))
    seat = make.booking(bjorn, booked)
    return {
        "booked": booked,
        "free": free,
        "seat": _key(seat_links.path_for(seat.pk)),
        "feed": _feed(bjorn),
        "volunteers_volunteer": house.people["N"].volunteer,
        "volunteers_shift": free,
        "volunteers_carecall": CareCall.objects.create(volunteer=bjorn, why="asked", contact_by=timezone.now()),
        "volunteers_helpline": make.helpline(),
        "volunteers_coursepart": make.course_part(),
        "volunteers_conductversion": make.conduct_version(),
        "volunteers_shiftrule": make.shift_rule(),
        "volunteers_certificate": make.certificate(bjorn),
        "volunteers_reference": Reference.objects.create(volunteer=house.people["C"].volunteer),
    }


def _to_read(house: House) -> dict:
    """Tips, others who help, ads from outside and what is saved of them."""
    return {
        "library_category": (tip := make.resource(slug="ett-tips")).category,
        "library_resource": tip,
        "library_partner": make.partner(),
        "vacancies_importchoice": ImportChoice.objects.create(municipality="1480"),
        "vacancies_importstate": ImportState.objects.create(),
        "imported": make.imported_ad(),
        "saved_search": watching.watch(house.people["O"], {"typ": "jobb"}),
    }


def _keys(house: House) -> dict:
    """What opens a page without a login, or is one."""
    return {
        "mail_stop": _key(mail_choice.stop_url(house.people["O"])),
        "meeting": _meeting(house),
        "passkey": _passkey(house.people["O"]),
        "link": _key(links.path_for(make.seeker_of(house.chat))),
        "shell_link": _key(links.path_for(make.seeker_of(house.shell_chat))),
        "invitation": _key(accounts.invite_staff("ny@im.example")),
    }


def _key(address: str) -> str:
    """The secret at the end of an address."""
    return address.rstrip("/").rpartition("/")[2]


def _employer(house: House) -> None:
    """Emil's, with an ad in each state."""
    emil = house.people["M"] = make.user("Emil")
    house.cookies["M"] = session_of(emil)
    employer = make.employer(member=emil)
    states, now = Vacancy.State, timezone.now()
    moved = {
        states.DRAFT: {"published_at": None},
        states.REVIEW: {"published_at": None, "submitted_at": now, "answer_by": now},
        states.PUBLISHED: {"public_id": "ett-jobb-i-testerna"},
        states.ENDED: {"ended_at": now},
    }
    ads = {state: make.vacancy(employer, title=state, state=state, **more) for state, more in moved.items()}
    visit = VisitInvite.objects.create(employer=employer, text="Kom och se vårt kök", made_by=emil)
    house.things |= {f"ad_{state}": ad for state, ad in ads.items()}
    house.things |= {"vacancies_vacancy": ads[states.PUBLISHED], "vacancies_employer": employer}
    house.things["vacancies_visitinvite"] = visit


def _feed(volunteer: Volunteer) -> str:
    """The secret of this volunteer's calendar."""
    feed.open_feed(volunteer)
    volunteer.refresh_from_db()
    return feed.url_for(volunteer).rpartition("/")[2].removesuffix(".ics")


def _documents(house: House) -> dict:
    """In each of the two chats a CV, masked and ready to be seen, and a recording."""
    found = {"other_document": make.document(make.conversation(house.people["O"]))}
    for name, talk in (("", house.chat), ("shell_", house.shell_chat)):
        found[f"{name}document"] = make.document(talk)
        found[f"{name}sound"] = make.document(talk, kind="sound", source="sound", format="webm")
        found[f"{name}comment"] = make.comment(found[f"{name}document"].versions.get(), make.helper_of(talk).user)
    found["draft"] = make.comment(found["document"].versions.get(), make.helper_of(house.chat).user, is_sent=False)
    point = ChecklistPoint.objects.create(kind="cv", position=1, text="Namn och telefon står överst")
    DocumentPage.objects.update(picture=files.store([picture("WEBP")]))  # one that can be drawn on
    return found | {"seekers_document": found["document"], "seekers_checklistpoint": point}


def _practice(house: House) -> dict:
    """A question of the bank, and in each of the two chats an answer that was shown."""
    asked = make.interview_question()
    found = {"interview": asked, "seekers_interviewquestion": asked}
    for name, talk in (("", house.chat), ("shell_", house.shell_chat)):
        found[f"{name}answer"] = make.interview_answer(talk, found["interview"], shared_at=timezone.now())
    return found


def _passkey(person: User) -> Authenticator:
    """As a browser would have made it."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    made = AuthenticatorData.create(bytes(32), flags, 0, AttestedCredentialData.create(Aaguid.NONE, b"passkey", public))
    answer = {
        "clientDataJSON": websafe_encode(
            json.dumps({"type": "webauthn.create", "challenge": "", "origin": ""}).encode()
        ),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", made, {}))),
    }
    known = websafe_encode(b"passkey")
    credential = {"id": known, "rawId": known, "type": "public-key", "response": answer, "clientExtensionResults": {}}
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Min telefon", "credential": credential}
    )
