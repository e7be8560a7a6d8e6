"""An experienced volunteer who reads along in the first cases of a new one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from motesplats.models import random_id
from volunteers.models import Volunteer


class Fadder(models.Model):
    """Staff named `fadder` for `newcomer`. Ends by itself after two cases."""

    newcomer = models.ForeignKey(Volunteer, models.CASCADE, related_name="fadders", verbose_name=_("the new volunteer"))
    fadder = models.ForeignKey(Volunteer, models.CASCADE, related_name="fadder_of", verbose_name=_("fadder"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    named_at = models.DateTimeField(_("named"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("fadder")
        verbose_name_plural = _("fadders")
        constraints = [
            models.UniqueConstraint(fields=["newcomer"], condition=Q(ended_at=None), name="fadder_one_open"),
            models.CheckConstraint(condition=~Q(newcomer=F("fadder")), name="fadder_is_another"),
        ]

    def __str__(self):
        return f"{self.newcomer} · {self.fadder}"


class FadderReading(models.Model):
    """A fadder may read, or could read, this chat."""

    pair = models.ForeignKey(Fadder, models.CASCADE, related_name="readings")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="fadder_readings")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)  # when the last reading was written down
    refused_at = models.DateTimeField(null=True, blank=True)  # by the one who asked
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reading of a fadder")
        verbose_name_plural = _("readings of fadders")
        constraints = [models.UniqueConstraint(fields=["pair", "conversation"], name="fadder_reading_once")]

    def __str__(self):
        return f"{self.pair} · {self.conversation}"


class FadderNote(models.Model):
    """A few words from the fadder to the new volunteer about one chat. Nobody else reads them in the house."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    reading = models.ForeignKey(FadderReading, models.CASCADE, related_name="notes")
    text = models.TextField(max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)  # by the new volunteer

    class Meta:
        verbose_name = _("note of a fadder")
        verbose_name_plural = _("notes of fadders")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.reading}"
