"""How long things are kept, as queries over timestamps (design §4). Run by beat, safe to run twice.

Documents: 30 days after the last question they are shown in has ended, or as long as their owner said. Recordings: 7
days after they were made. Drafts, answers, summaries: with the text of the chat, 90 days. Who has seen what: 24 months.
While IM looks at a chat (on hold) nothing of it is removed; a question opened again has no end, so its clock stops.
Bytes without a row: orphans.py.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from motesplats.overdue import LATE
from seekers import removal, summaries
from seekers.models import (
    Comment,
    Document,
    DocumentFile,
    DocumentPage,
    DocumentUse,
    DocumentVersion,
    HelpRequest,
    InterviewAnswer,
    Summary,
    Viewing,
    WritingDraft,
)

log = logging.getLogger(__name__)
ROUND = 200  # rows a round; the next round takes the rest
VIEWINGS_KEPT = timedelta(days=730)
ON_HOLD = HelpRequest.State.ON_HOLD


# --- documents -------------------------------------------------------------------------------------------------------


def due_documents(at: datetime) -> QuerySet[Document]:
    """Documents whose time has come."""
    uses = DocumentUse.objects.filter(document=OuterRef("pk"))
    held = Exists(uses.filter(request__state=ON_HOLD))
    ended_before = at - settings.CLOCKS["files_removed"]
    in_use = Exists(uses.filter(Q(request__ended_at=None) | Q(request__ended_at__gte=ended_before)))
    made_before = at - settings.CLOCKS["sounds_removed"]
    is_kept = Q(kept_until__gte=at) | Q(created_at__gte=ended_before) & ~Exists(uses)
    of_papers = ~Q(kind=Document.Kind.SOUND) & ~in_use & ~is_kept
    of_sounds = Q(kind=Document.Kind.SOUND, created_at__lt=made_before)
    return Document.objects.kept().filter(of_papers | of_sounds).exclude(held).order_by("pk")


def remove_due_documents() -> int:
    """-> how many were removed. One that fails is logged and found again the next time."""
    removed = 0
    for pk in list(due_documents(timezone.now()).values_list("pk", flat=True)[:ROUND]):
        try:
            removed += _remove_if_still_due(pk)
        except Exception:
            log.exception("could not remove document %s", pk)
    return removed


def _remove_if_still_due(pk: int) -> bool:
    """Reopened, held or kept at this very moment: asked again with its questions locked."""
    with transaction.atomic():
        questions = HelpRequest.objects.filter(document_uses__document=pk)
        questions = questions.select_for_update(of=("self",), no_key=True).order_by("pk")
        list(questions.values_list("pk", flat=True))
        Document.objects.select_for_update(of=("self",)).get(pk=pk)
        document = due_documents(timezone.now()).filter(pk=pk).first()
        return document is not None and removal.remove(document, actor=None, why="time")


def half_removed() -> QuerySet[Document]:
    """Removed, and yet something of it is there: a worker stored a page, a helper a comment in the same moment."""
    of = {"version__document": OuterRef("pk")}
    rows = Exists(DocumentFile.objects.filter(**of)) | Exists(DocumentPage.objects.filter(**of))
    words = Exists(DocumentVersion.objects.filter(document=OuterRef("pk")).exclude(text="", masked_text=""))
    said = Exists(Comment.objects.filter(**of).exclude(note="", before="", after="", quote=""))
    return Document.objects.filter(Q(removed_at__isnull=False), rows | words | said)


def remove_the_rest() -> int:
    """What `half_removed` finds goes too. -> how many documents."""
    documents = list(half_removed()[:ROUND])
    for document in documents:
        removal.empty(document)
    return len(documents)


def removal_dates(documents: Iterable[Document]) -> dict[int, datetime | None]:
    """pk -> when each is removed if nothing more happens; None while a question it is shown in goes on. One query."""
    documents = list(documents)
    ends = {
        row["document"]: row
        for row in DocumentUse.objects.filter(document__in=documents)
        .values("document")
        .annotate(last=Max("request__ended_at"), open=Max("request_id", filter=_GOES_ON))
    }
    return {document.pk: _removal_date(document, ends.get(document.pk)) for document in documents}


_GOES_ON = Q(request__ended_at=None) | Q(request__state=ON_HOLD)


def _removal_date(document: Document, uses: dict | None) -> datetime | None:
    if document.kind == Document.Kind.SOUND:
        return document.created_at + settings.CLOCKS["sounds_removed"]
    if uses and uses["open"]:
        return None
    ordinary = (uses["last"] if uses else document.created_at) + settings.CLOCKS["files_removed"]
    return max(ordinary, document.kept_until or ordinary)


# --- drafts, answers, who has seen ----------------------------------------------------------------------------------


def _old(rows: QuerySet, at: datetime) -> QuerySet:
    """Of questions that ended so long ago that their chat's text goes."""
    limit = at - settings.CLOCKS["text_removed"]
    return rows.filter(request__in=HelpRequest.objects.filter(ended_at__lt=limit).exclude(state=ON_HOLD))


def old_drafts(at: datetime) -> QuerySet[WritingDraft]:
    return _old(WritingDraft.objects.exclude(fields={}), at)


def old_answers(at: datetime) -> QuerySet[InterviewAnswer]:
    return _old(InterviewAnswer.objects.exclude(text=""), at)


def old_summaries(at: datetime) -> QuerySet[Summary]:
    return _old(Summary.objects.exclude(**summaries.EMPTY), at)


def remove_old_words() -> int:
    """Drafts, answers, summaries are emptied, like the messages of their chat; the rows stay. -> how many."""
    now = timezone.now()
    removed = old_drafts(now).update(fields={}) + old_answers(now).update(text="")
    return removed + old_summaries(now).update(**summaries.EMPTY)


def old_viewings(at: datetime) -> QuerySet[Viewing]:
    return Viewing.objects.filter(at__lt=at - VIEWINGS_KEPT)


def forget_old_viewings() -> int:
    """-> how many rows."""
    return old_viewings(timezone.now()).delete()[0]


# --- all of it -------------------------------------------------------------------------------------------------------


def remove_old() -> int:
    """One round of every clock here. -> how many rows. Safe to run twice."""
    return remove_due_documents() + remove_the_rest() + remove_old_words() + forget_old_viewings()


def overdue() -> dict[str, int]:
    """What is still there a day after its time: table -> how many. Empty when all is well."""
    late = timezone.now() - LATE
    found = {
        "seekers.Document": due_documents(late).count(),
        "seekers.WritingDraft": old_drafts(late).count(),
        "seekers.InterviewAnswer": old_answers(late).count(),
        "seekers.Summary": old_summaries(late).count(),
        "seekers.Viewing": old_viewings(late).count(),
    }
    return {table: number for table, number in found.items() if number}
