"""Two people who shall never meet again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Block(models.Model):
    """One of a pair does not want to chat with the other, for good. Nobody is told; IM sees how many, not who."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    against = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks_met")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("blocked pair")
        verbose_name_plural = _("blocked pairs")
        constraints = [
            models.UniqueConstraint(fields=["by", "against"], name="block_once"),
            models.CheckConstraint(condition=~Q(by=F("against")), name="block_two_people"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"
