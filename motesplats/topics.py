"""What people ask help with. Known to those who ask and those who answer, so it lives below both."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """The seven subjects of a question, in the order the first ask page shows them."""

    CV = "cv", _("CV")
    LETTER = "letter", _("Personal letter")
    PITCH = "pitch", _("Present yourself")
    INTERVIEW = "interview", _("Interview")
    NETWORK = "network", _("Find jobs and contacts")
    BUSINESS = "business", _("Start a business")
    OTHER = "other", _("Something else")

    @property
    def hint(self) -> str:
        """One line under the choice, in plain words."""
        return _HINTS[self]


_HINTS = {
    Topic.CV: _("A list of what you can do and have done"),
    Topic.LETTER: _("A short letter to the employer"),
    Topic.PITCH: _("Elevator pitch: say briefly who you are"),
    Topic.INTERVIEW: _("Practise before you meet the employer"),
    Topic.NETWORK: _("Where are the jobs? Who can you talk to?"),
    Topic.BUSINESS: _("You want a company of your own"),
    Topic.OTHER: _("For example to understand a job ad"),
}
