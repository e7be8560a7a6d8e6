"""Content of this app that IM writes in several languages: a column per language (django-modeltranslation).

History is registered here, after the translation: only so does it hold the columns of every language.
"""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from library.models import Category, Partner, Resource


@register(Category)
class CategoryTranslation(TranslationOptions):
    fields = ("name",)


@register(Resource)
class ResourceTranslation(TranslationOptions):
    fields = ("title", "description", "body", "url")


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("does",)


_COUNTED = ["helped", "helped_not", "suggested_by", "dead", "is_reachable"]  # not written by anybody
simple_history.register(Resource, app="library", excluded_fields=_COUNTED)
