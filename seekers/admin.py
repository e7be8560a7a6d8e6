"""Questions and documents, for staff: how it goes, never what was written. The texts that IM writes itself."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin
from motesplats.languages import readable_names
from motesplats.moments import say_waited
from motesplats.translated_admin import TranslatedAdmin
from seekers import retention
from seekers.models import ChecklistPoint, Document, DocumentVersion, HelpRequest, InterviewQuestion


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


class DocumentList(ChangeList):
    """Knows for the whole page at once when each document leaves."""

    def get_results(self, request):
        super().get_results(request)
        dates = retention.removal_dates(self.result_list)
        for document in self.result_list:
            document.leaves_at = dates[document.pk]


class WhetherRemoved(admin.SimpleListFilter):
    title = _("whether it is removed")
    parameter_name = "borttaget"

    def lookups(self, request, model_admin):
        return [("nej", _("Still here")), ("ja", _("Removed already"))]

    def queryset(self, request, queryset):
        return queryset.filter(removed_at__isnull=self.value() == "nej") if self.value() else queryset


@admin.register(Document)
class DocumentAdmin(StaffAdmin):
    """How many, how big, until when. Names of files, texts and pictures are for the chat alone."""

    list_display = ["sent", "kind", "state", "versions_count", "pages_count", "size", "leaves"]
    list_filter = ["kind", WhetherRemoved]
    fields = [
        "reference", "kind", "state", "versions_count", "pages_count", "size", "sent", "kept", "leaves", "removed",
    ]  # fmt: skip
    ordering = ["-created_at"]

    def get_queryset(self, request):
        versions = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by()
        last, each = versions.order_by("-number"), versions.values("document")
        return (
            super()
            .get_queryset(request)
            .annotate(
                last_state=Subquery(last.values("state")[:1]),
                last_pages=Subquery(last.annotate(many=Count("pages")).values("many")[:1]),
                many_versions=Coalesce(Subquery(each.annotate(many=Count("pk")).values("many")), 0),
                bytes_stored=Coalesce(Subquery(each.annotate(many=Sum("files__size")).values("many")), 0),
            )
        )

    def get_changelist(self, request, **kwargs):
        return DocumentList

    @admin.display(description=_("reference"))
    def reference(self, obj):
        return obj.public_id

    @admin.display(description=_("came"), ordering="created_at")
    def sent(self, obj):
        return obj.created_at

    @admin.display(description=_("its owner lets IM keep it until"))
    def kept(self, obj):
        return obj.kept_until

    @admin.display(description=_("was removed"))
    def removed(self, obj):
        return obj.removed_at

    @admin.display(description=_("state"))
    def state(self, obj):
        return DocumentVersion.State(obj.last_state).label if obj.last_state else ""

    @admin.display(description=_("versions"))
    def versions_count(self, obj):
        return obj.many_versions

    @admin.display(description=_("pages"))
    def pages_count(self, obj):
        return obj.last_pages or 0

    @admin.display(description=_("size"))
    def size(self, obj):
        return filesizeformat(obj.bytes_stored)

    @admin.display(description=_("is removed"))
    def leaves(self, obj):
        return obj.leaves_at if hasattr(obj, "leaves_at") else retention.removal_dates([obj])[obj.pk]


@admin.register(ChecklistPoint)
class ChecklistPointAdmin(TranslatedAdmin):
    translated, needed, others = ("text",), "text", ("kind", "position", "is_active")
    list_display = ["text", "kind", "position", "is_active"]
    list_filter = ["kind", "is_active"]
    ordering = ["kind", "position"]


@admin.register(InterviewQuestion)
class InterviewQuestionAdmin(TranslatedAdmin):
    translated, needed = ("text", "tip", "polite_answer"), "text"
    others = ("position", "occupation", "is_improper", "is_active")
    list_display = ["text", "occupation", "position", "is_improper", "is_active"]
    list_filter = ["is_improper", "is_active", "occupation"]
    search_fields = ["text_sv"]
    ordering = ["position"]
