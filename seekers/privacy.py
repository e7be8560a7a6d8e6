"""What is kept about those who ask, for how long, and how it is given out and taken away (design §3)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from motesplats import occupations
from motesplats.models import User
from seekers import removal, summaries
from seekers.models import (
    AnswerMarks,
    Comment,
    Document,
    DocumentVersion,
    HelpRequest,
    InterviewAnswer,
    Seeker,
    Viewing,
    WritingDraft,
)
from seekers.retention import VIEWINGS_KEPT

_FILES, _TEXT = settings.CLOCKS["files_removed"], settings.CLOCKS["text_removed"]
# table -> how long its words and bytes stay after the question has ended (recordings: after they were made, 7 days;
# viewings: after the viewing; kept documents: as long as their owner said, 12 months at most). The rows stay as counts.
# None = it holds nothing that anybody wrote about a person, or it goes with the account.
RETENTION: dict[str, timedelta | None] = {
    "seekers.Seeker": None,
    "seekers.HelpRequest": _TEXT,
    "seekers.Document": _FILES,
    "seekers.DocumentUse": None,
    "seekers.DocumentVersion": _FILES,
    "seekers.DocumentFile": _FILES,
    "seekers.DocumentPage": _FILES,
    "seekers.Comment": _FILES,
    "seekers.Viewing": VIEWINGS_KEPT,
    "seekers.ChecklistPoint": None,
    "seekers.ChecklistMark": None,
    "seekers.WritingDraft": _TEXT,
    "seekers.InterviewQuestion": None,
    "seekers.Summary": _TEXT,
    "seekers.InterviewAnswer": _TEXT,
    "seekers.AnswerMarks": None,
}


def export(person: User) -> dict:
    """Everything this app keeps about a person, who asks or helps, ready for JSON. {} when there is nothing.

    A helper gets what they wrote and when they looked, not whose it was. Bytes are not in it: `files` of a version
    names them; seekers/archive.py packs them.
    """
    found = {
        "about": _about(person),
        "questions": [_question(question) for question in HelpRequest.objects.filter(owner=person).order_by("pk")],
        "documents": [_document(document) for document in _documents(person)],
        "drafts": [
            {"kind": draft.kind, "fields": draft.fields, "updated_at": draft.updated_at.isoformat()}
            for draft in WritingDraft.objects.filter(request__owner=person).order_by("pk")
        ],
        "summaries": summaries.export(person),
        "answers": [_answer(answer) for answer in _answers(person)],
        "comments_written": [
            {**_comment(comment), "at": _iso(comment.created_at)}
            for comment in Comment.objects.filter(author=person).order_by("pk")
        ],
        "documents_seen": [
            {"as": viewing.side, "what": viewing.what, "at": _iso(viewing.at)}
            for viewing in Viewing.objects.filter(viewer=person).order_by("pk")
        ],
    }
    return found if any(found.values()) else {}


def _about(person: User) -> dict:
    seeker = Seeker.objects.filter(user=person).first()
    if seeker is None:
        return {}
    return {
        "languages": seeker.languages,
        "swedish_level": seeker.swedish_level,
        "is_adult": seeker.is_adult,
        "consented_at": _iso(seeker.consented_at),
    }


def _question(question: HelpRequest) -> dict:
    return {
        "id": question.public_id,
        "topic": question.topic,
        "state": question.state,
        "need": question.need,
        "ad": question.ad,
        "when": question.when,
        "about": question.about_title or question.about_id,
        "occupation": "".join(occupations.labels([question.occupation])),
        "wants_woman": question.wants_woman,
        "wants_same_helper": question.wants_same_helper,
        "asked_at": _iso(question.created_at),
        "ended_at": _iso(question.ended_at),
    }


def _documents(person: User):
    return Document.objects.filter(owner=person).order_by("pk").prefetch_related(
        "uses__request", "versions__files", "versions__comments", "versions__viewings__viewer"
    )  # fmt: skip


def _document(document: Document) -> dict:
    return {
        "id": document.public_id,
        "kind": document.kind,
        "title": document.title,
        "brought_at": _iso(document.created_at),
        "kept_until": _iso(document.kept_until),
        "removed_at": _iso(document.removed_at),
        "shown_in": [use.request.public_id for use in document.uses.all()],
        "versions": [_version(version) for version in document.versions.all()],
    }


def _version(version: DocumentVersion) -> dict:
    return {
        "number": version.number,
        "source": version.source,
        "brought_at": _iso(version.created_at),
        "text": version.text,
        "shows_all": version.shows_all,
        "files": [file.original_name for file in version.files.all()],
        "comments": [_comment(comment) for comment in version.comments.all() if comment.sent_at],
        "seen_by": [_viewing(viewing) for viewing in version.viewings.all()],
    }


def _comment(comment: Comment) -> dict:
    said = {name: getattr(comment, name) for name in ("reason", "note", "before", "after", "quote", "answer")}
    return {**said, "sent_at": _iso(comment.sent_at)}


def _viewing(viewing: Viewing) -> dict:
    return {"who": viewing.viewer.display_name, "as": viewing.side, "what": viewing.what, "at": _iso(viewing.at)}


def _answers(person: User):
    return (
        InterviewAnswer.objects.filter(request__owner=person)
        .select_related("question")
        .prefetch_related("marks")
        .order_by("pk")
    )


def _answer(answer: InterviewAnswer) -> dict:
    names = ("clarity", "example", "relevance", "swedish", "length")
    return {
        "question": answer.question.text,
        "text": answer.text,
        "is_best": answer.is_best,
        "at": _iso(answer.created_at),
        "marks": [_marks(marks, names) for marks in answer.marks.all()],
    }


def _marks(marks: AnswerMarks, names: tuple[str, ...]) -> dict:
    return {name: getattr(marks, name) for name in names}


def _iso(at) -> str | None:
    return at.isoformat() if at else None


@transaction.atomic
def erase(person: User) -> None:
    """Empty what this person wrote and brought as one who asks, now. Rows and counts stay. Safe to run twice.

    Comments on other people's documents are those people's and go with them.
    """
    for document in Document.objects.kept().filter(owner=person).order_by("pk"):
        removal.remove(document, actor=person, why="erased")
    asked = HelpRequest.objects.filter(owner=person)
    WritingDraft.objects.filter(request__in=asked).update(fields={})
    InterviewAnswer.objects.filter(request__in=asked).update(text="")
    read = {"about_kind": "", "about_id": "", "about_title": ""}
    asked.update(need="", ad="", occupation="", occupation_group="", wants_woman=False, **read)
    summaries.erase(person)
    Seeker.objects.filter(user=person).update(languages=[], swedish_level="", is_adult=None)
