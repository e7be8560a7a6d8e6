"""The short course for volunteers, who has read what of it, and how often somebody has practised a chat."""

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CoursePartQuerySet(models.QuerySet):
    def in_use(self) -> "CoursePartQuerySet":
        return self.filter(is_active=True)


class CoursePart(models.Model):
    """One part of the course, about five minutes. IM edits it: `title` to `answer` have a column per language."""

    key = models.SlugField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 of course.json, or None
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(
        _("text"),
        max_length=12000,
        help_text=_("An empty line begins a new paragraph. Begin a line with # for a heading, with - for a list."),
    )
    question = models.TextField(_("question at the end"), max_length=1000, blank=True)
    answer = models.TextField(_("the answer, explained"), max_length=2000, blank=True)
    version = models.PositiveSmallIntegerField(
        _("version"), default=1, help_text=_("Raise it when volunteers should read the part again.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CoursePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of the course")
        verbose_name_plural = _("parts of the course")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class CourseRead(models.Model):
    """A volunteer has read this version of a part."""

    volunteer = models.ForeignKey("volunteers.Volunteer", models.CASCADE, related_name="course_reads")
    part = models.ForeignKey(CoursePart, models.CASCADE, related_name="reads")
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["volunteer", "part", "version"], name="course_read_once")]

    def __str__(self):
        return f"{self.volunteer_id} · {self.part_id} · {self.version}"


def has_part_to_read() -> Exists:
    """For a query of volunteers: some part in use is not read, or was read before it was changed."""
    read = CourseRead.objects.filter(
        volunteer=OuterRef(OuterRef("pk")), part=OuterRef("pk"), version=OuterRef("version")
    )
    return Exists(CoursePart.objects.in_use().filter(~Exists(read)).order_by())


def is_ready() -> Q:
    """For a query of volunteers: those the course does not hold back from their first question."""
    return Q(must_read_course=False) | ~has_part_to_read()


def count_of_read() -> Coalesce:
    """For a query of volunteers: how many parts in use each has read as they are now."""
    read = CourseRead.objects.filter(volunteer=OuterRef("pk"), part__is_active=True, version=F("part__version"))
    counted = read.order_by().values("volunteer").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted), 0)


class Rehearsal(models.Model):
    """That somebody has practised a chat to its end, and how often. Nothing of what was written."""

    volunteer = models.OneToOneField("volunteers.Volunteer", models.CASCADE, related_name="rehearsal")
    times = models.PositiveIntegerField(default=0)
    practised_at = models.DateTimeField(null=True, blank=True)
    last_run = models.CharField(max_length=32, blank=True)  # so that an end sent twice counts once

    def __str__(self):
        return f"{self.volunteer_id} · {self.times}"
