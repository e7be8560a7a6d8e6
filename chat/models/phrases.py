"""Phrase cards: ready sentences that IM writes in several languages, and whose favourites they are."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from motesplats.models import random_id


class Phrase(models.Model):
    """A sentence one sends with a tap. `text` has a column per language; {name} in it is whoever sends it."""

    class Side(models.TextChoices):
        HELPER = "helper", _("volunteers and IM")
        SEEKER = "seeker", _("participants")

    key = models.SlugField(max_length=40, unique=True, null=True, editable=False)  # noqa: DJ001 of phrases.json, or None
    public_id = models.CharField(max_length=24, unique=True, default=random_id, editable=False)
    side = models.CharField(_("for whom"), max_length=6, choices=Side)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    text = models.TextField(_("sentence"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("phrase card")
        verbose_name_plural = _("phrase cards")
        ordering = ["side", "position", "pk"]

    def __str__(self):
        return self.text


class FavouritePhrase(models.Model):
    """Stands first in this person's list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    phrase = models.ForeignKey(Phrase, models.CASCADE, related_name="favourites")

    class Meta:
        verbose_name = _("favourite phrase")
        verbose_name_plural = _("favourite phrases")
        constraints = [models.UniqueConstraint(fields=["user", "phrase"], name="favourite_phrase_once")]

    def __str__(self):
        return f"{self.user_id}:{self.phrase_id}"
