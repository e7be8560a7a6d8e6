"""The paper that says what a volunteer has done, and who at IM stands on it as reference."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from volunteers.models.standby import Volunteer

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: nothing that looks like a 0 or a 1
CODE_LENGTH = 12


def new_code() -> str:
    """Twelve letters and digits that are easy to read aloud: 60 random bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _number in range(CODE_LENGTH))


class Reference(models.Model):
    """A volunteer asks IM for somebody to ask about them; with `staff`, that person has said yes."""

    volunteer = models.OneToOneField(Volunteer, models.CASCADE, related_name="reference", verbose_name=_("volunteer"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("reference")
    )
    agreed_at = models.DateTimeField(_("said yes"), null=True, blank=True)

    class Meta:
        verbose_name = _("reference for a volunteer")
        verbose_name_plural = _("references for volunteers")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff=None, agreed_at=None) | Q(staff__isnull=False, agreed_at__isnull=False),
                name="reference_by_somebody",
            )
        ]

    def __str__(self):
        return str(self.volunteer)


class Certificate(models.Model):
    """One paper as it was made: `facts` is what stands on it, `signature` seals them. Taken back: both are empty."""

    class Cause(models.TextChoices):
        OWN = "own", _("taken back by the volunteer")
        STAFF = "staff", _("revoked by IM")
        REFERENCE = "reference", _("the reference said no")
        ERASED = "erased", _("the person was erased")

    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True, default=new_code)
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="certificates", verbose_name=_("volunteer"))
    reference = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("reference")
    )
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)  # of the facts: the same paper is not made twice
    signature = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_cause = models.CharField(_("why"), max_length=9, choices=Cause, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "digest"], condition=Q(withdrawn_at=None), name="certificate_once"
            )
        ]

    def __str__(self):
        return self.grouped_code

    @property
    def grouped_code(self) -> str:
        """'7K3M-9QXT-2BVC', as it stands on the paper."""
        return "-".join(self.code[start : start + 4] for start in range(0, CODE_LENGTH, 4))
