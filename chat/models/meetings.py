"""When two people agree on a time in a chat: what was suggested, and what was agreed on."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation, Side
from motesplats.models import random_id

MEETING_LENGTH = timedelta(minutes=30)


class Proposal(models.Model):
    """Up to three times that one side suggests, open until it is answered, taken back or over."""

    class Ending(models.TextChoices):
        AGREED = "agreed", _("one was chosen")
        NONE_FITS = "none_fits", _("none fits")
        WITHDRAWN = "withdrawn", _("taken back")
        PASSED = "passed", _("all have passed")
        OFF = "off", _("the question moved on")

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="proposals")
    by = models.CharField(max_length=10, choices=Side)
    times = models.JSONField()  # one to three instants as ISO text in UTC, the earliest first
    last_time = models.DateTimeField()  # the latest of them: for the clock
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("suggested times")
        verbose_name_plural = _("suggested times")
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="proposal_one_open")
        ]
        indexes = [models.Index(fields=["last_time"], name="proposal_open", condition=Q(ended_at=None))]

    def __str__(self):
        return f"{self.conversation_id} · {self.at:%Y-%m-%d %H:%M}"


class Meeting(models.Model):
    """An agreed time of half an hour. Agreed as long as `ended_at` is empty; nobody counts who did not come."""

    class Ending(models.TextChoices):
        MET = "met", _("they met")
        MISSED = "missed", _("they did not meet")
        CANCELLED = "cancelled", _("one of them cannot")
        OFF = "off", _("the question moved on")

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="meetings")
    helper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="meetings")
    starts_at = models.DateTimeField()
    agreed_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)  # the day before
    reminded_soon_at = models.DateTimeField(null=True, blank=True)  # the hour before
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("agreed time")
        verbose_name_plural = _("agreed times")
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="meeting_one_agreed"),
            # Times begin on the hour and the half hour and last 30 minutes: two overlap only when they begin together.
            models.UniqueConstraint(
                fields=["helper", "starts_at"], condition=Q(ended_at=None), name="meeting_no_clash"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="meeting_agreed", condition=Q(ended_at=None))]

    def __str__(self):
        return f"{self.conversation_id} · {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self):
        return self.starts_at + MEETING_LENGTH
