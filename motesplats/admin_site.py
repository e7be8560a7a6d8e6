"""The staff's side of the house: Django admin where every change is a call to the domain, and everything is audited.

Whoever works at IM may do what the classes below allow; there are no groups to set. The second key and the way in are
StaffNeedsMfa's (access.py).
"""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from motesplats import access, audit, desk

ORDER = [
    "Volunteer", "Fadder", "Shift", "ShiftRule", "CoursePart", "ConductVersion", "HelpRequest", "Report", "Promise",
    "Document", "ChecklistPoint", "InterviewQuestion", "Phrase", "HardWord", "Resource", "Category", "Partner",
    "ColleaguePost", "CareCall", "Helpline", "Reference", "Certificate", "Employer", "Vacancy", "VisitInvite",
    "ImportChoice", "ImportState", "User", "Office", "InboundMail", "BouncedAddress", "OutboxMail", "PosterPlace",
    "AuditEntry",
]  # fmt: skip


class YesNoFilter(admin.EmptyFieldListFilter):
    """Whether a moment is written there: Django's own filter, which says "Empty" and "Not empty", in plain words."""

    def choices(self, changelist):
        for choice, words in zip(super().choices(changelist), (_("All"), _("No"), _("Yes")), strict=True):
            yield {**choice, "display": words}


class StaffOnly:
    """What ModelAdmins and inlines share: staff see; adding, changing and deleting only where a class says so."""

    may_add = may_change = may_delete = False
    formfield_overrides = {  # the browser's own clock and calendar: in the reader's language, good on a phone
        models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
        models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")  # Django 6 does so by itself
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # no small pens and crosses beside each choice
        return field

    def has_module_permission(self, request):
        return access.is_staff(request.user)

    def has_view_permission(self, request, obj=None):
        return access.is_staff(request.user)

    def has_add_permission(self, request, obj=None):
        return self.may_add and access.is_staff(request.user)

    def has_change_permission(self, request, obj=None):
        return self.may_change and access.is_staff(request.user)

    def has_delete_permission(self, request, obj=None):
        return self.may_delete and access.is_staff(request.user)


class StaffAdmin(StaffOnly, admin.ModelAdmin):
    """A page of lists. Its actions are also buttons on the page of one thing, where `buttons_for(obj)` names them."""

    asks_first: frozenset[str] = frozenset()  # actions that end something and mail somebody: press twice
    stays: frozenset[str] = frozenset()  # actions after whose button one stays on the page: more is to be done there
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def about(self, obj) -> tuple[str, str]:
        """How the audit log names this thing."""
        return self.opts.model_name, getattr(obj, "public_id", obj.pk)

    def buttons_for(self, obj) -> list[str]:
        """Names of the actions that make sense for this thing now."""
        return []

    def seen_of(self, obj) -> str:
        """What the buttons send along as `seen`, so that one says yes to what one has read; "" where it is the same."""
        return ""

    # Django's own log keeps names and texts; ours is the audit log.
    def log_addition(self, request, obj, message):
        self._record("added", request, obj, message)

    def log_change(self, request, obj, message):
        self._record("changed", request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self._record("deleted", request, obj, [])

    def _record(self, what, request, obj, message):
        changes = [{"what": what, "fields": said.get("fields", [])} for part in message for what, said in part.items()]
        audit.record(f"admin.{what}", actor=request.user, about=self.about(obj), changes=changes)

    def history_view(self, request, object_id, extra_context=None):
        """What happened to this thing: the audit log, filtered."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        kind, about_id = self.about(obj)
        log = reverse("admin:motesplats_auditentry_changelist")
        return redirect(f"{log}?about_kind__exact={kind}&about_id__exact={about_id}")

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        do = path("<path:object_id>/do/<str:action>/", self.admin_site.admin_view(self.do_view), name=name)
        return [do, *super().get_urls()]

    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """One action for one thing, by a button on its page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        obj = self.get_object(request, object_id)
        if obj is None or action not in self.buttons_for(obj):
            raise Http404
        func, _name, label = self.get_action(action)
        if action in self.asks_first and "sure" not in request.POST:
            said = {"label": label, "title": label, "obj": obj, "opts": self.opts}
            context = {**self.admin_site.each_context(request), **said}
            return TemplateResponse(request, "admin/do_sure.html", context)
        func(self, request, self.get_queryset(request).filter(pk=obj.pk))
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return redirect(f"{name}_change", obj.pk) if action in self.stays else redirect(f"{name}_changelist")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        names = self.buttons_for(obj) if obj else []
        context["buttons"] = [{"label": self.get_action(name)[2], "url": f"../do/{name}/"} for name in names]
        context["seen"] = self.seen_of(obj) if obj else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def do_each(self, request, queryset, call: Callable, *, done, refused=(), refusal="") -> None:
        """Call the domain for each chosen thing, and say how many went well. `refused`: its errors in plain words."""
        count = 0
        for obj in queryset:
            try:
                count += call(obj) is not False
            except refused:
                self.message_user(request, f"{obj}: {refusal}", messages.ERROR)
        if count:
            self.message_user(request, f"{done} ({count})", messages.SUCCESS)


class StaffInline(StaffOnly, admin.TabularInline):
    extra = 0


class StaffSite(admin.AdminSite):
    """The admin, with a start page that says what waits."""

    site_header = site_title = "Mötesplats"
    index_title = _("Start")
    site_url = "/"
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request):
        return access.is_staff(request.user)

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only what the house has thought through: other packages' pages for codes, keys and sessions stay out."""
        if admin_class is not None and issubclass(admin_class, StaffAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request, app_label=None):
        """One list, what staff use most first; our apps mean nothing to them."""
        groups = super().get_app_list(request, app_label)
        if app_label or not groups:
            return groups
        lists = [found for group in groups for found in group["models"]]
        lists.sort(key=lambda found: ORDER.index(found["object_name"]) if found["object_name"] in ORDER else len(ORDER))
        return [{"name": _("Lists"), "app_label": "", "app_url": reverse("admin:index"), "models": lists}]

    def index(self, request, extra_context=None):
        """First-time steps until they are done, then what waits."""
        waits = {"first_steps": desk.all_first_steps(request.user), "desk_rows": desk.all_rows()}
        waits["desk_links"] = desk.all_links()
        return super().index(request, {**waits, **(extra_context or {})})
