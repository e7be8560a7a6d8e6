"""What IM has done with one who wants to be a volunteer: that it was done, when and by whom. Never what was said."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from volunteers.models.standby import Volunteer


class StaffStep(models.Model):
    """One thing a member of staff has done with a volunteer. Of an extract only that it was shown."""

    class Kind(models.TextChoices):
        TALK = "talk", _("Talk with IM")
        REFERENCES = "references", _("References")
        EXTRACT = "extract", _("Extract from the police register shown")
        FOLLOW_UP = "follow_up", _("Talk after three shifts")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="staff_steps")
    kind = models.CharField(max_length=12, choices=Kind)
    done_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volunteer", "kind"], name="staff_step_once")]

    def __str__(self):
        return f"{self.volunteer_id} · {self.kind}"
