"""The practice chat: an invented person asks about her CV, the volunteer answers, and words about it at the end.

A run is a small state machine: each deed of the volunteer moves it one step, and the invented person answers. It lives
in the session of whoever practises and is gone with it. Nothing here is a question, a chat or a message: no queue, no
alert and no statistics know of it. Only that somebody came to the end is kept, and how often.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from motesplats.moments import say_clock
from volunteers.models import Rehearsal, Volunteer

NAME = "Sara"  # invented; her questions are common ones
READING = timedelta(minutes=10)  # as in a real chat


class Step(StrEnum):
    """What the volunteer is to do next."""

    GREET = "greet"
    READ = "read"
    COMMENT = "comment"
    ANSWER = "answer"
    LIMIT = "limit"
    DONE = "done"


class Deed(StrEnum):
    """What the volunteer does."""

    MESSAGE = "message"
    READING = "reading"
    COMMENT = "comment"


_ORDER = list(Step)
_DEEDS = {Step.READ: {Deed.MESSAGE, Deed.READING}, Step.COMMENT: {Deed.MESSAGE, Deed.COMMENT}}

# What the invented person writes once a step is done.
_ANSWERS = {
    Step.GREET: gettext_lazy("Hi! Thank you for answering. I am looking for a job in a warehouse. Here is my CV."),
    Step.READ: gettext_lazy("OK. I wait."),
    Step.COMMENT: gettext_lazy("I packed goods. About 200 every day. Shall I write that?"),
    Step.ANSWER: gettext_lazy("Good, then I do that. Can I have your phone number? I want to call you tomorrow."),
    Step.LIMIT: gettext_lazy("OK, then I write here. Thank you for your help!"),
}
QUESTION = gettext_lazy("Hi! Can you look at my CV? I have not written a CV in Swedish before.")
CV = (
    gettext_lazy("Sara Haddad, Gothenburg"),
    pgettext_lazy("line of an invented CV", "Born 1990, married, two children"),
    gettext_lazy("Responsible for a warehouse, Aleppo, Syria, 2016–2020"),
    gettext_lazy("Swedish: SFI C. Arabic: mother tongue. English: good"),
)
HINTS = {
    Step.GREET: gettext_lazy("Say hello. Tap the line above, or write in your own words."),
    Step.READ: gettext_lazy("Sara has sent her CV. You need time to read. Tap “I am reading”, so that she knows."),
    Step.COMMENT: gettext_lazy("Choose a line of the CV. First say what is good. Then ask one thing."),
    Step.ANSWER: gettext_lazy("Sara asks if she is right. Give a short answer."),
    Step.LIMIT: gettext_lazy("Sara asks for your number. What do you answer?"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the practice. by: "me", "other" or "system". at: as ISO text, so that a session can hold it."""

    by: str
    text: str
    at: str
    step: str
    quote: str = ""  # of the CV, when it is a comment


@dataclass(frozen=True, slots=True)
class Run:
    """One practice from the beginning. What is in the session is this, as a dict. id: "" until something is done."""

    id: str = ""
    step: Step = Step.GREET
    said: tuple[Said, ...] = ()
    has_read: bool = False  # tapped "I am reading"

    def stored(self) -> dict:
        """For the session."""
        return asdict(self)

    @classmethod
    def restored(cls, kept: dict | None) -> "Run":
        """What `stored` gave; a new one when there is none, or when it is from an older house."""
        try:
            said = tuple(Said(**line) for line in kept["said"])
            return cls(kept["id"], Step(kept["step"]), said, kept["has_read"])
        except (KeyError, TypeError, ValueError):
            return cls()


def may(run: Run, deed: Deed) -> bool:
    """This can be done at this step. Writing always can, until it is over."""
    return run.step != Step.DONE and deed in _DEEDS.get(run.step, {Deed.MESSAGE})


def advance(run: Run, deed: Deed, *, name: str, text: str = "", quote: str = "") -> Run:
    """The run after the volunteer called `name` has done this, with the answer of the invented person.

    text: cleaned by motesplats.text. Only what `may`.
    """
    now = timezone.now()
    if deed == Deed.READING:
        words = _("{name} is reading and writes again {clock} or so.")
        mine = Said("system", words.format(name=name, clock=say_clock(now + READING)), now.isoformat(), run.step)
    else:
        mine = Said("me", text, now.isoformat(), run.step, quote)
    answer = Said("other", str(_ANSWERS[run.step]), now.isoformat(), run.step)
    following = _ORDER[_ORDER.index(run.step) + 1]
    return Run(run.id or uuid4().hex, following, (*run.said, mine, answer), run.has_read or deed == Deed.READING)


def lines_of(run: Run) -> list[dict]:
    """The run as templates/chat/_message.html shows the lines of a chat."""
    return [
        {
            "seq": number,
            "kind": "system" if said.by == "system" else "text",
            "body": f"“{said.quote}”\n{said.text}" if said.quote else said.text,
            "mine": said.by == "me",
            "name": NAME,
            "at": datetime.fromisoformat(said.at),
        }
        for number, said in enumerate(run.said, 1)
    ]


def finish(volunteer: Volunteer, run: Run) -> bool:
    """Keep that this run came to its end. Safe to repeat, and twice at once. -> True the first time."""
    with transaction.atomic():
        Rehearsal.objects.get_or_create(volunteer=volunteer)
        ended = Rehearsal.objects.filter(volunteer=volunteer).exclude(last_run=run.id)
        return bool(ended.update(times=F("times") + 1, practised_at=timezone.now(), last_run=run.id))
