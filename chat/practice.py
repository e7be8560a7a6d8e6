"""Writing and practising as the chat sees it: what is shown to the helper is said in the chat, in one transaction.

Rules of the answers themselves: seekers/practice.py, of guided writing: seekers/writing.py.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat import about, documents, lines, matching, threads
from chat.access import Person
from chat.models import Conversation, Participant, Refusal, Side
from motesplats import occupations
from motesplats.topics import Topic
from seekers import practice, writing
from seekers.models import DocumentVersion, HelpRequest, InterviewAnswer, InterviewQuestion, WritingDraft

CLOSED = _("The chat is closed. You can ask a new question.")
HOLD = _("The chat is stopped. IM reads it. Try again later.")
NOT_SENT = _("It could not be sent. Try again.")


class NotNow(Exception):
    """The chat is closed, stopped, or this person may not write in it any more."""


@dataclass(frozen=True, slots=True)
class Door:
    """A way into practising. `address`: name of the URL, of this chat."""

    topic: str
    address: str
    words: Promise


DOORS = (
    Door(Topic.LETTER, "chat:letter_write", _("Write a personal letter")),
    Door(Topic.PITCH, "chat:pitch_write", _("Write a short presentation of yourself")),
    Door(Topic.PITCH, "chat:pitch_speak", _("Practise speaking aloud")),
    Door(Topic.INTERVIEW, "chat:practice_start", _("Practise for the interview")),
)


def doors_for(person: Person) -> list[Door]:
    """What the one who asked may practise, what the question is about first. Nothing when the chat is over."""
    if person.side != Side.SEEKER or is_over(person):
        return []
    return sorted(DOORS, key=lambda door: door.topic != person.request.topic)


def shared_count(person: Person) -> int:
    """How many interview answers this helper may read; 0 for the one who asked. One query for helpers."""
    if person.side == Side.SEEKER:
        return 0
    return InterviewAnswer.objects.filter(request=person.request, shared_at__isnull=False).count()


def occupation_for(question: HelpRequest, names: list[str]) -> str:
    """Which of the bank's occupations is that of the ad, or else of the question; "" when none is. One query, or none.

    `names`: as IM wrote them in the bank.
    """
    read = about.of(question)
    group = read.occupation_group if read and read.occupation_group else question.occupation_group
    return next((name for name in names if group and group in _groups(name)), "")


def _groups(name: str) -> set[str]:
    """The groups of what is called so, else of what begins so: "ekonom" is also an Ekonomiassistent."""
    found = occupations.by_label(name)
    beginning = (row for row in occupations.search(name, limit=50) if row.label.casefold().startswith(name.casefold()))
    return {found.group} if found else {row.group for row in beginning}


def is_over(person: Person) -> bool:
    """Nothing can be written or practised here any more."""
    return person.conversation.refusal == Refusal.CLOSED


# --- the one who asked shows something -------------------------------------------------------------------------------


def show_text(
    person: Person, kind: str, text: str, *, draft_id: UUID, draft: WritingDraft | None = None
) -> DocumentVersion:
    """ "Visa för volontären": the text becomes a document, next time its next version. Raises Refused of documents."""
    draft = draft or writing.draft_of(person.request, kind)
    document = draft.document if draft.document and draft.document.removed_at is None else None
    with transaction.atomic():
        version = documents.bring_text(person, kind=kind, text=text, draft_id=draft_id, document=document)
        if draft.pk and version.document_id != draft.document_id:
            writing.remember_document(draft, version.document)
    return version


def show_answer(person: Person, answer: InterviewAnswer) -> None:
    """Let the helper read an answer. Shown already is fine. Raises NotNow."""
    with transaction.atomic():
        conversation = _open_chat(person)
        if practice.share(answer, actor=person.user):
            name = person.user.display_name
            lines.add(conversation, "practice_shared", occasion=answer.public_id, name=name)
            threads.shown_anew(person.conversation)


def send_sound(person: Person, *, upload: UploadedFile, seconds: int, draft_id: UUID) -> DocumentVersion:
    """ "Skicka ljudet till volontären". Raises Refused of documents."""
    return documents.bring_sound(person, upload=upload, seconds=seconds, draft_id=draft_id)


def send_spoken(
    person: Person, question: InterviewQuestion, *, upload: UploadedFile, seconds: int, draft_id: UUID, text: str = ""
) -> InterviewAnswer:
    """An answer as sound: sending it shows it. Raises Refused of documents, practice.TooMany, NotNow."""
    version = send_sound(person, upload=upload, seconds=seconds, draft_id=draft_id)
    answer = practice.answer(person.request, question, draft_id=draft_id, actor=person.user, text=text, sound=version)
    show_answer(person, answer)
    return answer


# --- the helper answers ----------------------------------------------------------------------------------------------


def mark_answer(person: Person, answer: InterviewAnswer, marks: dict[str, str]) -> None:
    """The five marks of whoever this is; the first time a helper does it, the chat says so. Raises NotNow."""
    if person.side == Side.SEEKER:
        practice.mark(answer, author=person.user, marks=marks)
        return
    with transaction.atomic():
        conversation = _open_chat(person)
        if practice.mark(answer, author=person.user, marks=marks):
            occasion = f"{answer.public_id}/{person.participant.pk}"
            lines.add(conversation, "practice_marked", occasion=occasion, name=person.user.display_name)
            threads.shown_anew(person.conversation)


def send_question(person: Person, question: InterviewQuestion) -> None:
    """The helper asks a question of the bank in the chat, in Swedish as at an interview. Once each. Raises NotNow."""
    with transaction.atomic():
        conversation = _open_chat(person)
        lines.add(
            conversation,
            "practice_question",
            occasion=f"{question.pk}/{person.participant.pk}",
            name=person.user.display_name,
            question=question.text_sv or question.text,
        )
        threads.shown_anew(person.conversation)


def _open_chat(person: Person) -> Conversation:
    """The chat's row, locked. Whoever asked opens a done question again, as a message does. Raises NotNow."""
    conversation = threads.locked(person.request)
    if conversation.refusal in (Refusal.CLOSED, Refusal.HOLD):
        raise NotNow
    if not Participant.objects.filter(pk=person.participant.pk, can_write=True).exists():
        raise NotNow
    if conversation.refusal == Refusal.REOPEN and person.side == Side.SEEKER:
        matching.reopen(person.request, actor=person.user)
    return conversation
