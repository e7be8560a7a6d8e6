"""For staff: which promises were kept, where help is missing, the phrase cards they write. Nobody reads a chat here."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from chat import coverage_views
from chat.models import Phrase, Promise
from motesplats.admin_site import StaffAdmin
from motesplats.translated_admin import TranslatedAdmin


@admin.register(Promise)
class PromiseAdmin(StaffAdmin):
    list_display = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    list_filter = [("broken_at", admin.EmptyFieldListFilter), ("kept_at", admin.EmptyFieldListFilter), "by_staff"]
    fields = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    ordering = ["-made_at"]

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.coverage_view))
        return [path("tackning/", view, name="chat_coverage"), *super().get_urls()]

    def coverage_view(self, request: HttpRequest) -> HttpResponse:
        """The maps that volunteers see, without the buttons."""
        shown = coverage_views.context(request, timezone.now())
        return TemplateResponse(request, "admin/coverage.html", {**self.admin_site.each_context(request), **shown})


@admin.register(Phrase)
class PhraseAdmin(TranslatedAdmin):
    """What one sends with a tap. Cards that were sent keep their words."""

    translated, needed = ("text",), "text"
    others = ("side", "position", "is_active")
    list_display = ["text", "side", "position", "is_active"]
    list_filter = ["side", "is_active"]
