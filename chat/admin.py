"""For staff: which promises were kept, where help is missing, the phrase cards they write. Nobody reads a chat here."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chat import colleagues, coverage_views, easier, fadder_admin, inbound_admin  # noqa: F401 their lists register themselves
from chat.models import ColleaguePost, HardWord, Phrase, Promise
from motesplats.admin_site import StaffAdmin, YesNoFilter
from motesplats.translated_admin import TranslatedAdmin


@admin.register(Promise)
class PromiseAdmin(StaffAdmin):
    list_display = ["answer_by", "by_staff", "made_at", "kept_at", "broken_at"]
    list_filter = [("broken_at", YesNoFilter), ("kept_at", YesNoFilter), "by_staff"]
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

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        found = easier.look(obj.text_sv, easier.words())
        if found.longest:
            words = _now("A long sentence: %(n)d words. Make two of it.") % {"n": found.longest}
            self.message_user(request, words, messages.WARNING)
        if found.hard:
            words = _now("Hard words: %(words)s.") % {"words": ", ".join(found.hard)}
            self.message_user(request, words, messages.WARNING)


@admin.register(HardWord)
class HardWordAdmin(StaffAdmin):
    """The words that the hint under the volunteers' box knows."""

    may_add = may_change = True
    fields = ["word", "easier", "is_active"]
    list_display = ["word", "easier", "is_active"]
    search_fields = ["word"]


@admin.register(ColleaguePost)
class ColleaguePostAdmin(StaffAdmin):
    """What volunteers ask each other, without names. Staff read, and take away what should not stand there."""

    list_display = ["at", "text", "removed_at"]
    list_filter = [("removed_at", YesNoFilter)]
    fields = ["at", "text", "removed_at"]
    ordering = ["-at"]
    actions = ["take_away"]

    def buttons_for(self, obj):
        return [] if obj.removed_at else ["take_away"]

    @admin.action(description=_("Take the text away"))
    def take_away(self, request, queryset):
        self.do_each(request, queryset, lambda post: colleagues.remove(post, by=request.user), done=_now("Taken away"))
