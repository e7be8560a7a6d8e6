"""A person's documents, their versions and pages, and what helpers say about them.

Only documents.py, preparation.py and reviews.py write here. Bytes lie in FILES_DIR (motesplats/files.py), never here.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motesplats.models import random_id
from seekers.models.help_requests import HelpRequest


class DocumentQuerySet(models.QuerySet):
    def kept(self) -> "DocumentQuerySet":
        """Not taken away."""
        return self.filter(removed_at=None)

    def owned_by(self, user, grants: dict[str, int] | None = None) -> "DocumentQuerySet":
        """What `user` has brought, and what was brought to a question this browser was granted, newest first.

        grants: public id of a question -> the owner it was granted for.
        """
        which = Q(owner_id=user.pk) if user.pk else Q(pk=None)
        for public_id, owner_id in (grants or {}).items():
            which |= Q(uses__request__public_id=public_id, owner_id=owner_id)
        return self.kept().filter(which).distinct().order_by("-created_at", "-pk")


class Document(models.Model):
    """One CV, letter, presentation or paper of one person. What it says is in its versions."""

    class Kind(models.TextChoices):
        CV = "cv", _("CV")
        LETTER = "letter", _("Personal letter")
        PITCH = "pitch", _("Presentation of yourself")
        SOUND = "sound", _("Sound recording")
        OTHER = "other", _("Another paper")

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.CV)
    title = models.CharField(_("title"), max_length=100, blank=True)  # the cleaned file name; "" = the kind's name
    created_at = models.DateTimeField(default=timezone.now)
    kept_until = models.DateTimeField(null=True, blank=True)  # "keep until next time": consent, at most 12 months
    removed_at = models.DateTimeField(null=True, blank=True)  # its files and texts are gone; the row stays as a count

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self):
        return f"{self.get_kind_display()} · {self.public_id}"

    @property
    def name(self) -> str:
        """What the page calls it."""
        return self.title or str(self.get_kind_display())


class DocumentUse(models.Model):
    """The document is shown in the chat of this question: whoever may read that chat may see it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="uses")
    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="document_uses")
    added_at = models.DateTimeField(default=timezone.now)
    told_number = models.PositiveIntegerField(default=0)  # the chat has been told of versions up to this one

    class Meta:
        verbose_name = _("document in a chat")
        verbose_name_plural = _("documents in chats")
        constraints = [models.UniqueConstraint(fields=["document", "request"], name="document_use_once")]

    def __str__(self):
        return f"{self.document_id} in {self.request_id}"


class DocumentVersion(models.Model):
    """What was sent once: a file, photos, a text or a sound. Numbered from 1."""

    class Source(models.TextChoices):
        FILE = "file", _("file")
        PHOTOS = "photos", _("photos")
        TEXT = "text", _("text")
        SOUND = "sound", _("sound")

    class State(models.TextChoices):
        PREPARING = "preparing", _("being prepared")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")

    class Scan(models.TextChoices):
        CLEAN = "clean", _("checked for viruses")
        UNCHECKED = "", _("not checked for viruses")

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    draft_id = models.UUIDField(unique=True, default=uuid.uuid4)  # sent twice, made once
    source = models.CharField(max_length=6, choices=Source)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PREPARING)
    refusal = models.CharField(max_length=20, blank=True)  # a code of intake.REFUSALS
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)  # a worker prepares it until then
    text = models.TextField(blank=True)  # the whole text, unmasked: written or pasted, or read from the file
    masked_text = models.TextField(blank=True)  # the same with [telefon] and the like in place of what is private
    found = models.JSONField(default=dict, blank=True)  # kind of identifier -> how many were hidden
    shows_all = models.BooleanField(default=False)  # the owner pressed "Visa allt för volontären"
    scan = models.CharField(max_length=5, choices=Scan, blank=True, default=Scan.UNCHECKED)
    is_active_content = models.BooleanField(default=False)  # scripts, forms, embedded files: text first
    seconds = models.PositiveSmallIntegerField(null=True, blank=True)  # of a sound
    created_at = models.DateTimeField(default=timezone.now)
    prepared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_number")]
        indexes = [models.Index(fields=["created_at"], name="version_to_prepare", condition=Q(state="preparing"))]

    def __str__(self):
        return f"{self.document_id} v{self.number}"


class DocumentFile(models.Model):
    """An original as it came: one, or one for each photo."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField(default=1)
    stored_name = models.CharField(max_length=64, unique=True)  # of motesplats/files.py
    original_name = models.CharField(max_length=100)  # cleaned; shown and sent as text only
    format = models.CharField(max_length=5)  # pdf, docx, odt, jpg, png, webm, ogg, m4a
    size = models.PositiveIntegerField()  # bytes

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["position"]

    def __str__(self):
        return self.stored_name


class DocumentPage(models.Model):
    """One page: its pictures, its lines, what is hidden on it. Boxes are [x, y, width, height], 0–1 of the page.

    lines: [{"kind": "p"|"h"|"li"|"row", "text", "masked", "start": offset in version.text, "box": box or null,
    "cells": [texts] for a row, "masked_cells": [texts]}]. masks: [{"box", "kind"}], "is_shown" when the owner shows it.
    A page of a DOCX without pictures has lines alone; a photo has a picture and perhaps no lines.
    """

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)  # of the picture, pixels
    height = models.PositiveIntegerField(default=0)
    has_text = models.BooleanField(default=False)
    lines = models.JSONField(default=list, blank=True)
    masks = models.JSONField(default=list, blank=True)
    picture = models.CharField(max_length=64, blank=True)  # stored names of WebP pictures: everything visible …
    masked_picture = models.CharField(max_length=64, blank=True)  # … and with the masks burnt in
    is_released = models.BooleanField(default=True)  # False: a picture without text that its owner has not looked at

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="page_number")]

    def __str__(self):
        return f"{self.version_id}:{self.number}"


class Comment(models.Model):
    """One thing a helper says, pinned to a place: a box on a page, a range of the text, or a second of a sound."""

    class Reason(models.TextChoices):
        CLEARER = "clearer", _("Write more clearly")
        MOVE = "move", _("Move")
        SPELLING = "spelling", _("Spelling")
        REMOVE = "remove", pgettext_lazy("comment on a CV", "Take away")
        GOOD = "good", pgettext_lazy("comment on a CV", "Good!")
        EXAMPLE = "example", _("Give an example")

    class Answer(models.TextChoices):
        OPEN = "", _("not answered")
        DONE = "done", _("done")
        UNCLEAR = "unclear", _("not understood")
        USED = "used", _("the wording was used")

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    note = models.TextField(max_length=1000, blank=True)  # in the helper's own words
    before = models.TextField(max_length=1000, blank=True)
    after = models.TextField(max_length=1000, blank=True)  # a suggested wording in place of `before`
    page = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True)  # [x, y, width, height], 0–1
    start = models.PositiveIntegerField(null=True, blank=True)  # range in version.text
    end = models.PositiveIntegerField(null=True, blank=True)
    second = models.PositiveSmallIntegerField(null=True, blank=True)
    quote = models.TextField(max_length=1000, blank=True)  # the masked words that stood there
    carried_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="carried_to")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)  # None: a draft only its author sees
    answer = models.CharField(max_length=7, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(box__isnull=False) & Q(page__isnull=False))
                | (Q(start__isnull=False) & Q(end__isnull=False))
                | Q(second__isnull=False),
                name="comment_has_a_place",
            )
        ]

    def __str__(self):
        return f"{self.get_reason_display()} · {self.public_id}"


class Viewing(models.Model):
    """Somebody saw, heard or fetched a version: a row its owner can read ("vem har sett mitt CV")."""

    class What(models.TextChoices):
        READ = "read", _("read it")
        DOWNLOAD = "download", _("downloaded it")
        SOUND = "sound", _("listened to it")

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="viewings")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)  # of chat.models.Side, as text: this floor does not know chats
    what = models.CharField(max_length=8, choices=What)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        indexes = [models.Index(fields=["version", "viewer", "what", "at"], name="viewing_lately")]

    def __str__(self):
        return f"{self.version_id} {self.what}"


class ChecklistPoint(models.Model):
    """One point of the list a helper goes through. IM edits and translates them (`text` has a column per language)."""

    key = models.SlugField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 of content.json, or None
    kind = models.CharField(
        _("kind"), max_length=6, choices=[(Document.Kind.CV, _("CV")), (Document.Kind.LETTER, _("Personal letter"))]
    )
    position = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("text"), max_length=200)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("checklist point")
        verbose_name_plural = _("checklists")
        ordering = ["kind", "position"]

    def __str__(self):
        return self.text


class ChecklistMark(models.Model):
    """What a helper found at one point of one version. At most three are shown to the owner."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="checklist_marks")
    point = models.ForeignKey(ChecklistPoint, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_fine = models.BooleanField()
    is_chosen = models.BooleanField(default=False)  # shown to the owner
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("checklist mark")
        verbose_name_plural = _("checklist marks")
        constraints = [models.UniqueConstraint(fields=["version", "point"], name="checklist_mark_once")]

    def __str__(self):
        return f"{self.version_id}:{self.point_id}"
