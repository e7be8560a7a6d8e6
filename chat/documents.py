"""A person's documents as the chat sees them: each act with its system line, the raised version and the nudge.

What the owner brings to a question that is done opens it again, as a message does. Lock order: conversation, then the
owner's row (seekers/documents.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chat import document_mail, lines, matching, threads
from chat.access import Person
from chat.document_access import Sight
from chat.models import Conversation, Refusal, Side
from seekers import documents, reviews
from seekers.documents import Box
from seekers.intake import Refused
from seekers.models import Document, DocumentPage, DocumentUse, DocumentVersion
from seekers.reviews import Count

State, Source = DocumentVersion.State, DocumentVersion.Source


# --- the owner brings ------------------------------------------------------------------------------------------------


def bring_files(
    person: Person, *, kind: str, uploads: list[UploadedFile], draft_id: UUID, document: Document | None = None
) -> DocumentVersion:
    """As seekers.documents.bring_files; the other side hears of it when it is prepared. Raises Refused.

    Codes besides those: "closed", "hold": nothing more can be said in this chat.
    """
    with documents.stored(uploads) as originals, _bringing(person):
        return documents.add_files(
            owner=person.user, request=person.request, kind=kind, originals=originals, draft_id=draft_id,
            document=document,
        )  # fmt: skip


def bring_text(
    person: Person, *, kind: str, text: str, draft_id: UUID, document: Document | None = None, title: str = ""
) -> DocumentVersion:
    """As seekers.documents.bring_text; the chat says so at once. Raises Refused, also "closed" and "hold"."""
    with _bringing(person) as conversation:
        version = documents.bring_text(
            owner=person.user, request=person.request, kind=kind, text=text, draft_id=draft_id, document=document,
            title=title,
        )  # fmt: skip
        _tell(conversation, DocumentUse.objects.get(document=version.document, request=person.request))
    return version


def bring_sound(person: Person, *, upload: UploadedFile, seconds: int, draft_id: UUID) -> DocumentVersion:
    """As seekers.documents.bring_sound. Raises Refused, also "closed" and "hold"."""
    with documents.stored([upload], as_sound=True) as originals, _bringing(person):
        return documents.add_sound(
            owner=person.user, request=person.request, originals=originals, seconds=seconds, draft_id=draft_id
        )


def use(person: Person, document: Document) -> None:
    """Show what the owner kept from an earlier question in this chat too. Raises Refused."""
    with _bringing(person) as conversation:
        documents.use(document, person.request)
        _tell(conversation, DocumentUse.objects.get(document=document, request=person.request))


def may_bring(person: Person) -> bool:
    """The one who asked, unless the chat is closed or stopped."""
    return person.side == Side.SEEKER and person.conversation.refusal not in _NOT_NOW


_NOT_NOW = (Refusal.CLOSED, Refusal.HOLD)


@contextmanager
def _bringing(person: Person) -> Iterator[Conversation]:
    with transaction.atomic():
        conversation = threads.locked(person.request)
        if conversation.refusal in _NOT_NOW:
            raise Refused(conversation.refusal)
        if conversation.refusal == Refusal.REOPEN:
            matching.reopen(person.request, actor=person.user)
        now = timezone.now()  # whoever brings something has said something: the clocks of silence start anew
        Conversation.objects.filter(pk=conversation.pk).update(last_side=Side.SEEKER, last_message_at=now)
        yield conversation
        threads.shown_anew(conversation)


# --- the owner shows and hides: also in a chat that is closed or stopped ----------------------------------------------


def show_all(sight: Sight) -> None:
    """ "Visa allt för volontären"."""
    with _acting(sight):
        documents.show_all(sight.version, sight.person.user)


def hide(sight: Sight) -> None:
    """What is private is hidden again."""
    with _acting(sight):
        documents.hide(sight.version, sight.person.user)


def set_masks(sight: Sight, page: DocumentPage, boxes: list[Box]) -> None:
    """The owner's own boxes; the page is shown with them. Raises Refused."""
    with _acting(sight) as shown_in:
        documents.set_masks(page, boxes, sight.person.user)
        _mail_when_all_is_released(sight.version, shown_in)


def release_page(sight: Sight, page: DocumentPage) -> None:
    """ "Visa hela bilden". Raises Refused."""
    with _acting(sight) as shown_in:
        documents.release_page(page, sight.person.user)
        _mail_when_all_is_released(sight.version, shown_in)


def try_again(sight: Sight) -> None:
    """Prepare once more what could not be read."""
    with _acting(sight):
        if documents.try_again(sight.version, sight.person.user):
            uses = DocumentUse.objects.filter(document=sight.document)
            uses.filter(told_number__gte=sight.version.number).update(told_number=sight.version.number - 1)


@contextmanager
def _acting(sight: Sight) -> Iterator[list[Conversation]]:
    """Every chat where the document is shown, locked; each hears that something changed."""
    with transaction.atomic():
        chats = Conversation.objects.filter(request__document_uses__document=sight.document)
        shown_in = list(chats.select_related("request__owner").select_for_update(of=("self",)).order_by("pk"))
        yield shown_in
        for conversation in shown_in:
            threads.shown_anew(conversation)


def _mail_when_all_is_released(version: DocumentVersion, shown_in: list[Conversation]) -> None:
    """A helper who is away is not called to a picture that is not shown yet."""
    if not version.pages.filter(is_released=False).exists():
        for conversation in shown_in:
            document_mail.document_ready(conversation, version)


# --- the clock: what a worker has prepared ---------------------------------------------------------------------------


def tell_prepared() -> int:
    """Say in each chat which versions have become ready, and let the owner's page know what was refused. -> how many.

    Finds what `prepared` missed. Safe to run twice: a use remembers the number it has told of.
    """
    done = DocumentVersion.objects.filter(document=OuterRef("document"), number__gt=OuterRef("told_number"))
    uses = DocumentUse.objects.filter(Exists(done.exclude(state=State.PREPARING)), document__removed_at=None)
    return sum(_tell_in(request_id, use_id) for use_id, request_id in uses.values_list("pk", "request_id")[:200])


def prepared(version: DocumentVersion) -> None:
    """preparation.py is done with a version: the chats where it is shown hear of it."""
    uses = DocumentUse.objects.filter(document=version.document_id).order_by("request_id")
    for use_id, request_id in uses.values_list("pk", "request_id"):
        _tell_in(request_id, use_id)


def _tell_in(request_id: int, use_id: int) -> int:
    with transaction.atomic():
        chats = Conversation.objects.select_for_update(of=("self",)).select_related("request__owner")
        conversation = chats.filter(request_id=request_id).first()
        found = DocumentUse.objects.filter(pk=use_id).select_related("document__owner").first()
        told = _tell(conversation, found) if conversation and found else 0
        if told:
            threads.shown_anew(conversation)
    return told


def _tell(conversation: Conversation, use: DocumentUse) -> int:
    """Write the lines of what is done in order; stops at the first that is still being prepared. -> how many."""
    told, name = 0, use.document.owner.display_name
    for version in use.document.versions.filter(number__gt=use.told_number).defer("text").order_by("number"):
        if version.state == State.PREPARING:
            break
        if version.state == State.READY:
            code = "document_added" if version.number == 1 else "version_added"
            lines.add(conversation, code, occasion=f"{version.pk}", name=name, number=version.number)
            _mail_when_all_is_released(version, [conversation])
        use.told_number, told = version.number, told + 1
    DocumentUse.objects.filter(pk=use.pk).update(told_number=use.told_number)
    return told


# --- what the chat page shows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the documents box. `version`: the newest this person may see, without its texts."""

    document: Document
    version: DocumentVersion
    comments: Count  # what its owner has left of the newest that can be read
    waits_for_boxes: bool  # a picture its owner has not looked at
    ready_number: int  # the newest that can be read; 0 = none


def for_chat(person: Person) -> list[Shown]:
    """The documents of this chat, newest first. Three queries, however many there are."""
    uses = DocumentUse.objects.filter(request=person.request, document__removed_at=None)
    of = {use.document_id: use.document for use in uses.select_related("document").order_by("-added_at", "-pk")}
    if not of:
        return []
    unreleased = DocumentPage.objects.filter(version=OuterRef("pk"), is_released=False)
    versions = (
        DocumentVersion.objects.filter(document__in=of)
        .defer("text", "masked_text")
        .annotate(waits_for_boxes=Exists(unreleased))
        .order_by("-number")
    )
    versions = masked_only(versions) if person.only_reads else versions
    by_document: dict[int, list[DocumentVersion]] = {}
    for version in versions:
        by_document.setdefault(version.document_id, []).append(version)
    ready = {pk: next((one for one in found if one.state == State.READY), None) for pk, found in by_document.items()}
    counts = reviews.counts_of(version for version in ready.values() if version)
    return [_shown(of[pk], by_document[pk][0], ready[pk], counts) for pk in of if pk in by_document]


def masked_only(versions: QuerySet[DocumentVersion]) -> QuerySet[DocumentVersion]:
    """What a fadder may see: a voice has no mask, and what is shown whole is shown to the helper."""
    return versions.filter(shows_all=False).exclude(source=DocumentVersion.Source.SOUND)


def _shown(
    document: Document, newest: DocumentVersion, ready: DocumentVersion | None, counts: dict[int, Count]
) -> Shown:
    newest.document = document
    return Shown(
        document=document,
        version=newest,
        comments=counts[ready.pk] if ready else Count(),
        waits_for_boxes=bool(ready and ready.waits_for_boxes),
        ready_number=ready.number if ready else 0,
    )
