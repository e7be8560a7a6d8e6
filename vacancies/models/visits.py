"""Invitations to come and see a workplace."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vacancies.models.employers import Employer


class VisitInvite(models.Model):
    """An employer wants people to come and see the workplace. IM calls, and finds those who want to come."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="visits", verbose_name=_("employer"))
    text = models.CharField(_("what they offer"), max_length=1000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(_("sent to IM"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(_("handled"), null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("invitation to a visit")
        verbose_name_plural = _("invitations to visits")
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"], name="visit_queue", condition=Q(handled_at=None))]

    def __str__(self):
        return str(self.employer)
