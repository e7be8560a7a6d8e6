"""Fråga en kollega: short questions and answers between those on duty, without names.

It is no place for the people they help: what looks like personal data, or like words out of a chat, is stopped before
it is kept. Greedy on purpose: one can always say it in own words. Everything goes after a week.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from chat.models import ColleaguePost, Conversation, Message, Side
from motesplats import audit, limits, office_hours, reports
from motesplats.layers import nudge
from motesplats.models import Office, Report, User
from seekers import identifiers
from seekers.models import HelpRequest
from volunteers import duty
from volunteers.models import Volunteer

KEPT = timedelta(days=7)
SHOWN = 30
FRESH = timedelta(hours=2)  # how long a question without an answer is shown on the desk
PACE = {"times": 6, "seconds": 600}
RUN = 5  # so many words in a row that also stand in one's own chats were pasted
LOOKED_AT = 300  # messages of one's own chats, the newest
_LINE_OF_A_CHAT = re.compile(r"^\s*(?:\[?\d{1,2}[.:]\d{2}\b|[^\W\d_]{2,20}\s?:\s)", re.MULTILINE)


class Stopped(Exception):
    """Not kept. args[0]: "private", "name", "pasted", "slow" or "away" (not on duty)."""


class Gone(Exception):
    """The question is removed, or older than a week."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as one colleague sees it. `who`: "you", "asker" (whoever put the question) or "other"."""

    public_id: str
    text: str
    at: datetime
    who: str
    answers: list["Shown"]


def may_take_part(volunteer: Volunteer, at: datetime) -> bool:
    """Only those who are here now; others would answer to an empty house."""
    return duty.is_here(volunteer, at)


def ask(volunteer: Volunteer, text: str) -> ColleaguePost:
    """Put a question to those on duty. `text`: at most 500 characters. Raises Stopped."""
    _stop_unless_fit(volunteer, text)
    with transaction.atomic():
        made = ColleaguePost.objects.create(author=volunteer.user, text=text)
        audit.record("colleague.asked", actor=volunteer.user, about=("colleaguepost", made.public_id))
        nudge("desk")
    return made


def answer(volunteer: Volunteer, public_id: str, text: str) -> ColleaguePost:
    """Answer the question `public_id`. Raises Stopped, Gone."""
    _stop_unless_fit(volunteer, text)
    with transaction.atomic():
        question = question_of(public_id)
        made = ColleaguePost.objects.create(author=volunteer.user, text=text, question=question)
        audit.record("colleague.answered", actor=volunteer.user, about=("colleaguepost", question.public_id))
        nudge("desk")
    return made


def question_of(public_id: str) -> ColleaguePost:
    """The question by its public id. Raises Gone."""
    found = _kept().filter(public_id=public_id, question=None).first()
    if found is None:
        raise Gone(public_id)
    return found


def post_of(public_id: str) -> ColleaguePost:
    """A question or an answer by its public id. Raises Gone."""
    found = _kept().filter(public_id=public_id).first()
    if found is None:
        raise Gone(public_id)
    return found


def thread(reader: User) -> list[Shown]:
    """The questions of this week, the newest first, each with its answers. Two queries."""
    answers = Prefetch("answers", _kept().order_by("at", "pk"))
    rows = _kept().filter(question=None).prefetch_related(answers).order_by("-at", "-pk")[:SHOWN]
    return [_shown(row, row, reader, [_shown(one, row, reader, []) for one in row.answers.all()]) for row in rows]


def _shown(post: ColleaguePost, question: ColleaguePost, reader: User, answers: list[Shown]) -> Shown:
    who = "you" if post.author_id == reader.pk else "other"
    if who == "other" and post is not question and post.author_id == question.author_id:
        who = "asker"
    return Shown(post.public_id, post.text, post.at, who, answers)


def unanswered_for(volunteer: Volunteer, at: datetime) -> int:
    """How many fresh questions of others nobody has answered: the desk says so. One query."""
    answered = ColleaguePost.objects.filter(question=OuterRef("pk"), removed_at=None)
    fresh = _kept().filter(question=None, at__gt=at - FRESH).exclude(author=volunteer.user)
    return fresh.filter(~Exists(answered)).count()


def report(post: ColleaguePost, volunteer: Volunteer, *, text: str, title: str) -> Report:
    """ "Något är fel" about a post: IM reads it. What was written stays until IM has looked."""
    office = volunteer.office or Office.objects.default()
    return reports.report(
        text,
        reporter=volunteer.user,
        answer_by=office_hours.staffed_until(office, timezone.now()),
        about=("colleaguepost", post.public_id),
        title=title,
        office=office,
    )


def remove(post: ColleaguePost, *, by: User) -> bool:
    """IM takes a post away; of a question the answers too are no longer shown. -> False: was gone already."""
    with transaction.atomic():
        here = ColleaguePost.objects.filter(pk=post.pk, removed_at=None)
        if not here.update(removed_at=timezone.now(), text=""):
            return False
        audit.record("colleague.removed", actor=by, about=("colleaguepost", post.public_id))
        nudge("desk")
    return True


def old_posts(at: datetime) -> QuerySet[ColleaguePost]:
    """Whose week is over. What somebody has reported stays until IM has looked, and so does the question it answers."""
    reports = Report.objects.filter(about_kind="colleaguepost", handled_at=None)
    reported = Exists(reports.filter(about_id=OuterRef("public_id")))
    answers = ColleaguePost.objects.filter(reported, question=OuterRef("pk"))
    return ColleaguePost.objects.filter(~reported & ~Exists(answers), at__lt=at - KEPT)


def remove_old() -> int:
    """After a week a post is gone, with its answers. -> how many rows. Safe to run twice."""
    return old_posts(timezone.now()).delete()[0]


def export(person: User) -> list[dict]:
    """What this person wrote to colleagues, ready for JSON."""
    return [
        {"text": row.text, "at": row.at.isoformat(), "is_answer": row.question_id is not None}
        for row in _kept().filter(author=person).order_by("pk")
    ]


def erase(person: User) -> None:
    """Take away what this person wrote to colleagues. Safe to run twice."""
    ColleaguePost.objects.filter(author=person).update(text="", removed_at=timezone.now(), author=None)


def _kept() -> QuerySet[ColleaguePost]:
    return ColleaguePost.objects.filter(removed_at=None, at__gte=timezone.now() - KEPT)


# --- what is stopped -------------------------------------------------------------------------------------------------


def _stop_unless_fit(volunteer: Volunteer, text: str) -> None:
    if not may_take_part(volunteer, timezone.now()):
        raise Stopped("away")
    if code := why_not(volunteer.user, text):
        raise Stopped(code)
    if not limits.allow(f"colleagues:{volunteer.pk}", **PACE):
        raise Stopped("slow")


def why_not(author: User, text: str) -> str:
    """ "private": a number, an address; "name": of somebody they help; "pasted": words out of a chat; "" fits."""
    if identifiers.find(text):
        return "private"
    if len(_LINE_OF_A_CHAT.findall(text)) >= 2:
        return "pasted"
    said = _words(text)
    mine = Conversation.objects.filter(participants__user=author, participants__side=Side.VOLUNTEER)
    names = mine.values_list("request__owner__display_name", flat=True)
    if any(_is_within(_words(name), said) for name in names.distinct()):
        return "name"
    runs = _runs(said)
    return "pasted" if runs and any(not runs.isdisjoint(_runs(_words(body))) for body in _said_in(mine)) else ""


def _said_in(chats: QuerySet[Conversation]) -> list[str]:
    """What people wrote in these chats, and what was asked."""
    rows = Message.objects.filter(conversation__in=chats, kind=Message.Kind.TEXT).exclude(body="").order_by("-pk")
    asked = HelpRequest.objects.filter(conversation__in=chats).values_list("need", "ad")
    return [*rows.values_list("body", flat=True)[:LOOKED_AT], *(text for pair in asked for text in pair)]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def _is_within(name: list[str], said: list[str]) -> bool:
    """The words of the name stand in a row. A name of one letter says nothing."""
    size = len(name)
    if not size or len("".join(name)) < 2:
        return False
    return any(said[at : at + size] == name for at in range(len(said) - size + 1))
