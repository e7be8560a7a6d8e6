"""For IM: employers to call, ads to read."""

from django.contrib import admin

from motesplats.admin_site import StaffAdmin
from vacancies.models import Employer, Vacancy


@admin.register(Employer)
class EmployerAdmin(StaffAdmin):
    list_display = ["name", "number_written", "state", "applied_at", "call_by"]
    list_filter = ["state"]
    search_fields = ["name", "organisation_number"]


@admin.register(Vacancy)
class VacancyAdmin(StaffAdmin):
    list_display = ["title", "employer", "kind", "state", "answer_by", "last_day"]
    list_select_related = ["employer"]
    list_filter = ["state", "kind"]
    search_fields = ["title_sv", "employer__name"]
