"""Tips and examples: categories, resources, what is derived from them for each language, and reading lists.

Only publishing.py writes here (and content.py, through it).
"""

from datetime import date

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from motesplats.languages import CodesField, overlaps
from motesplats.models import Office, random_id
from motesplats.topics import Topic

web_address = URLValidator(schemes=["https", "http"], message=_("Write the whole address, with https:// first."))
safe_address = URLValidator(schemes=["https"], message=_("Write the whole address, with https:// first."))


class Level(models.TextChoices):
    """How hard the text is; the value stands in addresses."""

    EASY = "latt", _("easy")
    MEDIUM = "medel", _("medium")
    HARD = "svar", _("hard")


class Answer(models.TextChoices):
    """What came of asking an address whether it answers (link_check.py)."""

    WORKS = "works", _("works")
    MOVED = "moved", _("leads to another page")
    UNSURE = "unsure", _("does not answer machines; open it yourself")
    NOT_ASKED = "not_asked", _("is not looked at: it begins with http://")
    GONE = "gone", _("the page is gone")
    BROKEN = "broken", _("the page is broken")
    SILENT = "silent", _("nobody answers")
    NO_HOST = "no_host", _("there is no such address")
    UNSAFE = "unsafe", _("the connection is not safe")
    NOT_ALLOWED = "not_allowed", _("not a public page")


FAILING = {Answer.GONE, Answer.BROKEN, Answer.SILENT, Answer.NO_HOST, Answer.UNSAFE, Answer.NOT_ALLOWED}


class Category(models.Model):
    """A need: what somebody comes for. `topic`: what a question from its pages is about."""

    key = models.SlugField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 of content/, or None
    slug = models.SlugField(_("name in the address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category of tips")
        verbose_name_plural = _("categories of tips")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class ResourceQuerySet(models.QuerySet):
    def published(self, on: date | None = None) -> "ResourceQuerySet":
        """What everybody may read on that day, today when none is named."""
        day = on or timezone.localdate()
        shown = self.filter(state=Resource.State.PUBLISHED, category__is_active=True)
        if settings.LINK_CHECK:  # without it nobody would notice that a page is back
            shown = shown.filter(is_reachable=True)
        return shown.filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def in_language(self, code: str) -> "ResourceQuerySet":
        """Those that can be read in that language."""
        return self.filter(overlaps("languages", [code]))

    def for_office(self, office: Office) -> "ResourceQuerySet":
        """Those for people near that office: its own, and those for everybody."""
        named = Resource.offices.through.objects.filter(resource=OuterRef("pk"))
        return self.filter(Exists(named.filter(office=office)) | ~Exists(named))


class Resource(models.Model):
    """A link, an example document or an article of our own. Title, description, body and address: one a language."""

    class Kind(models.TextChoices):
        LINK = "link", _("link")
        EXAMPLE = "example", _("example")
        ARTICLE = "article", _("text")

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        PUBLISHED = "published", _("is shown")
        HIDDEN = "hidden", _("is not shown")

    key = models.SlugField(max_length=60, unique=True, null=True, editable=False)  # noqa: DJ001 of content/, or None
    slug = models.SlugField(_("name in the address"), max_length=60, unique=True, default=random_id)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    category = models.ForeignKey(Category, models.PROTECT, related_name="resources", verbose_name=_("category"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.HIDDEN)
    title = models.CharField(_("title"), max_length=120)
    description = models.CharField(_("description"), max_length=300, blank=True)
    body = models.TextField(_("text"), max_length=20_000, blank=True, help_text=_("Markdown: ## heading, - list."))
    url = models.URLField(_("web address"), max_length=500, blank=True, validators=[web_address])
    publisher = models.CharField(_("publisher"), max_length=80, blank=True)
    tags = models.CharField(_("search words"), max_length=300, blank=True, help_text=_("With commas between."))
    languages = CodesField(_("languages to read it in"))
    offices = models.ManyToManyField(Office, blank=True, verbose_name=_("offices"), related_name="+")
    valid_until = models.DateField(_("is shown until"), null=True, blank=True)
    level_said = models.CharField(_("how hard, if you know"), max_length=5, choices=Level, blank=True)
    lix = models.PositiveSmallIntegerField(null=True, editable=False)  # of the Swedish text
    level = models.CharField(_("how hard"), max_length=5, choices=Level, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("suggested by"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("shown since"), null=True, editable=False)
    dead = CodesField(_("links that do not work"), editable=False)  # languages whose address has failed too often
    is_reachable = models.BooleanField(default=True, editable=False)  # False: a link, and every address of it is dead
    helped = models.PositiveIntegerField(_("helped"), default=0, editable=False)
    helped_not = models.PositiveIntegerField(_("did not help"), default=0, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("tip or example")
        verbose_name_plural = _("tips and examples")
        ordering = ["category__position", "position", "pk"]
        indexes = [
            models.Index(fields=["state", "category", "position"], name="resource_list"),
            models.Index(fields=["-published_at"], name="resource_new", condition=Q(state="published")),
        ]

    def __str__(self):
        return self.title


class LinkState(models.Model):
    """How an address was found when it was asked: of a resource in one language, or of a partner (language "").

    An address inside the texts of a resource (`in_text`) has one row, whichever languages hold it (language ""). A new
    address has a new row.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, null=True, related_name="links")
    partner = models.ForeignKey("Partner", models.CASCADE, null=True, related_name="links")
    language = models.CharField(_("language"), max_length=8, blank=True)
    url = models.URLField(_("web address"), max_length=500)
    in_text = models.BooleanField(_("in the text"), default=False)
    answer = models.CharField(_("what we found"), max_length=11, choices=Answer, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True)  # of HTTP
    leads_to = models.CharField(_("leads to"), max_length=255, blank=True)  # another host
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    checked_at = models.DateTimeField(_("looked at"), null=True)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)  # when it is asked next; also the lease

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["resource", "language"], name="link_once", condition=Q(in_text=False)),
            models.UniqueConstraint(fields=["resource", "url"], name="link_in_text_once", condition=Q(in_text=True)),
            models.UniqueConstraint(fields=["partner"], name="link_of_partner_once"),
            models.CheckConstraint(
                condition=Q(resource=None, partner__isnull=False) | Q(resource__isnull=False, partner=None),
                name="link_has_one_owner",
            ),
        ]

    def __str__(self):
        return f"{self.resource_id or self.partner_id}:{self.language}"


class Edition(models.Model):
    """A resource in one language, made ready: safe HTML and the words to search. Written anew at each save."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="editions")
    language = models.CharField(max_length=8)
    html = models.TextField(blank=True)  # has passed rendering.to_html, nothing else may come here
    title_words = models.CharField(max_length=200)  # " with spaces around "
    more_words = models.TextField()  # of the description, search words, publisher, category
    all_words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "language"], name="edition_once")]

    def __str__(self):
        return f"{self.resource_id}:{self.language}"

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


class SearchWord(models.Model):
    """A word that stands in some resource, so that a misspelt one finds it. `folded`: without accents."""

    word = models.CharField(max_length=40, unique=True)
    folded = models.CharField(max_length=40, db_index=True)

    def __str__(self):
        return self.word


class KeptResource(models.Model):
    """On somebody's reading list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "resource"], name="kept_once")]

    def __str__(self):
        return f"{self.user_id}:{self.resource_id}"


WHOLE_COUNTRY = "00"  # the code of Statistics Sweden for all of it; 14 is a region, 1480 a municipality in it


class Need(models.TextChoices):
    """What partners help with besides the topics of a question."""

    MENTOR = "mentor", _("A mentor")
    CONTACTS = "contacts", _("Meet people in your occupation")
    LANGUAGE = "language", _("Practise Swedish")
    INTERNSHIP = "internship", _("Work placement")
    STUDENT = "student", _("Studies")


class PartnerQuerySet(models.QuerySet):
    def listed(self) -> "PartnerQuerySet":
        """Those that everybody sees."""
        shown = self.filter(is_active=True)
        return shown.filter(is_reachable=True) if settings.LINK_CHECK else shown

    def helping_with(self, need: str) -> "PartnerQuerySet":
        """Those that help with it."""
        return self.filter(overlaps("needs", [need]))

    def in_region(self, code: str) -> "PartnerQuerySet":
        """Those in that region ("14"), in a municipality of it ("1480"), and in all of Sweden."""
        return self.filter(overlaps("regions", [WHOLE_COUNTRY]) | Q(regions__contains=f",{code}"))


class Partner(models.Model):
    """Somebody else who helps those who look for a job: an association, a programme. Not a person."""

    key = models.SlugField(max_length=60, unique=True, null=True, editable=False)  # noqa: DJ001 of content/, or None
    slug = models.SlugField(max_length=60, unique=True, default=random_id, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    does = models.CharField(_("what they do"), max_length=300)
    needs = CodesField(_("helps with"))
    regions = CodesField(_("where"), max_length=400)
    languages = CodesField(_("languages they speak"))
    url = models.URLField(_("web address"), max_length=500, validators=[safe_address])
    is_active = models.BooleanField(_("is shown"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    is_reachable = models.BooleanField(default=True, editable=False)  # False: the address has failed too often
    looked_at = models.DateField(_("IM has opened the page"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("other who helps")
        verbose_name_plural = _("others who help")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name
