"""For IM: categories, tips and examples with their history, and the suggestions of volunteers."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from library import history, publishing
from library import partner_admin as partner_admin  # its page is registered by being read
from library.link_admin import shown_links
from library.models import Category, Resource
from motesplats.forms import readable_languages
from motesplats.translated_admin import TranslatedAdmin


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin):
    translated, needed, others = ("name",), "name", ("slug", "topic", "position", "is_active")
    list_display = ["name", "slug", "topic", "position", "is_active"]
    ordering = ["position"]

    def save_model(self, request, obj, form, change):
        publishing.store_category(obj)


@admin.register(Resource)
class ResourceAdmin(TranslatedAdmin):
    """What is written; whether it is shown is a button of its own."""

    translated, needed = ("title", "description", "body", "url"), "title"
    others = (
        "kind", "category", "slug", "publisher", "tags", "languages", "offices", "valid_until", "level_said", "position"
    )  # fmt: skip
    list_display = ["title", "kind", "category", "state", "valid_until", "helped", "helped_not"]
    list_select_related = ["category"]
    list_filter = ["state", "kind", "category", "level"]
    search_fields = ["title_sv", "tags", "slug"]
    ordering = ["category__position", "position"]
    actions = ["publish", "hide"]
    stays = frozenset({"publish", "hide"})

    def about(self, obj):
        return "resource", obj.slug

    def get_inlines(self, request, obj):
        return shown_links(obj)

    def buttons_for(self, obj):
        return (
            ["hide"]
            if obj.state == Resource.State.PUBLISHED
            else ["publish"] + (["hide"] if obj.state == Resource.State.SUGGESTED else [])
        )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "languages":
            label, choices = db_field.verbose_name, readable_languages()
            widget = forms.CheckboxSelectMultiple
            hint = _("Of a link. Of our own texts the house knows.")
            return forms.MultipleChoiceField(
                label=label, choices=choices, widget=widget, required=False, help_text=hint
            )
        if db_field.name.startswith("url"):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.startswith("body_"):
            field.widget.attrs["rows"] = 12
        return field

    def save_model(self, request, obj, form, change):
        publishing.store(obj, by=request.user)

    def view_on_site(self, obj):
        return reverse("library:resource_show", args=[obj.slug]) if obj.state == Resource.State.PUBLISHED else None

    @admin.action(description=_("Show to everybody"))
    def publish(self, request, queryset):
        self.do_each(request, queryset, lambda one: publishing.publish(one, by=request.user), done=_now("Is shown"))

    @admin.action(description=_("Do not show"))
    def hide(self, request, queryset):
        self.do_each(request, queryset, lambda one: publishing.hide(one, by=request.user), done=_now("Is not shown"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.versions_view)
        return [path("<path:object_id>/versions/", view, name="library_resource_versions"), *super().get_urls()]

    def versions_view(self, request, object_id):
        """What it was like before. POST: write one of those again."""
        resource = self.get_object(request, object_id)
        if resource is None:
            raise Http404
        if request.method == "POST":
            try:
                publishing.revert(resource, int(request.POST.get("version", "")), by=request.user)
            except (ValueError, OverflowError, Resource.history.model.DoesNotExist):
                self.message_user(request, _now("There is no such version."), messages.ERROR)
                return redirect("admin:library_resource_versions", resource.pk)
            self.message_user(request, _now("It is as it was then."))
            return redirect("admin:library_resource_change", resource.pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "POST"])
        title = _now("Earlier versions")
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "obj": resource,
            "versions": history.versions_of(resource),
        }
        return TemplateResponse(request, "admin/library/resource/versions.html", context)
