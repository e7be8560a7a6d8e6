"""Shifts that come back every week, and who has them every week."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.languages import CodesField
from motesplats.models import Office, Weekday, random_id
from motesplats.moments import time_pattern
from volunteers.models.standby import Shift, Volunteer


class ShiftRuleQuerySet(models.QuerySet):
    def running(self) -> "ShiftRuleQuerySet":
        """Not ended by staff; the last day may have passed."""
        return self.filter(ended_at=None)

    def with_standing(self) -> "ShiftRuleQuerySet":
        """Adds `taken_every_week`: how many have this shift every week."""
        return self.annotate(taken_every_week=models.Count("standing", filter=Q(standing__ended_at=None)))


class ShiftRule(models.Model):
    """The same hours every week, on a clock in Sweden. `closes` not after `opens` lies on the next morning."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name=_("office"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), default=2, validators=[MinValueValidator(1)])
    topics = CodesField(_("topics"))
    languages = CodesField(_("languages"))
    place = models.CharField(_("place"), max_length=8, choices=Shift.Place, default=Shift.Place.ONLINE)
    on_holidays = models.BooleanField(_("also on public holidays"), default=False)
    days_off = models.JSONField(_("days without this shift"), default=list, blank=True)  # ISO dates
    changed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ShiftRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly shift")
        verbose_name_plural = _("weekly shifts")
        ordering = ["weekday", "opens", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="shift_rule_forward"
            )
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H.%M}–{self.closes:%H.%M}"

    @property
    def span(self) -> str:
        """'tisdag 18.00–21.00', in the words of the page."""
        opens, closes = (
            time_pattern() % {"hour": f"{at:%H}", "minute": f"{at:%M}"} for at in (self.opens, self.closes)
        )
        return f"{self.get_weekday_display()} {opens}–{closes}"

    @property
    def standing_seats(self) -> int:
        """How many may have this shift every week: at most half of the seats."""
        return self.seats // 2


class StandingBookingQuerySet(models.QuerySet):
    def kept(self) -> "StandingBookingQuerySet":
        return self.filter(ended_at=None)


class StandingBooking(models.Model):
    """A volunteer's seat in every shift of a rule ("mina tisdagar"), until given up."""

    rule = models.ForeignKey(ShiftRule, models.CASCADE, related_name="standing")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="standing")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = StandingBookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing booking")
        verbose_name_plural = _("standing bookings")
        constraints = [
            models.UniqueConstraint(fields=["rule", "volunteer"], condition=Q(ended_at=None), name="standing_once")
        ]

    def __str__(self):
        return f"{self.volunteer} · {self.rule}"
