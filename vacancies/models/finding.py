"""What makes ads found: the words of those that are shown, taken apart when they are published; and saved searches."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from motesplats.models import random_id
from vacancies.models.vacancies import Vacancy


class VacancyText(models.Model):
    """The words of one ad that is shown, with " spaces around "; search.py writes it anew at each publishing.

    PostgreSQL keeps their tsvector beside them (`vector`), SQLite a full text table that triggers follow.
    """

    vacancy = models.OneToOneField(Vacancy, models.CASCADE, primary_key=True, related_name="text")
    title_words = models.TextField()
    more_words = models.TextField()  # employer, place, occupation, kind, and what people call all that
    kin_words = models.TextField()  # occupations of the same group
    all_words = models.TextField()  # tasks, hours, pay

    def __str__(self):
        return f"{self.vacancy_id}"


class VacancyWord(models.Model):
    """A word that stands in some ad, so that a misspelt one finds it. `folded`: without accents."""

    word = models.CharField(max_length=40, unique=True)
    folded = models.CharField(max_length=40, db_index=True)

    def __str__(self):
        return self.word


class SavedSearch(models.Model):
    """What somebody wants a mail about when an ad is new. Only watching.py writes it."""

    public_id = models.CharField(max_length=24, unique=True, default=random_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    chosen = models.JSONField()  # name of the filter -> value, as finding_forms.FilterForm.chosen() gives it
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(db_index=True)
    looked_on = models.DateField()  # the last day it was looked whether there is something new
    told_at = models.DateTimeField()  # published_at of the newest ad that a mail told about ...
    told_pk = models.BigIntegerField(default=0)  # ... and its number, for those of the same moment

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "chosen"], name="saved_search_once")]
        indexes = [models.Index(fields=["looked_on", "id"], name="saved_search_due")]

    def __str__(self):
        return self.public_id
