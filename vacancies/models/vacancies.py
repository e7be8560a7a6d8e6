"""Ads: jobs, internships and what else an employer offers."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats import municipalities, occupations
from motesplats.languages import CodesField
from motesplats.models import random_id
from vacancies.models.employers import Employer


class Kind(models.TextChoices):
    """What is offered; the value stands in addresses."""

    JOB = "jobb", _("job")
    INTERNSHIP = "praktik", _("internship")
    SUMMER = "sommarjobb", _("summer job")
    TRY_OUT = "prova", _("try-out day")
    SUBSIDISED = "stod", _("job with support from the state")
    VOLUNTARY = "ideellt", _("voluntary work")


class Extent(models.TextChoices):
    FULL = "heltid", _("full time")
    PART = "deltid", _("part time")
    HOURLY = "timmar", _("by the hour")


class Duration(models.TextChoices):
    PERMANENT = "tillsvidare", _("until further notice")
    LONG = "lang", _("6 months or longer")
    SHORT = "kort", _("shorter than 6 months")
    TRIAL = "prov", _("trial employment")


class Pay(models.TextChoices):
    """How it is paid. The sum, if any, stands in `pay_said`."""

    AGREEMENT = "avtal", _("pay by collective agreement")
    STATED = "lon", _("pay as written here")
    NONE = "ingen", _("no pay from the employer")


class Swedish(models.TextChoices):
    """How much Swedish is needed, from nothing to much. The value stands in addresses."""

    NONE = "ingen", _("Swedish is not needed")
    SFI_B = "sfi-b", _("a little Swedish (SFI B)")
    SFI_C = "sfi-c", _("some Swedish (SFI C)")
    SFI_D = "sfi-d", _("quite good Swedish (SFI D)")
    GOOD = "god", _("good Swedish, spoken and written")

    @property
    def in_daily_life(self) -> str:
        """What that level means, in words to the one who reads the ad."""
        return _IN_DAILY_LIFE[self]


_IN_DAILY_LIFE = {
    Swedish.NONE: _("You do not need to know any Swedish."),
    Swedish.SFI_B: _("You understand short, simple words. You can say a little about yourself."),
    Swedish.SFI_C: _("You understand when somebody speaks slowly. You can read short texts."),
    Swedish.SFI_D: _("You can talk with colleagues and write short messages."),
    Swedish.GOOD: _("You speak and write well in Swedish."),
}


class Licence(models.TextChoices):
    AM = "am", _("AM, moped")
    B = "b", _("B, car")
    C = "c", _("C, lorry")
    D = "d", _("D, bus")
    OTHER = "annat", _("another licence")


class VacancyQuerySet(models.QuerySet):
    def shown(self, on: date | None = None) -> "VacancyQuerySet":
        """What everybody may read on that day (today when none is named): published, not hidden, not too late."""
        day = on or timezone.localdate()
        return self.filter(
            state=Vacancy.State.PUBLISHED, hidden_at=None, last_day__gte=day, employer__state=Employer.State.APPROVED
        )

    def of_member(self, user) -> "VacancyQuerySet":
        """The ads of the employers that this person speaks for."""
        return self.filter(employer__members__user_id=user.pk)


class Vacancy(models.Model):
    """An ad. Draft -> review -> published -> ended; each move is a function in publishing.py."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("IM reads it")
        PUBLISHED = "published", _("is shown")
        ENDED = "ended", _("ended")

    class Outcome(models.TextChoices):
        HIRED = "hired", _("we employed somebody")
        INTERN = "intern", _("somebody came as an intern")
        NOBODY = "nobody", _("nobody yet")

    public_id = models.CharField(max_length=24, unique=True, default=random_id, editable=False)
    employer = models.ForeignKey(Employer, models.CASCADE, related_name="vacancies", verbose_name=_("employer"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    # what publishing.missing() asks for before IM reads it, and what belongs to it
    kind = models.CharField(_("what you offer"), max_length=10, choices=Kind, blank=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    municipality = models.CharField(_("municipality"), max_length=4, blank=True)  # its code; the first two: the region
    tasks = models.TextField(_("what the person does"), max_length=4000, blank=True)
    extent = models.CharField(_("working time"), max_length=6, choices=Extent, blank=True)
    hours_said = models.CharField(_("hours and days"), max_length=200, blank=True)
    pay = models.CharField(_("pay"), max_length=5, choices=Pay, blank=True)
    pay_said = models.CharField(_("how much, before tax"), max_length=200, blank=True)
    swedish = models.CharField(_("Swedish that is needed"), max_length=5, choices=Swedish, blank=True)
    last_day = models.DateField(_("last day to apply"), null=True, blank=True)
    apply_email = models.EmailField(_("email address to apply to"), blank=True)
    apply_phone = models.CharField(_("phone number to call"), max_length=30, blank=True)
    apply_url = models.URLField(_("page to apply on"), max_length=500, blank=True)
    apply_said = models.CharField(_("how to apply, in words"), max_length=300, blank=True)
    # "fill in later if you like"
    is_remote = models.BooleanField(_("can be done from home"), default=False)
    workplace = models.CharField(_("address of the workplace"), max_length=120, blank=True)
    occupation = models.CharField(_("occupation"), max_length=occupations.ID_LENGTH, blank=True)
    occupation_group = models.CharField(max_length=occupations.GROUP_LENGTH, blank=True, editable=False)
    duration = models.CharField(_("how long"), max_length=11, choices=Duration, blank=True)
    duration_said = models.CharField(_("how long, in words"), max_length=100, blank=True)
    starts_said = models.CharField(_("when it begins"), max_length=100, blank=True)
    places = models.PositiveSmallIntegerField(_("number of places"), default=1, validators=[MaxValueValidator(500)])
    experience_said = models.CharField(_("what one needs to know before"), max_length=500, blank=True)
    english_works = models.BooleanField(_("English is fine at work"), default=False)
    has_language_support = models.BooleanField(_("help with the language is included"), default=False)
    licences = CodesField(_("driving licence"), max_length=40)
    needs_extract = models.BooleanField(_("extract from the criminal record"), default=False)
    supervisor = models.CharField(_("supervisor"), max_length=80, blank=True)
    agreement = models.CharField(_("collective agreement"), max_length=120, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=80, blank=True)
    contact_phone = models.CharField(_("direct phone number"), max_length=30, blank=True)
    # what happens to it
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    flags = CodesField(_("look at this"), editable=False)  # codes of red_flags.py: they suggest, they never decide
    note = models.CharField(_("what IM wants changed"), max_length=500, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("sent to IM"), null=True, editable=False)
    answer_by = models.DateTimeField(_("IM answers by"), null=True, editable=False)
    published_at = models.DateTimeField(_("shown since"), null=True, editable=False)
    hidden_at = models.DateTimeField(_("hidden since"), null=True, editable=False)  # reported as serious; IM looks
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)  # that its last day comes near
    outcome = models.CharField(_("how it went"), max_length=6, choices=Outcome, blank=True, editable=False)
    opened = models.PositiveIntegerField(_("times opened"), default=0, editable=False)  # figures.py
    asked = models.PositiveIntegerField(_("questions about it"), default=0, editable=False)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("ad")
        verbose_name_plural = _("ads")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, last_day__isnull=False),
                name="vacancy_published_has_days",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="vacancy_list", condition=Q(state="published")),
            models.Index(
                fields=["municipality", "-published_at"], name="vacancy_place", condition=Q(state="published")
            ),
            models.Index(fields=["state", "answer_by"], name="vacancy_queue"),
            models.Index(fields=["last_day"], name="vacancy_last_day", condition=Q(state="published")),
        ]

    def __str__(self):
        return self.title or self.public_id

    @property
    def is_shown(self) -> bool:
        """True while everybody may read it. Reads the employer."""
        return (
            self.state == Vacancy.State.PUBLISHED
            and self.hidden_at is None
            and self.last_day >= timezone.localdate()
            and self.employer.state == Employer.State.APPROVED
        )

    @property
    def days_shown(self) -> int:
        """On how many days people could read it, as it was published last: 1 on the first."""
        if self.published_at is None:
            return 0
        last = timezone.localdate(self.ended_at) if self.ended_at else timezone.localdate()
        return (last - timezone.localdate(self.published_at)).days + 1

    @property
    def needs_consent_of_af(self) -> bool:
        """Arbetsförmedlingen decides first: internships and try-outs (domain.md §10)."""
        return self.kind in (Kind.INTERNSHIP, Kind.TRY_OUT)

    @property
    def swedish_in_daily_life(self) -> str:
        """What the level of Swedish means, "" when none is given."""
        return Swedish(self.swedish).in_daily_life if self.swedish else ""

    @property
    def licence_names(self) -> list[str]:
        """The driving licences in words."""
        return [str(Licence(code).label) for code in self.licences if code in Licence.values]

    @property
    def town(self) -> str:
        """The municipality's name, "" when none is given."""
        return municipalities.name_of(self.municipality)

    @property
    def occupation_label(self) -> str:
        """The occupation in Swedish, "" when none is given."""
        return occupations.label_of(self.occupation)


class VacancyApproval(models.Model):
    """One member of staff says yes to an ad as it was sent. Two are needed when something was flagged."""

    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    submitted_at = models.DateTimeField()  # of the ad they said yes to
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "by", "submitted_at"], name="vacancy_approved_once_each")
        ]

    def __str__(self):
        return f"{self.vacancy_id}:{self.by_id}"
