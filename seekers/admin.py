"""Questions, for staff: how it goes, never what was written."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin
from motesplats.languages import readable_names
from motesplats.moments import say_waited
from seekers.models import HelpRequest


@admin.register(HelpRequest)
class HelpRequestAdmin(StaffAdmin):
    list_display = ["topic", "state", "answer_by", "waited", "helper", "office"]
    list_filter = ["state", "topic", "office"]
    list_select_related = ["helper", "office"]
    search_fields = ["public_id__exact"]
    fields = [
        "reference", "topic", "state", "answer_by", "waited", "helper", "office", "language_names", "swedish_level",
        "is_adult", "created_at", "claimed_at", "resolved_at", "ended_at",
    ]  # fmt: skip
    ordering = ["-created_at"]

    def view_on_site(self, obj):
        """The door to the chat itself: opens only with a reason, which both sides see."""
        return reverse("chat:conversation_open_as_staff", args=[obj.public_id])

    def about(self, obj):
        return "request", obj.public_id

    @admin.display(description=_("reference"))
    def reference(self, obj):
        return obj.public_id

    @admin.display(description=_("waited"))
    def waited(self, obj):
        return say_waited(obj.created_at, timezone.now()) if obj.state == HelpRequest.State.WAITING else ""

    @admin.display(description=_("languages"))
    def language_names(self, obj):
        return ", ".join(readable_names(obj.languages))
