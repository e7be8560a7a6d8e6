"""Content of this app that IM writes in several languages: a column per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from seekers.models import ChecklistPoint, InterviewQuestion


@register(ChecklistPoint)
class ChecklistPointTranslation(TranslationOptions):
    fields = ("text",)


@register(InterviewQuestion)
class InterviewQuestionTranslation(TranslationOptions):
    fields = ("text", "tip", "polite_answer")
