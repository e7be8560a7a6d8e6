"""Promises, for staff: which were kept; and the phrase cards they write. Nobody reads a chat here."""

from django.contrib import admin

from chat.models import Phrase, Promise
from motesplats.admin_site import StaffAdmin
from motesplats.translated_admin import TranslatedAdmin


@admin.register(Promise)
class PromiseAdmin(StaffAdmin):
    list_display = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    list_filter = [("broken_at", admin.EmptyFieldListFilter), ("kept_at", admin.EmptyFieldListFilter), "by_staff"]
    fields = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    ordering = ["-made_at"]


@admin.register(Phrase)
class PhraseAdmin(TranslatedAdmin):
    """What one sends with a tap. Cards that were sent keep their words."""

    translated, needed = ("text",), "text"
    others = ("side", "position", "is_active")
    list_display = ["text", "side", "position", "is_active"]
    list_filter = ["side", "is_active"]
