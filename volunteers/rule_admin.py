"""Weekly shifts, for staff."""

from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin
from motesplats.languages import readable_names
from motesplats.models import Office
from volunteers import rules
from volunteers.models import ShiftRule
from volunteers.shift_forms import RuleForm


@admin.register(ShiftRule)
class ShiftRuleAdmin(StaffAdmin):
    may_add = may_change = True
    form = RuleForm
    list_display = ["name", "office", "seats", "every_week", "language_names", "place", "first_day", "ended_at"]
    list_filter = ["weekday", "office", "place"]
    list_select_related = ["office"]
    fields = RuleForm.Meta.fields
    actions = ["end"]
    asks_first = frozenset({"end"})

    def about(self, obj):
        return "shift_rule", obj.public_id

    def get_queryset(self, request):
        return super().get_queryset(request).with_standing()

    def get_changeform_initial_data(self, request):
        return {"office": Office.objects.default(), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.ended_at is None)

    def buttons_for(self, obj):
        return ["end"] if obj.ended_at is None else []

    def save_model(self, request, obj, form, change):
        if change:
            rules.change(obj, by=request.user)
        else:
            rules.lay(obj, by=request.user)

    def log_addition(self, request, obj, message):
        """rules.lay has written it down."""

    def log_change(self, request, obj, message):
        """rules.change has written it down."""

    @admin.display(description=_("when"), ordering="weekday")
    def name(self, obj):
        return str(obj)

    @admin.display(description=_("every week"))
    def every_week(self, obj):
        return f"{obj.taken_every_week}/{obj.standing_seats}"

    @admin.display(description=_("languages"))
    def language_names(self, obj):
        return ", ".join(readable_names(obj.languages)) or _now("all")

    @admin.action(description=_("End"))
    def end(self, request, queryset):
        done = _now("Ended. Booked shifts stay, and whoever has one gets an email.")
        self.do_each(request, queryset, lambda rule: rules.end(rule, by=request.user), done=done)
