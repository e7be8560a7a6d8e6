"""Content of this app that IM writes in several languages: a column per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from volunteers.models import ConductVersion, CoursePart, Helpline


@register(Helpline)
class HelplineTranslation(TranslationOptions):
    fields = ("name", "good_for")


@register(CoursePart)
class CoursePartTranslation(TranslationOptions):
    fields = ("title", "body", "question", "answer")


@register(ConductVersion)
class ConductVersionTranslation(TranslationOptions):
    fields = ("text",)
