"""Plays the demo's past: every event at its own moment, in order, through the same domain calls as in real life.

So numbers, promises, rights, audit and mails fit together by themselves. Needs no clock but demo_clock's.
"""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db.models import F

from chat import claiming, clocks, conversations, matching, meetings, presence
from chat.access import Person
from chat.claiming import Pace
from chat.models import Message, Participant, Side
from motesplats import accounts, demo_mail, demo_papers, mail_choice, outbox
from motesplats.demo_clock import clock_at
from motesplats.models import OutboxMail, User
from motesplats.moments import local
from seekers import asking
from seekers.models import HelpRequest
from volunteers import roster

MAILS_LEFT = timedelta(minutes=6)  # mails this new are left for the worker: they leave when the house starts
MAILS_KEPT = timedelta(hours=28)  # older ones are only rows in the outbox
CLOCKS = (clocks.mail_unread, clocks.keep_promises, clocks.ask_round, clocks.remind_helpers, clocks.close_resolved)
SIX = time(18)
_STEP = re.compile(r"\+(?P<minutes>\d+) (?:!(?P<move>\w+)(?: (?P<rest>.+))?|(?P<who>\w+): (?P<text>.+))")
_SPANS = {"d": "days", "h": "hours", "m": "minutes"}


class Story:
    """What is to happen, and the people in it by key. `tell` it once."""

    def __init__(self, now: datetime):
        self.now = now
        self.people: dict[str, User] = {}
        self.questions: dict[str, HelpRequest] = {}
        self._seats: dict[tuple[str, str], Person] = {}
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []

    def moment(self, said: str) -> datetime:
        """'11m' or '3h' ago; '2d 19:20': that time of day in Sweden, two days ago."""
        number, unit, clock = re.fullmatch(r"(\d+)([dhm])(?: (\d\d:\d\d))?", said).groups()
        moment = self.now - timedelta(**{_SPANS[unit]: int(number)})
        if not clock:
            return moment
        day = local(self.now).date() - timedelta(days=int(number))
        return roster.span(day, time.fromisoformat(clock), time.fromisoformat(clock))[0]

    def at(self, moment: datetime, act: Callable, *arguments, **named) -> None:
        """`act(*arguments)` happens at `moment`. What is yet to come when the story is told does not happen."""
        self._events.append((moment, len(self._events), lambda: act(*arguments, **named)))

    def tell(self) -> None:
        """Let everything happen, the house's clocks too. No mail leaves the machine: they count as sent."""
        for days in range(5):
            self.at(self.moment(f"{days}d 21:10"), _sweep)
        self.at(self.now - MAILS_LEFT, _sweep)
        for moment, _number, act in sorted(self._events, key=lambda event: event[:2]):
            if moment <= self.now:
                with clock_at(moment):
                    act()
                    if self.now - MAILS_KEPT < moment <= self.now - MAILS_LEFT:
                        self._keep_mails(moment)
        old = OutboxMail.objects.filter(state=OutboxMail.State.PENDING, created_at__lte=self.now - MAILS_LEFT)
        old.update(state=OutboxMail.State.SENT, sent_at=F("created_at"), attempts=1)

    def _keep_mails(self, moment: datetime) -> None:
        """What was queued just now can be read on `/demo/mejl/`; the same letter to several people once."""
        told = set()
        queued = OutboxMail.objects.filter(created_at=moment).select_related("to_user").order_by("pk")
        for mail in queued:
            letter = (mail.kind, mail.language, *mail.data.values())
            if letter not in told:
                told.add(letter)
                demo_mail.keep(outbox.rendered(mail), at=moment)

    # --- people ------------------------------------------------------------------------------------------------------

    def arrives(self, person: dict) -> User:
        """Somebody has an account, with a proved address when they have one."""
        user = User.objects.create_user(display_name=person["name"], language=person.get("language", "sv"))
        if person["email"]:
            accounts.prove_address(user, person["email"])
        if person.get("mails_with_text"):
            mail_choice.choose(user, pace=mail_choice.Pace.DIGEST, has_text=True)
        self.people[person["key"]] = user
        return user

    # --- questions ---------------------------------------------------------------------------------------------------

    def question(self, talk: dict, owner: dict) -> None:
        """A question, and what was said about it."""
        at = self.moment(talk["asked"])
        self.at(at, self._ask, talk, owner)
        for step in talk["steps"]:
            found = _STEP.fullmatch(step)
            at += timedelta(minutes=int(found["minutes"]))
            if found["who"]:
                self.at(at, self._say, talk["key"], found["who"], found["text"])
            else:
                rest = found["rest"].split(" ", 1) if found["rest"] else []
                self.at(at, getattr(self, f"_{found['move']}"), talk["key"], *rest)
        if talk["steps"]:
            self.at(at + timedelta(minutes=15), _sweep)

    def _ask(self, talk: dict, owner: dict) -> None:
        user = self.people.get(owner["key"])
        answers = {key: talk.get(key, "") for key in ("topic", "ad", "when", "need")}
        answers |= {"languages": owner.get("reads", ["sv"]), "swedish_level": owner.get("level", "")}
        answers |= {"is_adult": owner.get("adult", True), "name": owner["name"]}
        request = asking.ask(user, uuid.uuid4(), answers, language=owner.get("language", "sv"))
        self.people[owner["key"]], self.questions[talk["key"]] = request.owner, request
        matching.route(request)
        self._is_here(self._person(talk["key"]))

    def _person(self, key: str, who: str = "") -> Person:
        """Somebody in a chat; without `who` the one who asks. Looked up once: a seat in a chat is for ever."""
        if (key, who) not in self._seats:
            request = self.questions[key]
            wanted = {"user": self.people[who]} if who else {"side": Side.SEEKER}
            seats = Participant.objects.select_related("user", "conversation__request")
            found = seats.get(conversation__request=request, **wanted)
            self._seats[key, who] = Person(found, found.side, by_grant=False)
        return self._seats[key, who]

    def _is_here(self, person: Person) -> None:
        """Looks at the chat: present, and everything so far is read."""
        presence.heard_from(participant_ids=[person.participant.pk], user_ids=[])
        person.conversation.refresh_from_db(fields=["last_seq"])
        presence.read_up_to(person.participant.pk, person.conversation.last_seq)

    def _say(self, key: str, who: str, text: str) -> None:
        person = self._person(key, who)
        presence.heard_from(participant_ids=[person.participant.pk], user_ids=[])
        post = conversations.store_message(person, client_id=uuid.uuid4(), body=text)
        presence.read_up_to(person.participant.pk, post.seq)

    def _claim(self, key: str, who: str, pace: str = Pace.NOW) -> None:
        self._is_here(self._person(key))
        claiming.claim(self.questions[key], self.people[who].volunteer, pace=Pace(pace))
        if pace == Pace.NOW:
            self._is_here(self._person(key, who))

    def _release(self, key: str, who: str) -> None:
        matching.release(self.questions[key], actor=self.people[who])

    def _swap(self, key: str) -> None:
        self._is_here(self._person(key))
        matching.swap_volunteer(self.questions[key], actor=self._person(key).user)

    def _flag(self, key: str, who: str) -> None:
        person = self._person(key, who)
        theirs = Message.objects.filter(conversation=person.conversation, kind=Message.Kind.TEXT)
        last = theirs.exclude(sender=person.participant).latest("seq")
        conversations.flag_not_understood(person, seq=last.seq)

    def _away(self, key: str, rest: str, kind: str = "reading") -> None:
        presence.go_away(self._person(key, rest).participant, Participant.Away(kind))

    def _paste(self, key: str, paper: str) -> None:
        demo_papers.paste(self._person(key), paper)

    def _send(self, key: str, paper: str) -> None:
        demo_papers.send(self._person(key), paper)

    def _comment(self, key: str, who: str, said: str) -> None:
        demo_papers.comment(self._person(key, who), said)

    def _comments(self, key: str, who: str) -> None:
        demo_papers.send_comments(self._person(key, who))

    def _propose(self, key: str, who: str, days: str) -> None:
        """`who` suggests six in the evening, so many days from now."""
        today = local(self.now).date()
        evenings = [roster.span(today + timedelta(days=int(one)), SIX, SIX)[0] for one in days.split()]
        meetings.propose(self._as_now(key, who), evenings)

    def _choose(self, key: str, who: str) -> None:
        """The other one takes the first of the times."""
        person = self._as_now(key, who)
        proposal = meetings.standing(person).proposal
        meetings.choose(person, proposal, datetime.fromisoformat(proposal.times[0]))

    def _as_now(self, key: str, who: str) -> Person:
        """As the page sees them: the question read anew."""
        is_owner = self.people[who].pk == self.questions[key].owner_id
        person = self._person(key, "" if is_owner else who)
        person.request.refresh_from_db()
        return person

    def _resolve(self, key: str, who: str) -> None:
        matching.resolve(self.questions[key], actor=self.people[who])
        for person in (self._person(key), self._person(key, who)):
            self._is_here(person)

    def _withdraw(self, key: str) -> None:
        matching.withdraw(self.questions[key], actor=self._person(key).user)

    def _stop(self, key: str, *words: str) -> None:
        self._is_here(self._person(key))
        matching.stop(self.questions[key], actor=self._person(key).user, text=" ".join(words))

    def _staff(self, key: str, who: str, reason: str) -> None:
        matching.let_staff_in(self.questions[key], staff=self.people[who], reason=reason)


def _sweep() -> None:
    """The clocks of the chats that have something to do in this story, once."""
    for clock in CLOCKS:
        clock()
