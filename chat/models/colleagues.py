"""What those on duty ask each other."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.models import random_id


class ColleaguePost(models.Model):
    """A question without `question`, or an answer to one. Shown without names; gone after a week."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    question = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("what was written"), max_length=500)
    at = models.DateTimeField(_("written"), default=timezone.now, db_index=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("question to colleagues")
        verbose_name_plural = _("questions to colleagues")

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"
