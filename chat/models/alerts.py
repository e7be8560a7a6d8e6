"""Who was told of a waiting question, how and when, so that nobody is told twice or too often."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from volunteers.models import Volunteer


class AlertQuerySet(models.QuerySet):
    def heard(self) -> "AlertQuerySet":
        """Those that made a sound, buzzed or came as a mail: not the questions that were told of in the same one."""
        return self.exclude(door=Alert.Door.ALONG)


class Alert(models.Model):
    """One volunteer was told of one question in one of its waits."""

    class Door(models.TextChoices):
        PAGE = "page", _("the open page")
        PUSH = "push", _("a notice")
        EMAIL = "email", _("an email")
        ALONG = "along", _("together with another")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="alerts")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="alerts")
    waits_since = models.DateTimeField()  # a question that comes back to the queue waits anew
    round = models.PositiveSmallIntegerField()
    door = models.CharField(max_length=5, choices=Door)
    at = models.DateTimeField(default=timezone.now)
    push_attempts = models.PositiveSmallIntegerField(default=0)
    push_next_at = models.DateTimeField(null=True, blank=True)  # when to try (again); None: nothing to send
    missed_at = models.DateTimeField(null=True, blank=True)  # found unanswered then
    push_ended_at = models.DateTimeField(null=True, blank=True)  # sent, or given up

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "volunteer", "waits_since"], name="alert_once_a_wait")
        ]
        indexes = [
            models.Index(fields=["volunteer", "-at"], name="alert_lately"),
            models.Index(fields=["push_next_at"], name="alert_to_push", condition=Q(push_next_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.conversation_id} · {self.at:%Y-%m-%d %H:%M}"
