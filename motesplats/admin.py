"""Offices, people, the audit log, the outbox, reports."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats import (
    admin_posters,  # noqa: F401 its list registers itself
    audit,
    outbox,
    people,
    reach,
    reports,
    staff_words,
)
from motesplats.admin_site import StaffAdmin, StaffInline, YesNoFilter
from motesplats.mail_errors import explain
from motesplats.models import AuditEntry, ClosedPeriod, Office, OfficeHours, OutboxMail, Report, User


class OfficeHoursInline(StaffInline):
    model = OfficeHours
    may_add = may_change = may_delete = True

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj and obj.hours.exists() else 5


class ClosedPeriodInline(StaffInline):
    model = ClosedPeriod
    may_add = may_change = may_delete = True
    extra = 1


@admin.register(Office)
class OfficeAdmin(StaffAdmin):
    may_add = may_change = True
    list_display = ["name", "is_open", "email", "deputy"]
    list_select_related = ["deputy"]
    fields = ["name", "is_open", "email", "deputy"]
    inlines = [OfficeHoursInline, ClosedPeriodInline]


@admin.register(User)
class UserAdmin(StaffAdmin):
    list_display = ["name", "email", "is_staff", "is_let_in"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["display_name", "email"]
    fields = ["display_name", "email", "language", "is_staff", "is_let_in", "date_joined"]
    ordering = ["-pk"]
    actions = ["block", "unblock"]

    @admin.display(description=_("name"), ordering="display_name")
    def name(self, obj):
        return str(obj)

    @admin.display(description=_("may log in"), boolean=True, ordering="is_active")
    def is_let_in(self, obj):
        return obj.is_active

    def buttons_for(self, obj):
        return ["block"] if obj.is_active else ["unblock"]

    @admin.action(description=_("Block"))
    def block(self, request, queryset):
        self.do_each(
            request,
            queryset,
            lambda user: people.block(user, by=request.user),
            done=_now("Blocked"),
            refused=people.CannotBlock,
            refusal=_now("You cannot block yourself."),
        )

    @admin.action(description=_("Let in again"))
    def unblock(self, request, queryset):
        self.do_each(request, queryset, lambda user: people.unblock(user, by=request.user), done=_now("Let in again"))


class CappedPaginator(Paginator):
    """Counts at most 10,000 rows: a log of millions opens as quickly as a short one. Older rows by filter."""

    limit = 10_000

    @cached_property
    def count(self):
        return self.object_list[: self.limit].count()


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffAdmin):
    list_display = ["at", "who", "deed", "thing", "about_id"]
    list_display_links = ["at"]
    fields = ["at", "who", "deed", "thing", "about_id", "data", "seal"]
    ordering = ["-pk"]
    paginator = CappedPaginator

    def get_queryset(self, request):
        shown = Coalesce(NullIf("display_name", Value("")), "email", output_field=CharField())
        person = User.objects.filter(pk=OuterRef("actor_id")).values_list(shown)
        return super().get_queryset(request).annotate(actor_name=Subquery(person))

    @admin.display(description=_("who"))
    def who(self, obj):
        return _now("the clock") if obj.actor_id is None else obj.actor_name or f"#{obj.actor_id}"

    @admin.display(description=_("what"), ordering="action")
    def deed(self, obj):
        return staff_words.deed(obj.action)

    @admin.display(description=_("about what"), ordering="about_kind")
    def thing(self, obj):
        return staff_words.thing(obj.about_kind)


class MailKind(admin.SimpleListFilter):
    """The kinds of mail there are, by their names."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = OutboxMail.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return sorted(((kind, staff_words.mail(kind)) for kind in kinds), key=lambda named: named[1])

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutboxMail)
class OutboxMailAdmin(StaffAdmin):
    list_display = ["named_kind", "state", "recipient", "attempts", "error", "created_at", "sent_at"]
    list_filter = ["state", MailKind]
    list_select_related = ["to_user"]
    fields = [
        "named_kind",
        "state",
        "recipient",
        "language",
        "attempts",
        "error",
        "created_at",
        "next_at",
        "sent_at",
    ]
    ordering = ["-pk"]
    paginator = CappedPaginator
    actions = ["send_again"]
    change_list_template = "admin/motesplats/outboxmail/change_list.html"

    @admin.display(description=_("kind"), ordering="kind")
    def named_kind(self, obj):
        return staff_words.mail(obj.kind)

    @admin.display(description=_("recipient"))
    def recipient(self, obj):
        return obj.to_email or str(obj.to_user or "")

    @admin.display(description=_("error"), ordering="last_error")
    def error(self, obj):
        return explain(obj.last_error) if obj.last_error == reach.SILENT else obj.last_error

    def buttons_for(self, obj):
        return ["send_again"] if obj.state == OutboxMail.State.DEAD else []

    @admin.action(description=_("Send again what was given up"))
    def send_again(self, request, queryset):
        self.do_each(request, queryset, lambda mail: self._retry(mail, request.user), done=_now("Will be sent again"))

    @staticmethod
    @transaction.atomic
    def _retry(mail, by):
        is_due = outbox.retry(mail.pk)
        if is_due:
            audit.record("mail.sent_again", actor=by, about=("outboxmail", mail.pk))
        return is_due

    def get_urls(self):
        view = self.admin_site.admin_view(self.send_test_view)
        return [path("test/", view, name="motesplats_outboxmail_test"), *super().get_urls()]

    def send_test_view(self, request):
        """Send a mail to whoever presses, now, and say how it went."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        problem = outbox.send_test(request.user.email, request.user.language)
        audit.record("mail.tested", actor=request.user, about=("user", request.user.pk), went_well=not problem)
        if problem:
            self.message_user(request, problem, messages.ERROR)
        else:
            said = _now("A test mail has left for %(address)s.") % {"address": request.user.email}
            self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:motesplats_outboxmail_changelist")


@admin.register(Report)
class ReportAdmin(StaffAdmin):
    list_display = ["created_at", "thing", "title", "answer_by", "handled_at", "handled_by"]
    list_select_related = ["handled_by"]
    list_filter = [("handled_at", YesNoFilter)]
    fields = [
        "created_at", "reporter", "thing", "about_id", "title", "text", "answer_by", "handled_at", "handled_by"
    ]  # fmt: skip
    ordering = ["-pk"]
    actions = ["handle"]

    @admin.display(description=_("about what"), ordering="about_kind")
    def thing(self, obj):
        return staff_words.thing(obj.about_kind)

    def change_view(self, request, object_id, *args, **kwargs):
        report = self.get_object(request, object_id)
        if report is not None and request.method == "GET":
            reports.note_reading(report, by=request.user)
        return super().change_view(request, object_id, *args, **kwargs)

    def view_on_site(self, obj):
        """The door to the chat it is about, which opens only with a reason that both sides see; or the ad."""
        if obj.about_kind == "vacancy":
            return f"{reverse('admin:vacancies_vacancy_changelist')}?public_id__exact={obj.about_id}"
        return reverse("chat:conversation_open_as_staff", args=[obj.about_id]) if obj.about_kind == "request" else None

    def buttons_for(self, obj):
        return ["handle"] if obj.handled_at is None else []

    @admin.action(description=_("Mark as handled"))
    def handle(self, request, queryset):
        self.do_each(request, queryset, lambda report: reports.handle(report, by=request.user), done=_now("Handled"))
