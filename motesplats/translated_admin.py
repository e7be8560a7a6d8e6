"""Staff's pages for content that IM writes in several languages (django-modeltranslation)."""

from django import forms
from django.conf import settings

from motesplats.admin_site import StaffAdmin


class TranslatedAdmin(StaffAdmin):
    """A text in several languages, each by itself: Swedish must be there, and stands in for those that are not."""

    may_add = may_change = True
    translated: tuple[str, ...]
    needed: str  # the text that must be there in Swedish
    others: tuple[str, ...]

    def get_fieldsets(self, request, obj=None):
        languages = [(name, [f"{field}_{code}" for field in self.translated]) for code, name in settings.LANGUAGES]
        (swedish, first), rest = languages[0], languages[1:]
        folded = [(name, {"fields": fields, "classes": ["collapse"]}) for name, fields in rest]
        return [(None, {"fields": self.others}), (swedish, {"fields": first}), *folded]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name.startswith(tuple(f"{field}_" for field in self.translated)):
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "cols": 60, "dir": "auto"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if needed := form.base_fields.get(f"{self.needed}_sv"):  # not there for those who may only read
            needed.required = True
        return form
