"""For IM: the volunteers to talk with, and where to turn when it is hard."""

from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin, YesNoFilter
from motesplats.translated_admin import TranslatedAdmin
from volunteers import care
from volunteers.models import CareCall, Helpline


@admin.register(CareCall)
class CareCallAdmin(StaffAdmin):
    """Who and until when. What was said in the chat, and in which, the volunteer tells if they want to."""

    list_display = ["volunteer", "why", "contact_by", "handled_at"]
    list_filter = [("handled_at", YesNoFilter)]
    list_select_related = ["volunteer__user"]
    fields = ["volunteer", "email", "why", "opened_at", "contact_by", "handled_at", "handled_by"]
    actions = ["handle"]

    def about(self, obj):
        return "volunteer", obj.volunteer_id

    def buttons_for(self, obj):
        return [] if obj.handled_at else ["handle"]

    @admin.display(description=_("email address"))
    def email(self, obj):
        return obj.volunteer.user.email

    @admin.action(description=_("I have been in touch"))
    def handle(self, request, queryset):
        self.do_each(request, queryset, lambda call: care.handle(call, by=request.user), done=_now("Done."))


@admin.register(Helpline)
class HelplineAdmin(TranslatedAdmin):
    """What volunteers read when somebody tells something hard. What is out of use is not shown."""

    translated, needed = ("name", "good_for"), "name"
    others = ("number", "position", "is_active", "verified_on")
    list_display = ["number", "name", "position", "is_active", "verified_on"]
    ordering = ["position"]
