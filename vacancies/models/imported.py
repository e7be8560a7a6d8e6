"""Ads that come from Platsbanken: a copy without people's names and numbers, kept apart from our own (exchange.py)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats import municipalities, occupations
from vacancies import platsbanken
from vacancies.jobtech_fields import FIELDS, ID_LENGTH


class ImportedAdQuerySet(models.QuerySet):
    def readable(self, at: datetime | None = None) -> "ImportedAdQuerySet":
        """Those that are still to be applied for: fetched, not removed, not too late."""
        now = at or timezone.now()
        return self.filter(Q(deadline=None) | Q(deadline__gte=now), fetched_at__isnull=False, removed_at=None)

    def shown(self, at: datetime | None = None) -> "ImportedAdQuerySet":
        """Those of the list: what staff have chosen, not what somebody pasted an address of."""
        return self.readable(at).filter(is_listed=True)


class ImportedAd(models.Model):
    """One ad of Platsbanken, in plain text. IM has not looked at it."""

    source_id = models.CharField(max_length=20, unique=True)  # theirs
    headline = models.CharField(_("title"), max_length=200, blank=True)
    employer = models.CharField(_("employer"), max_length=160, blank=True)
    municipality = models.CharField(_("municipality"), max_length=4, blank=True)  # its code
    occupation = models.CharField(_("occupation"), max_length=occupations.ID_LENGTH, blank=True)
    occupation_group = models.CharField(max_length=occupations.GROUP_LENGTH, blank=True)
    occupation_field = models.CharField(max_length=ID_LENGTH, blank=True)
    text = models.TextField(blank=True)
    hours_said = models.CharField(max_length=60, blank=True)
    duration_said = models.CharField(max_length=60, blank=True)
    licences_said = models.CharField(max_length=60, blank=True)
    languages_said = models.CharField(max_length=120, blank=True)
    needs_experience = models.BooleanField(null=True)
    url = models.URLField(max_length=300, blank=True)
    deadline = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)  # their timestamp: milliseconds since 1970
    removed_at = models.DateTimeField(null=True)
    is_listed = models.BooleanField(default=False)  # fits what staff have chosen
    seen_run = models.PositiveIntegerField(default=0)  # in which whole copy it was seen last
    fetched_at = models.DateTimeField(null=True)  # None: somebody pasted its address; it is asked for soon
    tries = models.PositiveSmallIntegerField(default=0)  # at that
    made_at = models.DateTimeField(default=timezone.now)

    objects = ImportedAdQuerySet.as_manager()

    class Meta:
        verbose_name = _("ad from Platsbanken")
        verbose_name_plural = _("ads from Platsbanken")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="imported_list",
                condition=Q(is_listed=True, removed_at=None),
            ),
            models.Index(fields=["tries", "id"], name="imported_wished", condition=Q(fetched_at=None)),
        ]

    def __str__(self):
        return self.headline or self.source_id

    @property
    def town(self) -> str:
        """The municipality's name, "" when none is given."""
        return municipalities.name_of(self.municipality)

    @property
    def occupation_label(self) -> str:
        """The occupation in Swedish, "" when none is known."""
        return occupations.label_of(self.occupation)

    @property
    def about_id(self) -> str:
        """What a question about it keeps: "pb-28746073"."""
        return platsbanken.about_id(self.source_id)


class ImportChoice(models.Model):
    """What staff want from Platsbanken: a field or an occupation, in a municipality. What is empty is everything."""

    field = models.CharField(_("field of work"), max_length=ID_LENGTH, choices=FIELDS, blank=True)
    occupation = models.CharField(_("occupation"), max_length=occupations.ID_LENGTH, blank=True)  # means its group
    municipality = models.CharField(_("municipality"), max_length=4, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("choice of ads from Platsbanken")
        verbose_name_plural = _("choices of ads from Platsbanken")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["field", "occupation", "municipality"], name="import_choice_once"),
            models.CheckConstraint(
                condition=~Q(field="", occupation="", municipality=""), name="import_choice_says_something"
            ),
        ]

    def __str__(self):
        town, occupation = municipalities.by_code(self.municipality), occupations.by_id(self.occupation)
        said = [self.get_field_display() if self.field else "", str(occupation or ""), str(town or "")]
        return " · ".join(word for word in said if word)


class ImportState(models.Model):
    """How far the copy has come. One row; written in the transaction of each batch (exchange.py)."""

    class Phase(models.TextChoices):
        SNAPSHOT = "snapshot", _("fetching everything")
        STREAM = "stream", _("following changes")

    name = models.CharField(max_length=20, unique=True, default="jobstream")
    phase = models.CharField(_("what it does"), max_length=8, choices=Phase, default=Phase.SNAPSHOT)
    choices_key = models.CharField(max_length=40, blank=True)  # of which choices it is a copy
    run = models.PositiveIntegerField(default=0)  # number of the whole copy
    etag = models.CharField(max_length=200, blank=True)  # of the whole copy that was being read
    done = models.PositiveIntegerField(_("ads read"), default=0)  # of this answer, bad ones too
    since = models.DateTimeField(_("changes since"), null=True)  # the next question to the stream
    asking_at = models.DateTimeField(null=True)  # when the answer that is being read was asked for
    token = models.CharField(max_length=24, blank=True)  # whoever imports now
    alive_at = models.DateTimeField(_("last sign of life"), null=True)
    bad = models.PositiveIntegerField(_("lines that could not be read"), default=0)  # by the latest import
    problem = models.CharField(_("problem"), max_length=60, blank=True)
    finished_at = models.DateTimeField(_("last whole answer"), null=True)

    class Meta:
        verbose_name = _("import from Platsbanken")
        verbose_name_plural = _("import from Platsbanken")

    def __str__(self):
        return self.get_phase_display()
