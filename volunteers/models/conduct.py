"""The code of conduct: its versions, and who accepted which."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

VERSION_MAX_CHARACTERS = 10


class ConductVersion(models.Model):
    """The rules as they read from one day to the next version. `text`: a rule a line, translated."""

    version = models.CharField(_("version"), max_length=VERSION_MAX_CHARACTERS, unique=True)
    text = models.TextField(_("rules"), max_length=6000, help_text=_("One rule a line."))
    published_at = models.DateTimeField(_("since"), default=timezone.now)
    is_current = models.BooleanField(_("holds now"), default=True)

    class Meta:
        verbose_name = _("version of our rules")
        verbose_name_plural = _("our rules")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="conduct_one_current")
        ]

    def __str__(self):
        return self.version

    @property
    def points(self) -> list[str]:
        """The rules, in the active language."""
        return rules_in(self.text)


def rules_in(text: str) -> list[str]:
    """'One\\n\\nTwo ' -> ['One', 'Two']"""
    return [line.strip() for line in text.splitlines() if line.strip()]


class ConductAcceptance(models.Model):
    """A volunteer has accepted this version of the rules; all of them stay, the last is on Volunteer too."""

    volunteer = models.ForeignKey("volunteers.Volunteer", models.CASCADE, related_name="acceptances")
    version = models.CharField(_("version"), max_length=VERSION_MAX_CHARACTERS)
    at = models.DateTimeField(_("accepted"), default=timezone.now)

    class Meta:
        verbose_name = _("accepted rules")
        verbose_name_plural = _("accepted rules")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["volunteer", "version"], name="conduct_accepted_once")]

    def __str__(self):
        return self.version
