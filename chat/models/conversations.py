"""The thread between one who asks and one who answers. Messages are written by writer.py alone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seekers.models import HelpRequest


class Side(models.TextChoices):
    """Who speaks. Frames and pages name the side, never the id of a person."""

    SEEKER = "seeker", _("participant")
    VOLUNTEER = "volunteer", _("volunteer")
    STAFF = "staff", _("IM")
    SYSTEM = "system", _("system")


class Refusal(models.TextChoices):
    """Why nobody may write now; the code the writer answers with. Set by matching.py with every move."""

    NONE = "", _("open")
    REOPEN = "reopen", _("done: reopen first")
    CLOSED = "closed", _("closed")
    HOLD = "hold", _("IM looks at it")


class Conversation(models.Model):
    """The thread of one question.

    `last_seq` numbers its messages without holes; `version` rises with whatever a page shows.
    """

    request = models.OneToOneField(HelpRequest, models.CASCADE, related_name="conversation")
    last_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    refusal = models.CharField(max_length=8, choices=Refusal, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_message_at = models.DateTimeField(null=True, blank=True)  # of people, not of the system
    last_side = models.CharField(max_length=10, choices=Side, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    promise_shift_id = models.BigIntegerField(
        null=True, blank=True
    )  # the shift behind answer_by; asked again when it empties
    promise_by_staff = models.BooleanField(default=False)  # "IM svarar senast …"
    promise_asked_at = models.DateTimeField(null=True, blank=True)  # fitting volunteers were asked before it fell due
    offered_to = models.ForeignKey(  # one volunteer may take it before the others, until `offered_until`
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    offered_until = models.DateTimeField(null=True, blank=True)
    women_until = models.DateTimeField(null=True, blank=True)  # wished for: only women are asked until then

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")

    def __str__(self):
        return str(self.request)


class Participant(models.Model):
    """Somebody in a thread. `can_write` is the one and only right to write in it."""

    class Away(models.TextChoices):
        READING = "reading", _("reads")
        SHORT = "short", _("back soon")
        TOMORROW = "tomorrow", _("goes on tomorrow")
        NO = "", _("here")

    class Part(models.TextChoices):
        """As what a volunteer is, or was, in the chat. Only one has the question: HelpRequest.helper."""

        HELPER = "", _("helper")
        SECOND = "second", _("second volunteer")
        READER = "reader", _("fadder who reads along")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="participations")
    side = models.CharField(max_length=10, choices=Side)
    part = models.CharField(max_length=8, choices=Part, blank=True, default=Part.HELPER)
    can_write = models.BooleanField(default=False)
    is_barred = models.BooleanField(default=False)  # "Byt volontär": never the same again
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    read_seq = models.PositiveIntegerField(default=0)
    mailed_seq = models.PositiveIntegerField(default=0)  # the digest has told of everything up to here
    seen_at = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)
    away_kind = models.CharField(max_length=10, choices=Away, blank=True)
    link_version = models.PositiveIntegerField(default=1)  # raise it, and every link and grant is void
    reply_version = models.PositiveIntegerField(default=1)  # raise it, and every reply address is void

    class Meta:
        verbose_name = _("person in a chat")
        verbose_name_plural = _("people in chats")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once"),
            models.UniqueConstraint(fields=["conversation"], condition=Q(side="system"), name="participant_one_system"),
            models.CheckConstraint(condition=~Q(part="reader") | Q(can_write=False), name="participant_reader_reads"),
        ]

    def __str__(self):
        return f"{self.get_side_display()} #{self.pk}"

    @property
    def only_reads(self) -> bool:
        """A fadder, who reads along and says nothing: nobody sees them come, read or type."""
        return self.part == self.Part.READER

    def is_present(self, at) -> bool:
        """True when an open page of this person was heard from lately."""
        return self.seen_at is not None and self.seen_at > at - settings.PRESENCE_FRESH


class Message(models.Model):
    """One line of a thread. A system line keeps a code and parameters in `body` as JSON, no words."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        CARD = "card", _("card")
        SYSTEM = "system", _("system")

    # The unique constraints already index conversation and client_id; further indexes would only slow the writer.
    conversation = models.ForeignKey(Conversation, models.CASCADE, db_index=False, related_name="messages")
    sender = models.ForeignKey(Participant, models.RESTRICT, db_index=False, related_name="+")
    seq = models.PositiveIntegerField()
    client_id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            # client_id first: the writer looks a whole batch up by client_id
            models.UniqueConstraint(fields=["client_id", "conversation", "sender"], name="message_once"),
        ]

    def __str__(self):
        return f"{self.conversation_id}:{self.seq}"


class Promise(models.Model):
    """A time we gave somebody, kept as a figure: when it was given, for when, and how it went."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="promises")
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    answer_by = models.DateTimeField(_("promised"))
    by_staff = models.BooleanField(_("by IM"), default=False)
    kept_at = models.DateTimeField(_("kept"), null=True, blank=True)
    broken_at = models.DateTimeField(_("broken"), null=True, blank=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index(fields=["answer_by"], name="promise_open", condition=Q(kept_at=None, broken_at=None)),
        ]

    def __str__(self):
        return f"{self.answer_by:%Y-%m-%d %H:%M}"


class FlaggedMessage(models.Model):
    """ "Jag förstår inte": one tap on a message by the other side."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="flags")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("not understood")
        verbose_name_plural = _("not understood")
        constraints = [models.UniqueConstraint(fields=["message", "participant"], name="flag_once")]

    def __str__(self):
        return f"{self.message_id}"
