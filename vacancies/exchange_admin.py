"""For IM: which ads from Platsbanken they want, and how the import goes."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin
from motesplats.municipality_field import MunicipalityField
from motesplats.occupation_field import OccupationField
from vacancies import exchange
from vacancies.models import ImportChoice, ImportState


class ChoiceForm(forms.ModelForm):
    occupation = OccupationField(label=ImportChoice._meta.get_field("occupation").verbose_name, required=False)
    municipality = MunicipalityField(label=ImportChoice._meta.get_field("municipality").verbose_name, required=False)

    class Meta:
        model = ImportChoice
        fields = ("field", "occupation", "municipality")


@admin.register(ImportChoice)
class ImportChoiceAdmin(StaffAdmin):
    form = ChoiceForm
    list_display = ["__str__", "made_at"]
    may_add = True
    actions = ["take_away"]

    def buttons_for(self, obj):
        return ["take_away"]

    @admin.action(description=_("Take away"))
    def take_away(self, request, queryset):
        gone = _now("Taken away")
        self.do_each(request, queryset, lambda choice: exchange.take_away(choice, by=request.user), done=gone)


@admin.register(ImportState)
class ImportStateAdmin(StaffAdmin):
    list_display = ["phase", "done", "bad", "problem", "alive_at", "finished_at"]
    fields = ["phase", "since", "done", "bad", "problem", "alive_at", "finished_at"]
