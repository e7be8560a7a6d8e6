"""Practising for the interview: questions one at a time, answers, five marks in words from both sides.

An answer is its owner's alone until shown. There are no points: a mark is a word.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from motesplats import audit
from motesplats.models import AuditEntry, User
from seekers import viewings
from seekers.models import AnswerMarks, DocumentVersion, HelpRequest, InterviewAnswer, InterviewQuestion

ANSWERS_PER_REQUEST = 300
MARKED = ("clarity", "example", "relevance", "swedish", "length")  # the fields of AnswerMarks, in the order shown
POLITE_ANSWER = "Jag vill gärna prata om jobbet. Det påverkar inte mitt arbete."  # domain.md §5


class TooMany(Exception):
    """So many answers that something is wrong."""


# --- the bank --------------------------------------------------------------------------------------------------------


def occupations() -> list[str]:
    """Those that have questions of their own, as IM wrote them, in order of the alphabet."""
    own = InterviewQuestion.objects.filter(is_active=True).exclude(occupation="")
    return sorted(set(own.values_list("occupation", flat=True)), key=str.casefold)


def questions_for(occupation: str = "") -> list[InterviewQuestion]:
    """Those for every job, or first those of `occupation`. An occupation that is not there gives the general ones."""
    found = InterviewQuestion.objects.filter(is_active=True, occupation__in={"", occupation})
    return sorted(found, key=lambda question: (question.occupation == "", question.position, question.pk))


# --- answers ---------------------------------------------------------------------------------------------------------


def answers_of(request: HelpRequest, *, only_shared: bool) -> QuerySet[InterviewAnswer]:
    """Answers in this chat, newest first, with question, sound and marks. only_shared: what a helper sees."""
    return _whole(InterviewAnswer.objects.filter(request=request), only_shared=only_shared).order_by(
        "-created_at", "-pk"
    )


def best_of(request: HelpRequest, *, owner: User | None) -> QuerySet[InterviewAnswer]:
    """ "Mina svar": the chosen ones of this question, or of all questions of `owner`, in order of the bank."""
    whose = (
        InterviewAnswer.objects.filter(request__owner=owner)
        if owner
        else InterviewAnswer.objects.filter(request=request)
    )
    return _whole(whose.filter(is_best=True), only_shared=False).order_by("question__position", "question_id", "pk")


def _whole(answers: QuerySet, *, only_shared: bool) -> QuerySet[InterviewAnswer]:
    if only_shared:
        answers = answers.filter(shared_at__isnull=False)
    marks = AnswerMarks.objects.select_related("author").order_by("at", "pk")
    return answers.select_related("question", "request", "sound__document").prefetch_related(Prefetch("marks", marks))


def answer(
    request: HelpRequest,
    question: InterviewQuestion,
    *,
    draft_id: UUID,
    actor: User,
    text: str = "",
    sound: DocumentVersion | None = None,
) -> InterviewAnswer:
    """Keep one try at a question, once for each `draft_id`. Without text and sound: it was said aloud, to nobody.

    text: cleaned by motesplats.text. Raises TooMany.
    """
    sent_before = InterviewAnswer.objects.filter(draft_id=draft_id, request=request)
    found = sent_before.first()
    if found:
        return found
    if InterviewAnswer.objects.filter(request=request).count() >= ANSWERS_PER_REQUEST:
        raise TooMany
    given = {"question": question, "text": text, "sound": sound}
    try:
        return _keep(request, actor, draft_id=draft_id, **given)
    except IntegrityError:  # the same press twice at the same moment; or an id that is somebody else's
        return sent_before.first() or _keep(request, actor, draft_id=uuid4(), **given)


def _keep(request: HelpRequest, actor: User, **fields) -> InterviewAnswer:
    with transaction.atomic():
        made = InterviewAnswer.objects.create(request=request, **fields)
        _record("interview.answered", made, actor, question=made.question_id)
    return made


def share(answer: InterviewAnswer, *, actor: User) -> bool:
    """ "Visa för volontären". -> False when it was shown already."""
    with transaction.atomic():
        changed = InterviewAnswer.objects.filter(pk=answer.pk, shared_at=None).update(shared_at=timezone.now())
        if changed:
            _record("interview.shared", answer, actor)
    return bool(changed)


def choose(answer: InterviewAnswer, *, is_best: bool, actor: User) -> bool:
    """Put it in "Mina svar" or take it out. -> False when it was so already."""
    with transaction.atomic():
        changed = InterviewAnswer.objects.filter(pk=answer.pk, is_best=not is_best).update(is_best=is_best)
        if changed:
            _record("interview.chosen", answer, actor, is_best=is_best)
    return bool(changed)


def mark(answer: InterviewAnswer, *, author: User, marks: dict[str, str]) -> bool:
    """The five marks of `author`, in place of those given before. marks: field of MARKED -> AnswerMarks.Mark.

    -> True the first time.
    """
    given = {name: marks[name] for name in MARKED}
    with transaction.atomic():
        InterviewAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)  # two presses, one after the other
        _row, is_first = AnswerMarks.objects.update_or_create(
            answer=answer, author=author, defaults={**given, "at": timezone.now()}
        )
        _record("interview.marked", answer, author, **given)
    return is_first


# --- who has read it -------------------------------------------------------------------------------------------------

READINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody but its owner opened an answer. side: of chat.models.Side, as text."""

    name: str
    side: str
    at: datetime


def note_reading(answer: InterviewAnswer, *, reader: User, side: str) -> None:
    """Write down that `reader` opened it, at most once in 10 minutes. A GET may: it is an access log.

    In the audit and not as a Viewing: an answer in text is no version of a document. Its sound is one.
    """
    lately = _readings(answer).filter(actor_id=reader.pk, at__gt=timezone.now() - viewings.ONE_ROW)
    if reader.pk != answer.request.owner_id and not lately.exists():
        _record("interview.read", answer, reader, side=side)


def readings_of(answer: InterviewAnswer) -> list[Reading]:
    """Who has opened it, newest first, the last 20. Two queries at the most."""
    entries = list(_readings(answer).order_by("-at", "-pk")[:READINGS_SHOWN])
    readers = User.objects.in_bulk({entry.actor_id for entry in entries})
    return [
        Reading(readers[entry.actor_id].display_name, entry.data.get("side", ""), entry.at)
        for entry in entries
        if entry.actor_id in readers
    ]


def _readings(answer: InterviewAnswer) -> QuerySet[AuditEntry]:
    about = {"about_kind": "interview_answer", "about_id": answer.public_id}
    return AuditEntry.objects.filter(action="interview.read", **about)


def _record(action: str, answer: InterviewAnswer, actor: User, **data) -> None:
    audit.record(action, actor=actor, about=("interview_answer", answer.public_id), **data)
