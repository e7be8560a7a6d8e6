"""Employers, who speaks for them, and what IM has looked at before they were let in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motesplats import municipalities
from motesplats.languages import CodesField
from motesplats.models import Office, random_id


class EmployerQuerySet(models.QuerySet):
    def approved(self) -> "EmployerQuerySet":
        """Those whose ads may be shown."""
        return self.filter(state=Employer.State.APPROVED)

    def of_member(self, user) -> "EmployerQuerySet":
        """Those that this person speaks for."""
        return self.filter(members__user_id=user.pk)


class Employer(models.Model):
    """A company, municipality or association. It never sees a person, only its own ads and counts."""

    class State(models.TextChoices):
        APPLIED = "applied", _("IM has not called yet")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", pgettext_lazy("employer", "refused")
        PAUSED = "paused", _("paused")

    public_id = models.CharField(max_length=24, unique=True, default=random_id, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.APPLIED)
    name = models.CharField(_("name of the employer"), max_length=120)
    organisation_number = models.CharField(_("organisation number"), max_length=10)  # ten digits, shown as 556677-8899
    municipality = models.CharField(_("municipality"), max_length=4, blank=True)  # its code
    website = models.URLField(_("website"), max_length=300, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=80)
    phone = models.CharField(_("direct phone number"), max_length=30)
    office = models.ForeignKey(
        Office, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    flags = CodesField(_("look at this"), editable=False)  # codes of red_flags.py: they suggest, they never decide
    applied_at = models.DateTimeField(_("applied"), default=timezone.now, editable=False)
    call_by = models.DateTimeField(_("IM calls by"), null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    check_again_on = models.DateField(_("look again on"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)  # refused or paused since then

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ["-applied_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_number"], condition=Q(state="approved"), name="employer_number_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "applied_at"], name="employer_queue")]

    def __str__(self):
        return self.name

    @property
    def town(self) -> str:
        """The municipality's name, "" when none is given."""
        return municipalities.name_of(self.municipality)

    @property
    def number_written(self) -> str:
        """The organisation number as people write it: 556677-8899."""
        return f"{self.organisation_number[:6]}-{self.organisation_number[6:]}"


class EmployerMember(models.Model):
    """Somebody who speaks for an employer. All members share its ads."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "user"], name="employer_member_once")]

    def __str__(self):
        return f"{self.employer_id}:{self.user_id}"


class Invitation(models.Model):
    """An address that may join an employer, as soon as somebody has proved that it is theirs."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"))  # in small letters
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "email"], name="employer_invitation_once")]
        indexes = [models.Index(fields=["email"], name="employer_invited")]

    def __str__(self):
        return f"{self.employer_id}"


class EmployerCheck(models.Model):
    """One thing that IM has looked at: what, who and when. Never a paper."""

    class Kind(models.TextChoices):
        REGISTER = "register", _("Found the company in a public register")
        CALLED = "called", _("Called the number in the register, not the one given here")
        PERSON = "person", _("The contact person works there")
        TERMS = "terms", _("Pay or collective agreement, place and hours are clear")
        COSTS = "costs", _("Who pays for travel and housing is clear")

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="checks")
    kind = models.CharField(_("check"), max_length=8, choices=Kind)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(_("done"), default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "kind"], name="employer_check_once")]

    def __str__(self):
        return self.kind


class EmployerApproval(models.Model):
    """One member of staff says yes. Two are needed when something was flagged."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer", "by"], name="employer_approved_once_each")]

    def __str__(self):
        return f"{self.employer_id}:{self.by_id}"
