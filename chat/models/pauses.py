"""A volunteer who did not answer is given a rest."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers.models import Volunteer


class MissedPause(models.Model):
    """Switched off by the house, for alerts nobody answered. Over as soon as the volunteer touches the switch."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="missed_pauses")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pause after missed alerts")
        verbose_name_plural = _("pauses after missed alerts")
        constraints = [
            models.UniqueConstraint(fields=["volunteer"], condition=Q(ended_at=None), name="missed_pause_one_open")
        ]

    def __str__(self):
        return f"{self.volunteer} · {self.at:%Y-%m-%d %H:%M}"
