"""Floor 0: people, offices, the audit trail, the outbox, reports, heartbeats. Knows no other app."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def random_id() -> str:
    """A public id: 16 URL-safe characters, 96 random bits, never a row number."""
    return secrets.token_urlsafe(12)


class UserManager(BaseUserManager):
    def create_user(
        self, email: str | None = None, *, display_name: str = "", language: str = "sv", **fields
    ) -> "User":
        """Make an account without a password: people log in with a code by e-mail.

        Without `email` it is a shell: somebody who asked and has not confirmed an address yet.
        """
        user = self.model(
            email=self.normalize_email(email).lower() if email else None,
            display_name=display_name,
            language=language,
            **fields,
        )
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.create_user(email, is_staff=True, is_superuser=True, **fields)
        if password:
            user.set_password(password)
            user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One account may be deltagare, volontär, arbetsgivare and medarbetare at once."""

    email = models.EmailField(_("email address"), unique=True, null=True, blank=True)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=8, default="sv")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(_("works at IM"), default=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=Q(email__isnull=True) | ~Q(email=""), name="user_email_null_not_empty"),
        ]

    def __str__(self):
        return self.display_name or self.email or f"#{self.pk}"

    def clean(self):
        super().clean()
        self.email = (self.email or "").lower() or None

    def save(self, *args, **kwargs):
        self.email = (self.email or "").lower() or None  # allauth writes "" where it means none
        super().save(*args, **kwargs)

    @property
    def is_shell(self) -> bool:
        """True while nobody has proved that an address belongs to this person."""
        return self.email is None


class OfficeQuerySet(models.QuerySet):
    def default(self) -> "Office | None":
        """The office that takes questions when nothing says otherwise: the first open one."""
        return self.filter(is_open=True).order_by("pk").first()


class Office(models.Model):
    """An IM office. Its staffed hours are the promise of last resort (design §4)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_open = models.BooleanField(_("takes questions"), default=True)
    email = models.EmailField(_("email address for notices"), blank=True)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
        limit_choices_to={"is_staff": True},
        help_text=_("Gets the notices too."),
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self):
        return self.name


class Weekday(models.IntegerChoices):
    """ISO weekdays."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class OfficeHours(models.Model):
    """When somebody at the office reads questions. Wall time in Europe/Stockholm."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("staffed hours")
        verbose_name_plural = _("staffed hours")
        ordering = ["weekday", "opens"]
        constraints = [models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="office_hours_forward")]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H.%M}–{self.closes:%H.%M}"


class ClosedPeriod(models.Model):
    """Days an office is closed, both ends included."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="closed_periods")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="closed_period_forward")
        ]

    def __str__(self):
        return f"{self.first_day} – {self.last_day}"


class AuditEntry(models.Model):
    """Who did what to which thing. Plain integers and ids, never text people wrote. Sealed into a hash chain later."""

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True, blank=True)  # no foreign key: outlives the person
    action = models.CharField(_("event"), max_length=60)
    about_kind = models.CharField(_("kind of thing"), max_length=30)
    about_id = models.CharField(_("which one"), max_length=64)
    data = models.JSONField(_("facts"), default=dict, blank=True)
    seal = models.CharField(_("seal"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["about_kind", "about_id"], name="audit_about"),
            models.Index(fields=["id"], name="audit_unsealed", condition=Q(seal="")),
        ]

    def __str__(self):
        return f"{self.action} {self.about_kind} {self.about_id}"


class OutboxMail(models.Model):
    """One mail that must leave once. Rendered when sent; holds ids, no text (design §7)."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNWANTED = "unwanted", _("no longer needed")
        DEAD = "dead", _("given up")

    kind = models.CharField(_("kind"), max_length=40)
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    to_email = models.EmailField(_("recipient"), blank=True, help_text=_("Only where there is no account."))
    language = models.CharField(_("language"), max_length=8, default="sv")
    data = models.JSONField(default=dict)
    sealed_body = models.BinaryField(null=True, editable=False)  # encrypted mail of EMAIL_BACKEND, emptied when sent
    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    next_at = models.DateTimeField(_("next try"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("outbox")
        indexes = [
            models.Index(fields=["created_at"], name="outbox_waiting", condition=Q(state__in=["pending", "sending"])),
        ]

    def __str__(self):
        return f"{self.kind} #{self.pk}"


class MailChoice(models.Model):
    """What somebody wants by mail. Who never chose has no row: mails without text, as a digest."""

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DIGEST = "digest", _("a few minutes later, together")
        EVENING = "evening", _("in the evening")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="mail_choice")
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.DIGEST)
    text_since = models.DateTimeField(null=True, blank=True)  # chose the words of the chat in the mail; None: without
    stopped_at = models.DateTimeField(null=True, blank=True)  # only necessary mails since then

    class Meta:
        verbose_name = _("choice of mails")
        verbose_name_plural = _("choices of mails")

    def __str__(self):
        return f"{self.user_id}"


class OutboxPace(models.Model):
    """One row: up to when the mails that may leave are used up (motesplats/mail_pace.py)."""

    used_until = models.DateTimeField()

    def __str__(self):
        return f"{self.used_until:%H:%M:%S}"


class Report(models.Model):
    """Somebody says that something is wrong. Staff answer; `about_*` names the thing without a foreign key."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    about_kind = models.CharField(_("kind of thing"), max_length=30, blank=True)
    about_id = models.CharField(_("which one"), max_length=64, blank=True)
    title = models.CharField(_("about"), max_length=120, blank=True)
    text = models.TextField(_("what is wrong"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("came"), default=timezone.now)
    answer_by = models.DateTimeField(_("promised"), null=True, blank=True)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self):
        return self.title or self.public_id


class PosterPlace(models.Model):
    """A place where a poster hangs. `tag` stands in its address; nobody keeps who made it."""

    tag = models.SlugField(_("tag"), max_length=30, unique=True)
    name = models.CharField(_("place"), max_length=80)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("place of a poster")
        verbose_name_plural = _("places of posters")

    def __str__(self):
        return self.name


class SourceVisit(models.Model):
    """How many came by the poster of a place on one day in Sweden, and how many of them asked."""

    place = models.ForeignKey(PosterPlace, models.CASCADE, related_name="days")
    day = models.DateField()
    visits = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("visits by a poster")
        verbose_name_plural = _("visits by posters")
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="source_visit_once_a_day")]

    def __str__(self):
        return f"{self.place_id} {self.day}"


class Heartbeat(models.Model):
    """The last sign of life of a background process: `worker`, `beat`."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.at
