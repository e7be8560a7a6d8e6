"""A second volunteer is asked into a chat, to help the one who has the question."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation


class SecondAsk(models.Model):
    """One asking: open until somebody comes, or nobody does; then while the second volunteer is in the chat."""

    class End(models.TextChoices):
        LATE = "late", _("nobody came in time")
        DECLINED = "declined", _("the one asked said no")
        REFUSED = "refused", _("the participant said no")
        LEFT = "left", _("the second volunteer left")
        CASE = "case", _("together with the case")
        NO = "", _("not ended")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="second_asks")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # None: whoever
    language = models.CharField(max_length=8, blank=True)  # only who reads this
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=8, choices=End, blank=True)

    class Meta:
        verbose_name = _("second volunteer")
        verbose_name_plural = _("second volunteers")
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="second_one_open")
        ]

    def __str__(self):
        return f"{self.conversation} · {self.at:%Y-%m-%d %H:%M}"
