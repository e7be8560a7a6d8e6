"""What of an ad can stand in several languages: a column per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from vacancies.models import Vacancy


@register(Vacancy)
class VacancyTranslation(TranslationOptions):
    fields = ("title", "tasks")
