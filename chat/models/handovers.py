"""A volunteer leaves a question to another, with a note."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation


class HandOver(models.Model):
    """One leaving, open until somebody takes the question. The note is for helpers and IM, not for the chat."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="handovers")
    left_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # None: whoever
    at = models.DateTimeField(default=timezone.now)
    declined_at = models.DateTimeField(null=True, blank=True)  # by the one asked
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(taken_at=None), name="handover_one_open")
        ]

    def __str__(self):
        return f"{self.conversation} · {self.at:%Y-%m-%d %H:%M}"
