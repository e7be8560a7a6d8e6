"""For IM: others who help, one by one and as a table (CSV)."""

from django import forms
from django.contrib import admin
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from library import partner_sheet, partners
from library.link_admin import shown_links
from library.models import Partner
from motesplats import audit
from motesplats.admin_site import YesNoFilter
from motesplats.forms import readable_languages
from motesplats.translated_admin import TranslatedAdmin


class SheetForm(forms.Form):
    """A table of others who help, as a file."""

    file = forms.FileField(
        label=_("The file (CSV)"),
        help_text=_("In Excel: Save as, then CSV."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class PlacesField(forms.CharField):
    """Names with commas between. -> codes."""

    def prepare_value(self, value):
        return ", ".join(map(partners.place_name, value)) if isinstance(value, list) else value

    def clean(self, value):
        return partner_sheet.codes_of("regions", super().clean(value))


@admin.register(Partner)
class PartnerAdmin(TranslatedAdmin):
    translated, needed = ("does",), "does"
    others = ("name", "url", "needs", "regions", "languages", "position")
    list_display = ["name", "url", "is_active", "looked_at", "position"]
    list_filter = ["is_active", ("looked_at", YesNoFilter)]
    search_fields = ["name", "does_sv"]
    ordering = ["position", "name"]
    actions = ["note_looked_at", "show", "hide", "take"]
    stays = frozenset({"note_looked_at", "show", "hide"})

    def about(self, obj):
        return "partner", obj.slug

    def get_inlines(self, request, obj):
        return shown_links(obj)

    def buttons_for(self, obj):
        return ["note_looked_at"] * (obj.looked_at is None) + ["hide" if obj.is_active else "show"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        choices = {"needs": lambda: list(partners.needs().items()), "languages": readable_languages}.get(db_field.name)
        if choices:
            label, widget = db_field.verbose_name, forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(
                label=label, choices=choices, widget=widget, required=db_field.name == "needs"
            )
        if db_field.name == "regions":
            hint = _("Regions or municipalities with commas between, or: hela Sverige.")
            return PlacesField(label=db_field.verbose_name, help_text=hint, max_length=1000)
        if db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        partners.store(obj)

    def view_on_site(self, obj):
        return f"{reverse('library:partner_list')}#{obj.slug}" if obj.is_active else None

    @admin.action(description=_("I have opened the page: it is right"))
    def note_looked_at(self, request, queryset):
        self.do_each(
            request, queryset, lambda one: partners.note_looked_at(one, by=request.user), done=_now("Written down")
        )

    @admin.action(description=_("Show to everybody"))
    def show(self, request, queryset):
        def call(one):
            return partners.move(one, is_active=True, by=request.user)

        self.do_each(request, queryset, call, done=_now("Is shown"))

    @admin.action(description=_("Do not show"))
    def hide(self, request, queryset):
        def call(one):
            return partners.move(one, is_active=False, by=request.user)

        self.do_each(request, queryset, call, done=_now("Is not shown"))

    @admin.action(description=_("Take these as a file"))
    def take(self, request, queryset):
        return _as_file(request, queryset)

    def get_urls(self):
        view = self.admin_site.admin_view(self.sheet_view)
        return [path("sheet/", view, name="library_partner_sheet"), *super().get_urls()]

    def sheet_view(self, request):
        """The whole list as a file, and one sent back. POST: take it (`take`), or save what is in it."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if "take" in request.POST:
            return _as_file(request, Partner.objects.order_by(*Partner._meta.ordering))
        form, came = SheetForm(), None
        if request.method == "POST":
            form = SheetForm(request.POST, request.FILES)
            came = _read(form, request.user)
            if came and not came.wrong:
                said = _now("Saved: %(new)d new, %(changed)d already there.")
                self.message_user(request, said % {"new": came.new, "changed": came.changed})
                return redirect("admin:library_partner_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Others who help, as a file"),
            "opts": self.opts,
            "form": form,
            "came": came,
        }
        return TemplateResponse(request, "admin/library/partner/sheet.html", context)


def _as_file(request, rows) -> HttpResponse:
    audit.record("partner.exported", actor=request.user, about=("partner", "-"))
    name = f"andra-som-hjalper-{timezone.localdate()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(partner_sheet.write(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _read(form: SheetForm, user) -> partner_sheet.Came | None:
    """None: the form says why not."""
    if not form.is_valid():
        return None
    try:
        return partner_sheet.read(form.cleaned_data["file"].read(), by=user)
    except partner_sheet.NotATable as refusal:
        form.add_error("file", refusal.args[0])
        return None
