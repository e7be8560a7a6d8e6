"""How volunteers are: what they said after a chat, who wants to talk with IM, where to turn, and the thanks they got.

A question is named by its public id only: this floor does not know what was asked, and by whom only in `Thanks.giver`.
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from volunteers.models.standby import Volunteer


class CareAnswer(models.Model):
    """What a volunteer said to "How does it feel after the chat?". Never shown to the one who asked."""

    class Feeling(models.TextChoices):
        GOOD = "good", _("Good")
        HEAVY = "heavy", _("A little heavy")
        TALK = "talk", _("I want to talk with IM")
        SKIPPED = "skipped", _("skipped")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="care_answers")
    about_id = models.CharField(max_length=24)
    feeling = models.CharField(max_length=8, choices=Feeling)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volunteer", "about_id"], name="care_once_per_question")]

    def __str__(self):
        return f"{self.volunteer_id} · {self.feeling}"


class CareCallQuerySet(models.QuerySet):
    def waiting(self) -> "CareCallQuerySet":
        return self.filter(handled_at=None)


class CareCall(models.Model):
    """IM shall get in touch with a volunteer. One at a time for each."""

    class Why(models.TextChoices):
        ASKED = "asked", _("wants to talk with IM")
        HEAVY = "heavy", _("has had two heavy chats in a row")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="care_calls", verbose_name=_("volunteer"))
    why = models.CharField(_("why"), max_length=8, choices=Why)
    opened_at = models.DateTimeField(_("said"), default=timezone.now)
    contact_by = models.DateTimeField(_("IM gets in touch by"))
    handled_at = models.DateTimeField(_("done"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("done by")
    )

    objects = CareCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer to talk with")
        verbose_name_plural = _("volunteers to talk with")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer"], condition=Q(handled_at=None), name="care_call_one_waiting")
        ]

    def __str__(self):
        return f"{self.volunteer} {self.get_why_display()}"


class Rest(models.Model):
    """ "Enough for tonight": no alert and no mail that asks for help before `until`. "Here now" ends it."""

    volunteer = models.OneToOneField(Volunteer, models.CASCADE, related_name="rest")
    until = models.DateTimeField()

    def __str__(self):
        return f"{self.volunteer_id} · {self.until}"


class Helpline(models.Model):
    """Where somebody can turn when it is hard. IM edits them; `name` and `good_for` have a column per language."""

    key = models.SlugField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 of helplines.json, or None
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    number = models.CharField(
        _("phone number"), max_length=20, validators=[RegexValidator(r"^\+?[0-9][0-9 -]{1,18}$", _("Write digits."))]
    )
    name = models.CharField(_("name"), max_length=80)
    good_for = models.CharField(_("when to call"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)
    verified_on = models.DateField(
        _("checked"), null=True, blank=True, help_text=_("The day you called or looked that the number is right.")
    )

    class Meta:
        verbose_name = _("place to turn to")
        verbose_name_plural = _("places to turn to")
        ordering = ["position", "pk"]

    def __str__(self):
        return f"{self.number} {self.name}"

    @property
    def dial(self) -> str:
        """The number as a phone wants it: digits, and a plus."""
        return "".join(char for char in self.number if char in "+0123456789")


class Thanks(models.Model):
    """What the one who asked said of the help. The volunteer sees it without a name."""

    class Helped(models.TextChoices):
        YES = "yes", _("Yes")
        LITTLE = "little", _("A little")
        NO = "no", _("No")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="thanks")
    about_id = models.CharField(max_length=24, unique=True)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    helped = models.CharField(max_length=6, choices=Helped)
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.volunteer_id} · {self.helped}"
