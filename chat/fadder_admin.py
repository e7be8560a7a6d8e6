"""Fadders, for staff: an experienced volunteer is named for a new one."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from chat import fadders
from chat.models import Fadder
from motesplats.admin_site import StaffAdmin, YesNoFilter
from volunteers.models import Volunteer

PROBLEMS = {
    "oneself": _("Choose two different people."),
    "not_approved": _("A fadder has to be an approved volunteer."),
    "too_new": _("This fadder has helped fewer than five people."),
    "past_it": _("The new volunteer has helped twice already."),
    "has_one": _("The new volunteer has a fadder already."),
}


class FadderForm(forms.ModelForm):
    class Meta:
        model = Fadder
        fields = ["newcomer", "fadder"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.fields:  # none where staff only look
            people = Volunteer.objects.select_related("user").order_by("user__display_name")
            self.fields["newcomer"].queryset = people.exclude(state=Volunteer.State.ENDED)
            self.fields["fadder"].queryset = people.approved()

    def clean(self):
        said = super().clean()
        newcomer, fadder = said.get("newcomer"), said.get("fadder")
        problem = fadders.problem_with(newcomer, fadder) if newcomer and fadder else ""
        if problem:
            raise forms.ValidationError(PROBLEMS[problem])
        return said


@admin.register(Fadder)
class FadderAdmin(StaffAdmin):
    may_add = True
    form = FadderForm
    list_display = ["newcomer", "fadder", "named_at", "ended_at"]
    list_filter = [("ended_at", YesNoFilter)]
    list_select_related = ["newcomer__user", "fadder__user"]
    fields = ["newcomer", "fadder"]
    ordering = ["-named_at"]
    actions = ["end"]

    def about(self, obj):
        return "volunteer", obj.newcomer_id

    def buttons_for(self, obj):
        return [] if obj.ended_at else ["end"]

    def save_model(self, request, obj, form, change):
        obj.pk = fadders.name(obj.newcomer, obj.fadder, by=request.user).pk

    def log_addition(self, request, obj, message):
        """fadders.name has written it down."""

    @admin.action(description=_("End"))
    def end(self, request, queryset):
        self.do_each(request, queryset, lambda pair: fadders.end(pair, by=request.user), done=_now("Ended."))
