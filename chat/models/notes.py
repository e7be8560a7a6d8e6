"""Notes about a question, for whoever helps next."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from motesplats.models import random_id


class CaseNote(models.Model):
    """What a helper wrote to the next. Not for the chat: but it is theirs whom it is about, when they ask."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("note"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note to the next volunteer")
        verbose_name_plural = _("notes to the next volunteer")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.conversation_id} · {self.at:%Y-%m-%d %H:%M}"
