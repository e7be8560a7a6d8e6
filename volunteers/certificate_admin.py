"""For IM: the certificates that were made, and who wants a reference."""

from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin, YesNoFilter
from volunteers import certificates
from volunteers.models import Certificate, Reference


@admin.register(Certificate)
class CertificateAdmin(StaffAdmin):
    """The name on the paper beside the account's: the volunteer has typed it."""

    list_display = ["grouped_code", "volunteer", "name", "hours", "made_at", "withdrawn_at"]
    list_filter = [("withdrawn_at", YesNoFilter)]
    list_select_related = ["volunteer__user"]
    search_fields = ["code", "volunteer__user__display_name"]
    fields = ["grouped_code", "volunteer", "name", "hours", "reference", "made_at", "withdrawn_at", "withdrawn_cause"]
    actions = ["revoke"]
    asks_first = frozenset({"revoke"})

    def about(self, obj):
        return "certificate", obj.code

    def buttons_for(self, obj):
        return [] if obj.withdrawn_at else ["revoke"]

    @admin.display(description=_("code"), ordering="code")
    def grouped_code(self, obj):
        return obj.grouped_code

    @admin.display(description=_("name on the paper"))
    def name(self, obj):
        return obj.facts.get("name", "")

    @admin.display(description=_("hours"))
    def hours(self, obj):
        return obj.facts.get("hours", "")

    @admin.action(description=_("Revoke"))
    def revoke(self, request, queryset):
        cause = Certificate.Cause.STAFF
        self.do_each(
            request,
            queryset,
            lambda certificate: certificates.withdraw(certificate, cause=cause, by=request.user),
            done=_now("Revoked"),
        )


@admin.register(Reference)
class ReferenceAdmin(StaffAdmin):
    """Who presses the button is the reference, with name, on the volunteer's new certificates."""

    list_display = ["volunteer", "asked_at", "staff", "agreed_at"]
    list_filter = [("agreed_at", YesNoFilter)]
    list_select_related = ["volunteer__user", "staff"]
    fields = ["volunteer", "asked_at", "staff", "agreed_at"]
    actions = ["agree", "end"]
    asks_first = frozenset({"agree", "end"})

    def about(self, obj):
        return "volunteer", obj.volunteer_id

    def buttons_for(self, obj):
        return ["end"] if obj.staff_id else ["agree", "end"]

    @admin.action(description=_("I will be the reference, with my name"))
    def agree(self, request, queryset):
        self.do_each(request, queryset, lambda asked: certificates.agree(asked, by=request.user), done=_now("Done."))

    @admin.action(description=_("No reference"))
    def end(self, request, queryset):
        self.do_each(
            request,
            queryset.select_related("volunteer"),
            lambda asked: certificates.end_reference(asked.volunteer, by=request.user),
            done=_now("Done."),
        )
