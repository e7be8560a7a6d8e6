"""Who is told that somebody waits, in rounds (design §5), by which door, and never too often.

Rounds are a query over how long a question has waited, done by beat and at once by whoever sends one to the queue:
first those on duty who share a first language, then all on duty, then, a few at a time, those who chose "Skicka notis"
and are awake. Nobody on duty is free: the third begins at once. Each telling is a row, so no round tells anybody twice.
Nobody is told during a live chat, nor within CLOCKS["alert_gap"] of the last time. Quiet hours give way only to being
on duty: one's own shift, or "Här nu".
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from chat import alert_mail, fit
from chat.models import Alert, Conversation, Side
from motesplats.dispatch import hand_over
from motesplats.layers import nudge
from motesplats.models import User
from seekers.models import HelpRequest
from volunteers.models import AlertWish, PushSubscription, Volunteer

Door = Alert.Door
ALL_ON_DUTY, WISHING = 2, 3  # rounds; every later one tells the next few who wish it
LAST_ROUND = 999
PER_ROUND = 5  # of those who wish: fifty phones need not buzz for one question
QUESTIONS = 200  # a sweep; the next takes the rest
PUSH_TASK = "chat.tasks.push_alert"


def tell_waiting() -> int:
    """One round for every question that waits. -> how many people were told. Safe to run twice and at the same time."""
    return _round(HelpRequest.objects.waiting())


def tell_of(request: HelpRequest) -> int:
    """The same for this question only, at once: it has just begun to wait."""
    return _round(HelpRequest.objects.waiting().filter(pk=request.pk))


def tell_asked_in(conversation: Conversation, volunteers: Iterable[Volunteer], *, at: datetime) -> int:
    """A second volunteer is asked for: those of them who may be told of something hear it by the page or the phone.

    `at`: when it was asked; it stands in for the wait. -> how many were told. After three minutes it is over: no mail.
    """
    people = _reachable(at)
    doors = {one.pk: people[one.pk].door for one in volunteers if one.pk in people}
    doors = {pk: door for pk, door in doors.items() if door != Door.EMAIL}
    with transaction.atomic():
        list(Volunteer.objects.select_for_update(of=("self",)).filter(pk__in=doors).order_by("pk"))
        free = _free(Volunteer.objects.filter(pk__in=doors), at).values_list("pk", flat=True)
        rows = [
            Alert(
                conversation=conversation, volunteer_id=pk, waits_since=at, round=1, door=doors[pk], at=at,
                push_next_at=at if doors[pk] == Door.PUSH else None,
            )
            for pk in free
        ]  # fmt: skip
        Alert.objects.bulk_create(rows)
        _send(rows)
    return len(rows)


def shown_on_desk(volunteer: Volunteer) -> dict:
    """`wants_alerts`: the third word of the switch; `rang_at`: when the desk's page last had to make itself heard."""
    rung = Alert.objects.filter(volunteer=OuterRef("pk"), door=Door.PAGE).order_by("-at").values("at")[:1]
    row = Volunteer.objects.filter(pk=volunteer.pk).values_list("alert_wish__is_on", Subquery(rung)).get()
    return {"wants_alerts": bool(row[0]), "rang_at": row[1]}


def _round(questions: QuerySet[HelpRequest]) -> int:
    at = timezone.now()
    waiting = list(_with_waits_since(questions.for_volunteers())[:QUESTIONS])
    people, told = _reachable(at) if waiting else {}, 0
    before = _told_before(waiting, people) if people else set()
    for question in waiting:
        if any(_could_hear(volunteer, question, before) for volunteer in people.values()):
            now_told = _tell(question, people, at)
            told += len(now_told)
            people = {pk: volunteer for pk, volunteer in people.items() if pk not in now_told}
    return told


def _reachable(at: datetime) -> dict[int, Volunteer]:
    """Who may be told of something now, by row number: on duty, or wishing it and awake; with a `door`."""
    on_duty = Exists(Volunteer.objects.on_duty(at).filter(pk=OuterRef("pk")))
    awake = Exists(AlertWish.objects.awake(at).filter(volunteer=OuterRef("pk")))
    at_the_page = Q(is_on_duty=True, heartbeat_at__gt=at - settings.PRESENCE_FRESH)
    has_device = Exists(PushSubscription.objects.filter(volunteer=OuterRef("pk")))
    door = Case(
        When(at_the_page, then=Value(Door.PAGE)), When(has_device, then=Value(Door.PUSH)), default=Value(Door.EMAIL)
    )
    rows = _free(Volunteer.objects.approved().exclude(rest__until__gt=at), at).annotate(is_on_duty=on_duty, door=door)
    rows = rows.filter(Q(is_on_duty=True) | awake).exclude(Q(door=Door.EMAIL) & Exists(_mailed_lately(at)))
    return {volunteer.pk: volunteer for volunteer in rows.select_related("user")}


def _free(volunteers: QuerySet[Volunteer], at: datetime) -> QuerySet[Volunteer]:
    """Not in a live chat, and not told of anything lately."""
    lately = Alert.objects.heard().filter(volunteer=OuterRef("pk"), at__gt=at - settings.CLOCKS["alert_gap"])
    return fit.with_live(volunteers, at).filter(live=0).exclude(Exists(lately))


def _mailed_lately(at: datetime) -> QuerySet[Alert]:
    since = at - settings.CLOCKS["alert_mail_gap"]
    return Alert.objects.filter(volunteer=OuterRef("pk"), door=Door.EMAIL, at__gt=since)


def _with_waits_since(questions: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Adds `waits_since`: asked, left by a volunteer, or let go by IM, whichever came last."""
    left = Conversation.objects.filter(request=OuterRef("pk")).annotate(
        left_at=Max("participants__left_at", filter=Q(participants__side=Side.VOLUNTEER))
    )
    since = Greatest(
        "queued_at", Coalesce("unheld_at", "queued_at"), Coalesce(Subquery(left.values("left_at")), "queued_at")
    )
    return (
        questions.filter(conversation__isnull=False).select_related("conversation", "owner").annotate(waits_since=since)
    )


def _told_before(waiting: list[HelpRequest], people: Iterable[int]) -> set[tuple[int, int, datetime]]:
    """Who was told of what in which wait already: (conversation, volunteer, since when it waits). One query."""
    talks = [question.conversation.pk for question in waiting]
    rows = Alert.objects.filter(conversation__in=talks, volunteer__in=list(people))
    return set(rows.values_list("conversation", "volunteer", "waits_since"))


def _could_hear(volunteer: Volunteer, question: HelpRequest, before: set[tuple[int, int, datetime]]) -> bool:
    """Worth some queries, and that is all: `fit` has the whole rule. So a sweep costs as many as it tells people."""
    reads = any(code in question.languages for code in volunteer.languages)
    takes = not volunteer.topics or question.topic in volunteer.topics
    return reads and takes and (question.conversation.pk, volunteer.pk, question.waits_since) not in before


def _tell(question: HelpRequest, people: dict[int, Volunteer], at: datetime) -> set[int]:
    """Tell this round's people of this question. -> the row numbers of those told."""
    number = _round_of(question, at)
    chosen = _chosen(question, number, people, at)
    return _write(question, number, chosen, at) if chosen else set()


def _round_of(question: HelpRequest, at: datetime) -> int:
    number = 1 + int((at - question.waits_since) / settings.CLOCKS["alert_round"])
    if number < WISHING and not _idle(question, ALL_ON_DUTY, at).exists():
        return WISHING
    return min(max(number, 1), LAST_ROUND)


def _idle(question: HelpRequest, number: int, at: datetime) -> QuerySet[Volunteer]:
    return fit.candidates(question, round_number=number, at=at).filter(live=0)


def _chosen(question: HelpRequest, number: int, people: dict[int, Volunteer], at: datetime) -> list[Volunteer]:
    """Who fits and was not told in this wait, the best first. Those who are not here: so many as the round has left."""
    told = Alert.objects.filter(conversation=question.conversation, waits_since=question.waits_since)
    rows = _idle(question, number, at).filter(pk__in=people).exclude(Exists(told.filter(volunteer=OuterRef("pk"))))
    found = [people[pk] for pk in rows.values_list("pk", flat=True)]
    here = [volunteer for volunteer in found if volunteer.is_on_duty]
    others = sorted((v for v in found if not v.is_on_duty), key=lambda v: v.door == Door.EMAIL)  # e-mail last
    if not others:
        return here
    left = PER_ROUND - told.heard().filter(round=number).count()
    return here + others[: max(left, 0)]


@transaction.atomic
def _write(question: HelpRequest, number: int, chosen: list[Volunteer], at: datetime) -> set[int]:
    """The rows, and what goes out with them. With the people locked, so that two rounds at once tell nobody twice."""
    doors = {volunteer.pk: volunteer.door for volunteer in chosen}
    locked = Volunteer.objects.select_for_update(of=("self",)).filter(pk__in=doors).order_by("pk")
    list(locked.values_list("pk", flat=True))
    told = Alert.objects.filter(conversation=question.conversation, waits_since=question.waits_since)
    free = _free(Volunteer.objects.filter(pk__in=doors), at).exclude(Exists(told.filter(volunteer=OuterRef("pk"))))
    volunteers = list(free.select_related("user"))
    if not HelpRequest.objects.waiting().filter(pk=question.pk).exists():
        return set()
    rows = [_row(question, volunteer, number, doors[volunteer.pk], at) for volunteer in volunteers]
    Alert.objects.bulk_create(rows)
    _send(rows)
    for volunteer in volunteers:
        if doors[volunteer.pk] != Door.PAGE:
            _tell_along(question, volunteer, number, at)
    return {volunteer.pk for volunteer in volunteers}


def _row(question: HelpRequest, volunteer: Volunteer, number: int, door: Door, at: datetime) -> Alert:
    return Alert(
        conversation=question.conversation,
        volunteer=volunteer,
        waits_since=question.waits_since,
        round=number,
        door=door,
        at=at,
        push_next_at=at if door == Door.PUSH else None,
    )


def _tell_along(question: HelpRequest, volunteer: Volunteer, number: int, at: datetime) -> None:
    """Who opens the notice sees all that wait: the others need no notice of their own, now or in ten minutes."""
    others = _with_waits_since(fit.questions_for(volunteer, at)).exclude(pk=question.pk)[:QUESTIONS]
    rows = [_row(other, volunteer, number, Door.ALONG, at) for other in others]
    Alert.objects.bulk_create(rows, ignore_conflicts=True)


def _send(rows: Iterable[Alert]) -> None:
    """After COMMIT: the desks hear at once, a worker sends to the phones, the outbox has the mails."""
    for row in rows:
        if row.door == Door.EMAIL:
            alert_mail.somebody_waits(row)
        elif row.door == Door.PUSH:
            transaction.on_commit(lambda pk=row.pk: hand_over(pk, task=PUSH_TASK), robust=True)
    if any(row.door == Door.PAGE for row in rows):
        nudge("desk")


def export(person: User) -> list[dict]:
    """When this person was told of a question, and by which door; not of which."""
    rows = Alert.objects.filter(volunteer__user=person).order_by("pk")
    return [{"at": row.at.isoformat(), "by": row.door} for row in rows]


def erase(person: User) -> None:
    """Forget what this person was told of. Safe to run twice."""
    Alert.objects.filter(volunteer__in=Volunteer.objects.filter(user=person)).delete()
