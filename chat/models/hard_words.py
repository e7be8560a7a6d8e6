"""Hard Swedish words, and easier ones for them: IM's list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HardWord(models.Model):
    """Swedish only. Small letters; a form of the word for each row, since nothing here bends words."""

    word = models.CharField(_("hard word"), max_length=40, unique=True)
    easier = models.CharField(_("easier words"), max_length=60)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("hard word")
        verbose_name_plural = _("hard words")
        ordering = ["word"]

    def __str__(self):
        return self.word
