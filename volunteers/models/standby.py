"""Volunteers and their shifts. A shift is two UTC instants; people see Europe/Stockholm."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.languages import CodesField, overlaps
from motesplats.models import Office, User, random_id
from motesplats.moments import say_span
from motesplats.topics import Topic
from volunteers.models.alerting import has_working_push
from volunteers.models.course import is_ready

SWITCH_LASTS = timedelta(hours=12)  # nobody stands on standby for ever because of one tap last week


def _in_shift(at: datetime) -> "BookingQuerySet":
    """For a query of volunteers: the seat each has now, unless they switched off since that shift began."""
    return (
        ShiftBooking.objects.booked()
        .filter(volunteer=OuterRef("pk"), shift__starts_at__lte=at, shift__ends_at__gt=at)
        .filter(Q(volunteer__switched_off_at=None) | Q(volunteer__switched_off_at__lt=F("shift__starts_at")))
    )


class VolunteerQuerySet(models.QuerySet):
    def approved(self) -> "VolunteerQuerySet":
        active = User.objects.filter(pk=OuterRef("user"), is_active=True)  # no join: conditional UPDATEs build on this
        return self.filter(Exists(active), state=Volunteer.State.APPROVED)

    def switched_here(self, at: datetime) -> "VolunteerQuerySet":
        """Whose switch says "here" at `at`, heard from or not.

        Switched on less than SWITCH_LASTS ago; or inside a booked shift and not switched off since that shift began.
        """
        return self.filter(Q(switched_on_at__gt=at - SWITCH_LASTS) | Exists(_in_shift(at)))

    def on_duty(self, at: datetime) -> "VolunteerQuerySet":
        """Who takes questions at `at`: approved (not paused), in a booked shift or switched on, heard from lately.

        Inside a shift a phone that notices reach counts as heard from: a locked phone is not absence.
        """
        in_pocket = Q(Exists(_in_shift(at))) & Q(has_working_push(at))
        heard_from = Q(heartbeat_at__gt=at - settings.PRESENCE_FRESH)
        return self.approved().switched_here(at).filter(heard_from | in_pocket)

    def ready(self) -> "VolunteerQuerySet":
        """Who may take a first question: the course is read, or they came before there was one."""
        return self.filter(is_ready())

    def fitting(self, *, languages: list[str], topic: str) -> "VolunteerQuerySet":
        """Who shares a readable language and takes the topic. No list of topics means every topic."""
        return self.filter(overlaps("languages", languages)).filter(Q(topics="") | overlaps("topics", [topic]))


class Volunteer(models.Model):
    """What a person is as a volunteer."""

    class State(models.TextChoices):
        APPLIED = "applied", _("has applied")
        APPROVED = "approved", _("approved")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    class Times(models.TextChoices):
        """When somebody usually could be here. It binds nobody; shifts do."""

        EVENINGS = "evenings", _("Evenings")
        NIGHTS = "nights", _("Nights")
        WEEKENDS = "weekends", _("Weekends")
        WEEKDAYS = "weekdays", _("Weekdays in the daytime")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="volunteer")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, verbose_name=_("office"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    languages = CodesField(_("languages"))
    topics = CodesField(_("topics"))
    motivation = models.TextField(_("why"), max_length=2000, blank=True)
    occupations = CodesField(_("occupations"))  # concept ids; motesplats/occupations.py
    occupation_groups = CodesField(editable=False)  # theirs, so that a query finds who has worked with the same
    gives_contacts = models.BooleanField(_("tells of contacts in the occupation"), default=False)
    times = CodesField(_("when"))
    places = CodesField(_("place"))
    is_woman = models.BooleanField(_("is a woman whom participants may wish for"), default=False)  # said by herself
    conduct_version = models.CharField(max_length=10, blank=True)  # which code of conduct was accepted last
    conduct_accepted_at = models.DateTimeField(_("accepted our rules"), null=True, blank=True)
    needs_extract = models.BooleanField(_("must show an extract"), default=False)
    applied_at = models.DateTimeField(_("applied"), default=timezone.now)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)  # retention counts from here
    switched_on_at = models.DateTimeField(null=True, blank=True)  # "Här nu" outside a booked shift; runs out by itself
    switched_off_at = models.DateTimeField(null=True, blank=True)  # "Inte här" inside one; the next shift forgets it
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    live_limit = models.PositiveSmallIntegerField(_("chats at once"), default=1)
    must_read_course = models.BooleanField(default=False)  # from the first approval until the first question
    feed_version = models.PositiveIntegerField(default=0)  # raised with each new calendar address
    feed_opened_at = models.DateTimeField(null=True, blank=True)  # None: no calendar address works

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")

    def __str__(self):
        return str(self.user)

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def may_learn(self) -> bool:
        """The course and the practice are open: approved, or on the way there."""
        return self.state not in (self.State.PAUSED, self.State.ENDED)


class ShiftQuerySet(models.QuerySet):
    def upcoming(self, at: datetime) -> "ShiftQuerySet":
        """Not over and not called off, soonest first."""
        return self.filter(ends_at__gt=at, called_off_at=None).order_by("starts_at", "pk")

    def for_everybody(self) -> "ShiftQuerySet":
        """Not a volunteer's own half hour."""
        return self.filter(is_personal=False)

    def booked_by(self, volunteer: Volunteer) -> "ShiftQuerySet":
        """Shifts in which this volunteer holds a seat."""
        return self.filter(bookings__volunteer=volunteer, bookings__cancelled_at=None)

    def with_own_seat(self, volunteer: Volunteer) -> "ShiftQuerySet":
        """Adds `is_own`: this volunteer holds a seat."""
        return self.annotate(
            is_own=Exists(ShiftBooking.objects.booked().filter(shift=OuterRef("pk"), volunteer=volunteer))
        )

    def with_own_offer(self, volunteer: Volunteer) -> "ShiftQuerySet":
        """Adds `is_offered`: this volunteer offers the own seat to others."""
        offered = ShiftBooking.objects.booked().filter(shift=OuterRef("pk"), volunteer=volunteer)
        return self.annotate(is_offered=Exists(offered.filter(offered_at__isnull=False)))

    def with_offered(self) -> "ShiftQuerySet":
        """Adds `is_offered`: somebody's seat may be taken over."""
        offered = ShiftBooking.objects.booked().filter(shift=OuterRef("pk"), offered_at__isnull=False)
        return self.annotate(is_offered=Exists(offered))

    def with_booked(self) -> "ShiftQuerySet":
        """Adds `booked`: how many seats are taken."""
        return self.annotate(booked=models.Count("bookings", filter=Q(bookings__cancelled_at=None)))

    def with_room(self) -> "ShiftQuerySet":
        """A seat is free, or somebody's may be taken over; needs with_booked() and with_offered()."""
        return self.filter(Q(booked__lt=F("seats")) | Q(is_offered=True))


class Shift(models.Model):
    """Hours that somebody should be on standby. `starts_at` and `ends_at` are instants, so DST nights are right."""

    class Place(models.TextChoices):
        ONLINE = "online", _("online")
        OFFICE = "office", _("at the office")

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name=_("office"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    seats = models.PositiveSmallIntegerField(_("seats"), default=2)
    topics = CodesField(_("topics"))  # none: every topic
    languages = CodesField(_("languages"))  # none: every language
    place = models.CharField(_("place"), max_length=8, choices=Place, default=Place.ONLINE)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)  # by staff; its seats are given back
    rule = models.ForeignKey("volunteers.ShiftRule", models.SET_NULL, null=True, editable=False, related_name="shifts")
    rule_day = models.DateField(null=True, editable=False)  # which day of the rule; it starts that day in Sweden
    follows_rule = models.BooleanField(default=False, editable=False)  # False once staff changed this one by hand
    is_personal = models.BooleanField(
        default=False, editable=False
    )  # a volunteer's own half hour: never offered to others
    sequence = models.PositiveIntegerField(default=0, editable=False)  # raised by each change, for calendars (RFC 5545)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_forward"),
            models.UniqueConstraint(fields=["rule", "rule_day"], name="shift_once_per_rule_day"),
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shift_time")]

    def __str__(self):
        return self.span

    def can_be_changed(self, at: datetime) -> bool:
        """Not over and not called off."""
        return self.called_off_at is None and self.ends_at > at

    def fits(self, volunteer: Volunteer) -> bool:
        """The volunteer reads a language and takes a topic that the shift is for. No list means all of them."""
        reads = not self.languages or bool(set(self.languages) & set(volunteer.languages))
        return reads and (not self.topics or not volunteer.topics or bool(set(self.topics) & set(volunteer.topics)))

    @property
    def hours(self) -> int | float:
        """How long it really is: counted between instants, so 22-06 is nine hours one night in October."""
        hours = (self.ends_at.astimezone(UTC) - self.starts_at.astimezone(UTC)).total_seconds() / 3600
        return int(hours) if hours.is_integer() else round(hours, 1)

    @property
    def span(self) -> str:
        """'tisdag 24 november kl. 18.00–22.00', with both days when it passes midnight."""
        return say_span(self.starts_at, self.ends_at)

    @property
    def topic_names(self) -> list[str]:
        """What the shift is for, in words; [] when it is for everything."""
        return [str(Topic(code).label) for code in self.topics if code in Topic.values]

    def free_seats(self) -> int:
        """Seats left; needs with_booked()."""
        return max(0, self.seats - self.booked)


class BookingQuerySet(models.QuerySet):
    def booked(self) -> "BookingQuerySet":
        return self.filter(cancelled_at=None)


class ShiftBooking(models.Model):
    """A volunteer's seat in a shift. Cancelled bookings stay, for the history."""

    class Cause(models.TextChoices):
        """Why a seat was given back."""

        OWN = "own", _("cannot come")
        SILENCE = "silence", _("did not answer")
        SWAPPED = "swapped", _("taken over by another")
        STAFF = "staff", _("called off by IM")

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="bookings")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="bookings", verbose_name=_("volunteer"))
    booked_at = models.DateTimeField(_("booked"), default=timezone.now)
    cancelled_at = models.DateTimeField(_("given back"), null=True, blank=True)
    cancel_reason = models.CharField(_("why not"), max_length=200, blank=True)
    cancel_cause = models.CharField(_("how"), max_length=8, choices=Cause, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)  # another may take the seat over; mine until then
    kept_at = models.DateTimeField(null=True, blank=True)  # the weekly shift changed, and the volunteer keeps this one
    reminded_at = models.DateTimeField(null=True, blank=True)  # the day before
    reminded_soon_at = models.DateTimeField(null=True, blank=True)  # the hour before
    asked_at = models.DateTimeField(null=True, blank=True)  # not seen in the shift: "Can you join?"
    answered_at = models.DateTimeField(null=True, blank=True)  # said yes to that

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(cancelled_at=None), name="booking_once_per_shift"
            )
        ]

    def __str__(self):
        return f"{self.volunteer} · {self.shift}"
