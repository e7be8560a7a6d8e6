"""What was done and what comes next, in the helper's words, when a question is done."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seekers.models.help_requests import HelpRequest


class Summary(models.Model):
    """The last one counts, when a question is opened and done again. Goes with the words of the chat."""

    request = models.OneToOneField(HelpRequest, models.CASCADE, related_name="summary")
    done = models.CharField(_("what we did"), max_length=200, blank=True)
    done_too = models.CharField(_("one more thing we did"), max_length=200, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")

    def __str__(self):
        return f"{self.request} · {self.written_at:%Y-%m-%d}"

    def __bool__(self):
        """Something of it is still there to read."""
        return bool(self.done or self.done_too or self.next_step)

    @property
    def lines(self) -> list[str]:
        """What we did, at most two lines."""
        return [line for line in (self.done, self.done_too) if line]
