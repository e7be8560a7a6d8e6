"""Comments on a document as the chat sees them: the right to write, the system line, the raised version, the mail.

Lock order: conversation, then the document's version (seekers/reviews.py). Helpers need `can_write`; the owner answers
as long as the chat is not closed or stopped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat import documents, lines, review_mail, threads
from chat.access import Person
from chat.document_access import Sight
from chat.models import Conversation, Participant, Refusal, Side
from seekers import checklists, help_requests, reviews
from seekers.anchors import Place
from seekers.models import Comment, Document, DocumentVersion
from seekers.reviews import ReviewConflict, Sent

STOPPED = (Refusal.CLOSED, Refusal.HOLD)


# --- the helper ------------------------------------------------------------------------------------------------------


def add(sight: Sight, *, place: Place, public_id: str, **words: str) -> Comment:
    """Keep a draft. words: reason, note, before, after. Raises ReviewConflict, BadPlace."""
    with _writing(sight.person):
        return reviews.add(sight.version, author=sight.person.user, place=place, public_id=public_id, **words)


def change(person: Person, comment: Comment, *, place: Place | None, **words: str) -> None:
    """Raises ReviewConflict, BadPlace."""
    with _writing(person):
        reviews.change(comment, actor=person.user, place=place, **words)


def remove(person: Person, comment: Comment) -> None:
    """One's own draft; also when the chat goes on without the helper. Raises ReviewConflict("sent")."""
    reviews.remove(comment, actor=person.user)


def send(sight: Sight) -> Sent:
    """The helper's drafts go to the owner; the chat says so, the owner who is not here gets a mail.

    Raises ReviewConflict; besides those of seekers.reviews: "closed", "hold", "forbidden". Every draft is still there.
    """
    author, version = sight.person.user, sight.version
    with _writing(sight.person) as conversation:
        sent = reviews.send(version, author=author)
        if not sent.count:
            return sent
        last = reviews.sent(version).filter(author=author).order_by("-sent_at", "-pk").first()
        lines.add(conversation, "comments_sent", occasion=last.public_id, name=author.display_name, count=sent.count)
        review_mail.comments_sent(conversation, last)
        _count_as_answer(conversation, sight.person)
        threads.shown_anew(conversation)
    return sent


def _count_as_answer(conversation: Conversation, person: Person) -> None:
    """Comments answer the question as a message does: promise and clocks of silence see them."""
    now = timezone.now()
    said = {"first_answer_at": Coalesce("first_answer_at", now)}
    if person.participant.part != Participant.Part.SECOND:  # the one who asked still waits for the helper
        said |= {"last_side": person.side, "last_message_at": now}
    Conversation.objects.filter(pk=conversation.pk).update(**said)
    help_requests.keep_word(conversation.request, helper=person.user)


def take_along(sight: Sight) -> tuple[int, int]:
    """Move drafts left on earlier versions to this one. -> (moved, left). Raises ReviewConflict."""
    with _writing(sight.person):
        return reviews.take_along(sight.version, author=sight.person.user)


def mark(sight: Sight, *, found: dict[int, bool], chosen: set[int]) -> None:
    """The checklist of this version. Raises ReviewConflict, checklists.TooManyShown."""
    with _writing(sight.person) as conversation:
        if checklists.mark(sight.version, actor=sight.person.user, found=found, chosen=chosen):
            threads.shown_anew(conversation)


# --- the owner -------------------------------------------------------------------------------------------------------


def answer(person: Person, comment: Comment, *, answer: str) -> Comment:
    """Done, or not understood: then the chat says which thing, once. -> what was answered. Raises ReviewConflict.

    A comment that was carried over to a newer version is answered there.
    """
    with _owning(person) as conversation:
        comment = reviews.newest_copy(comment)
        reviews.answer(comment, actor=person.user, answer=answer)
        if answer == Comment.Answer.UNCLEAR:
            number = reviews.things_of(comment.version).place_of(comment)
            name = person.user.display_name
            lines.add(conversation, "comment_unclear", occasion=comment.public_id, name=name, number=number)
        threads.shown_anew(conversation)
    return comment


def use_wording(person: Person, comment: Comment) -> DocumentVersion:
    """ "Använd den här texten": a new version with the suggested words in place. Pressed twice: the same version.

    A comment that was carried over to a newer version is used there. Raises ReviewConflict, documents.Refused.
    """
    with _owning(person):
        Document.objects.select_for_update(of=("self",)).get(pk=comment.version.document_id)
        comment = reviews.newest_copy(comment)
        draft_id = uuid5(NAMESPACE_URL, f"wording/{comment.public_id}")
        made = DocumentVersion.objects.filter(draft_id=draft_id).select_related("document").first()
        if made:
            return made
        text = reviews.with_wording(comment)
        reviews.answer(comment, actor=person.user, answer=Comment.Answer.USED)
        document = comment.version.document
        return documents.bring_text(
            person, kind=document.kind, text=text, draft_id=draft_id, document=document, title=document.title
        )


def read_praise(sight: Sight) -> None:
    """The owner has read what is good; also in a chat that is closed or stopped. Read twice: once."""
    with transaction.atomic():
        conversation = threads.locked(sight.person.request)
        if reviews.read_praise(sight.version, actor=sight.person.user):
            threads.shown_anew(conversation)


# --- shared ----------------------------------------------------------------------------------------------------------


@contextmanager
def _writing(person: Person) -> Iterator[Conversation]:
    with transaction.atomic():
        conversation = threads.locked(person.request)
        if conversation.refusal:
            raise ReviewConflict(conversation.refusal if conversation.refusal in STOPPED else "forbidden")
        if not _may_write(person.participant):
            raise ReviewConflict("forbidden")
        yield conversation


@contextmanager
def _owning(person: Person) -> Iterator[Conversation]:
    with transaction.atomic():
        conversation = threads.locked(person.request)
        if conversation.refusal in STOPPED:
            raise ReviewConflict(conversation.refusal)
        yield conversation


def _may_write(participant: Participant) -> bool:
    helpers = Participant.objects.filter(pk=participant.pk, can_write=True)
    return helpers.filter(side__in=(Side.VOLUNTEER, Side.STAFF)).exists()
