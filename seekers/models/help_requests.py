"""Those who ask, and what they ask. States and moves: seekers/help_requests.py."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.languages import CodesField, SwedishLevel
from motesplats.models import Office, random_id
from motesplats.topics import Topic


class Seeker(models.Model):
    """What a person is as a deltagare: only what helping needs."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seeker")
    languages = CodesField(_("languages"))
    swedish_level = models.CharField(_("Swedish"), max_length=10, choices=SwedishLevel, blank=True)
    is_adult = models.BooleanField(_("18 or older"), null=True)
    consented_at = models.DateTimeField(_("consented"), null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self):
        return str(self.user)


class HelpRequestQuerySet(models.QuerySet):
    def open(self) -> "HelpRequestQuerySet":
        """Asked and not done: waiting, active or on hold."""
        return self.filter(state__in=[HelpRequest.State.WAITING, HelpRequest.State.ACTIVE, HelpRequest.State.ON_HOLD])

    def asked_by(self, user, grants: dict[str, int] | None = None) -> "HelpRequestQuerySet":
        """What `user` asked (nothing for somebody not logged in) and what was granted, newest first.

        grants: public id -> the owner it was granted for; a question that has moved to another owner is not shown.
        """
        which = Q(owner_id=user.pk)
        for public_id, owner_id in (grants or {}).items():
            which |= Q(public_id=public_id, owner_id=owner_id)
        return self.filter(which).order_by("-created_at", "-pk")

    def waiting(self) -> "HelpRequestQuerySet":
        """In the order they shall be answered: who came first, with those sent back first in line."""
        return self.filter(state=HelpRequest.State.WAITING).order_by("-is_first_in_line", "queued_at", "pk")

    def for_volunteers(self) -> "HelpRequestQuerySet":
        """Without what only staff may see: people who are, or may be, under 18."""
        return self.filter(is_adult=True)


class HelpRequest(models.Model):
    """One question. Its state changes only through help_requests.py."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACTIVE = "active", _("has a volunteer")
        RESOLVED = "resolved", _("done")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("taken back")
        ON_HOLD = "on_hold", _("IM looks at it")

    class When(models.TextChoices):
        TODAY = "today", _("Today")
        THIS_WEEK = "week", _("This week")
        NO_HURRY = "later", _("No hurry")
        UNSAID = "", _("Not said")

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    draft_id = models.UUIDField(unique=True, default=uuid.uuid4)  # sent twice, made once
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="help_requests")
    office = models.ForeignKey(Office, models.PROTECT, null=True, verbose_name=_("office"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    state_before_hold = models.CharField(max_length=10, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)  # on hold since
    unheld_at = models.DateTimeField(null=True, blank=True)  # silence counts from here

    topic = models.CharField(_("topic"), max_length=10, choices=Topic)
    ad = models.TextField(_("job ad"), max_length=2000, blank=True)
    when = models.CharField(_("when"), max_length=6, choices=When, blank=True)
    need = models.TextField(_("the question"), max_length=4000, blank=True)
    languages = CodesField(_("languages"))
    swedish_level = models.CharField(_("Swedish"), max_length=10, choices=SwedishLevel, blank=True)
    is_adult = models.BooleanField(_("18 or older"), null=True)
    about_kind = models.CharField(max_length=20, blank=True)  # what was read when it was asked; chat/about.py resolves
    about_id = models.CharField(max_length=64, blank=True)
    about_title = models.CharField(max_length=240, blank=True)  # of an ad: as it was called then
    occupation = models.CharField(max_length=12, blank=True)  # had or sought: a concept id; motesplats/occupations.py
    occupation_group = models.CharField(max_length=4, blank=True)  # its group, so that a query finds who knows it
    wants_woman = models.BooleanField(default=False)  # women are asked first; chat/offers.py
    wants_same_helper = models.BooleanField(default=False)  # as last time, if that volunteer is here

    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)  # place in the queue; kept when a claim lapses
    is_first_in_line = models.BooleanField(default=False)  # somebody left it, or a promise was broken
    answer_by = models.DateTimeField(_("promised"), null=True, blank=True)
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="helping",
        verbose_name=_("volunteer"),
    )
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    first_message_by = models.DateTimeField(null=True, blank=True)  # after it a silent claim lapses
    last_helper = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(_("done"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)  # retention counts from here

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(helper__isnull=False),
                name="active_has_a_helper",
            ),
            models.CheckConstraint(condition=~Q(state="waiting") | Q(helper=None), name="waiting_has_no_helper"),
            models.CheckConstraint(condition=Q(helper=None) | ~Q(helper=models.F("owner")), name="never_ones_own"),
        ]
        indexes = [
            models.Index(fields=["queued_at"], name="request_queue", condition=Q(state="waiting")),
            models.Index(fields=["state", "ended_at"], name="request_state"),
        ]

    def __str__(self):
        return f"{self.get_topic_display()} · {self.public_id}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.ACTIVE, self.State.ON_HOLD)
