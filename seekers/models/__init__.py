"""The rows of this app, by noun: questions, documents, practice."""

from seekers.models.documents import (
    ChecklistMark,
    ChecklistPoint,
    Comment,
    Document,
    DocumentFile,
    DocumentPage,
    DocumentUse,
    DocumentVersion,
    Viewing,
)
from seekers.models.help_requests import HelpRequest, HelpRequestQuerySet, Seeker
from seekers.models.practice import AnswerMarks, InterviewAnswer, InterviewQuestion, WritingDraft
from seekers.models.summaries import Summary

__all__ = [
    "AnswerMarks",
    "ChecklistMark",
    "ChecklistPoint",
    "Comment",
    "Document",
    "DocumentFile",
    "DocumentPage",
    "DocumentUse",
    "DocumentVersion",
    "HelpRequest",
    "HelpRequestQuerySet",
    "InterviewAnswer",
    "InterviewQuestion",
    "Seeker",
    "Summary",
    "Viewing",
    "WritingDraft",
]
