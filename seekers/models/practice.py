"""What a person writes and says to practise: drafts of texts, answers to interview questions and their marks."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motesplats.models import random_id
from seekers.models.documents import Document, DocumentVersion
from seekers.models.help_requests import HelpRequest


class WritingDraft(models.Model):
    """Guided writing that is not sent yet: a first CV, a letter, a presentation. One of each kind for a question."""

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=6, choices=Document.Kind)
    fields = models.JSONField(default=dict)  # name of the field in writing.py -> what was typed
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")  # made of it
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="writing_draft_once")]

    def __str__(self):
        return f"{self.request_id} {self.kind}"


class InterviewQuestion(models.Model):
    """One question of the bank. IM edits and translates it (a column per language for text, tip and polite_answer)."""

    key = models.SlugField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 of content.json, or None
    position = models.PositiveSmallIntegerField(_("number"))
    occupation = models.CharField(_("occupation"), max_length=80, blank=True)  # "" = for every job
    text = models.CharField(_("question"), max_length=300)
    tip = models.CharField(_("tip"), max_length=300, blank=True)
    is_improper = models.BooleanField(_("an employer may not ask this"), default=False)
    polite_answer = models.CharField(_("polite answer"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("interview question")
        verbose_name_plural = _("interview questions")
        ordering = ["position"]

    def __str__(self):
        return self.text


class InterviewAnswer(models.Model):
    """One try at one question, in text or sound."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    draft_id = models.UUIDField(unique=True, default=uuid.uuid4)  # sent twice, made once
    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="interview_answers")
    question = models.ForeignKey(InterviewQuestion, models.PROTECT, related_name="answers")
    text = models.TextField(max_length=4000, blank=True)
    sound = models.ForeignKey(DocumentVersion, models.SET_NULL, null=True, blank=True, related_name="+")
    is_best = models.BooleanField(default=False)  # in "Mina svar"
    shared_at = models.DateTimeField(null=True, blank=True)  # the helper sees it from then on; None: only its owner
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("interview answer")
        verbose_name_plural = _("interview answers")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.public_id


class AnswerMarks(models.Model):
    """The same five marks, in words, from the one who answered and from the one who helps."""

    class Mark(models.TextChoices):
        GOOD = "good", pgettext_lazy("mark", "Good")
        ALMOST = "almost", pgettext_lazy("mark", "Almost")
        AGAIN = "again", pgettext_lazy("mark", "Try again")

    answer = models.ForeignKey(InterviewAnswer, models.CASCADE, related_name="marks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    clarity = models.CharField(_("clear"), max_length=6, choices=Mark)
    example = models.CharField(_("example"), max_length=6, choices=Mark)
    relevance = models.CharField(_("about the job"), max_length=6, choices=Mark)
    swedish = models.CharField(_("Swedish"), max_length=6, choices=Mark)
    length = models.CharField(_("length"), max_length=6, choices=Mark)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("marks")
        verbose_name_plural = _("marks")
        constraints = [models.UniqueConstraint(fields=["answer", "author"], name="answer_marks_once")]

    def __str__(self):
        return f"{self.answer_id} by {self.author_id}"
