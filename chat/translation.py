"""Content of this app that IM writes in several languages: a column per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from chat.models import Phrase


@register(Phrase)
class PhraseTranslation(TranslationOptions):
    fields = ("text",)
