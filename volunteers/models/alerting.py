"""How a volunteer wants to be told that somebody waits, and on which devices."""

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.models import random_id
from motesplats.moments import local

WORKED_WITHIN = timedelta(days=7)


class AlertWishQuerySet(models.QuerySet):
    def awake(self, at: datetime) -> "AlertWishQuerySet":
        """Who wants to be told at `at`: "Skicka notis" is chosen, and these are not their quiet hours.

        Quiet hours are times on a clock in Sweden; they may pass midnight. The same time twice means none.
        """
        clock = local(at).time()
        by_day = Q(quiet_from__lt=F("quiet_until"), quiet_from__lte=clock, quiet_until__gt=clock)
        over_night = Q(quiet_from__gt=F("quiet_until")) & (Q(quiet_from__lte=clock) | Q(quiet_until__gt=clock))
        return self.filter(is_on=True).exclude(by_day | over_night)


class AlertWish(models.Model):
    """The third word of the switch, and when it keeps quiet. Nobody has a row before choosing it once."""

    volunteer = models.OneToOneField("volunteers.Volunteer", models.CASCADE, related_name="alert_wish")
    is_on = models.BooleanField(default=False)
    quiet_from = models.TimeField(_("quiet from"), default=time(22))
    quiet_until = models.TimeField(_("quiet until"), default=time(7))

    objects = AlertWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for alerts")
        verbose_name_plural = _("wishes for alerts")

    def __str__(self):
        return str(self.volunteer)


class PushSubscriptionQuerySet(models.QuerySet):
    def working(self, at: datetime) -> "PushSubscriptionQuerySet":
        """The push service took something for it within a week, so the phone in the pocket can be reached."""
        return self.filter(worked_at__gt=at - WORKED_WITHIN)


class PushSubscription(models.Model):
    """A browser that may show notices when no page of ours is open (RFC 8030). Its address is a secret."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    volunteer = models.ForeignKey("volunteers.Volunteer", models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)  # the browser's public key, base64url
    auth = models.CharField(max_length=32)  # the browser's shared secret, base64url
    device = models.CharField(_("device"), max_length=60, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    worked_at = models.DateTimeField(_("worked"), null=True, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("device for notices")
        verbose_name_plural = _("devices for notices")
        ordering = ["added_at", "pk"]

    def __str__(self):
        return self.device or self.public_id


def has_working_push(at: datetime) -> Exists:
    """For a query of volunteers: one of their devices can be reached."""
    return Exists(PushSubscription.objects.working(at).filter(volunteer=OuterRef("pk")))
