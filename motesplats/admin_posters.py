"""For IM: how many come from each poster. Numbers of places, never of people."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats import moments, sources
from motesplats.admin_site import StaffAdmin
from motesplats.models import PosterPlace


@admin.register(PosterPlace)
class PosterPlaceAdmin(StaffAdmin):
    """Made by the page of posters. A name that is a person's, or nonsense, is taken away here."""

    list_display = ["name", "tag", "visits_lately", "questions_lately", "visits", "questions", "made_at"]
    fields = ["name", "tag", "made_at"]
    search_fields = ["name", "tag"]
    ordering = ["name"]
    actions = ["take_away"]
    asks_first = frozenset({"take_away"})
    change_list_template = "admin/motesplats/posterplace/change_list.html"

    def get_queryset(self, request):
        return sources.with_figures(super().get_queryset(request))

    def buttons_for(self, obj):
        return ["take_away"]

    @admin.display(description=_("visits, 30 days"), ordering="visits_lately")
    def visits_lately(self, obj):
        return obj.visits_lately

    @admin.display(description=_("questions, 30 days"), ordering="questions_lately")
    def questions_lately(self, obj):
        return obj.questions_lately

    @admin.display(description=_("visits in all"), ordering="visits")
    def visits(self, obj):
        return obj.visits

    @admin.display(description=_("questions in all"), ordering="questions")
    def questions(self, obj):
        return obj.questions

    @admin.action(description=_("Take away the place and its figures"))
    def take_away(self, request, queryset):
        self.do_each(
            request, queryset, lambda place: sources.take_away(place, by=request.user), done=_now("Taken away")
        )

    def get_urls(self):
        view = self.admin_site.admin_view(self.csv_view)
        return [path("csv/", view, name="motesplats_posterplace_csv"), *super().get_urls()]

    def csv_view(self, request):
        """Every place, month by month."""
        columns = [_now("month"), _now("tag"), _now("place"), _now("visits"), _now("questions")]
        headers = {"Content-Disposition": f'attachment; filename="affischer-{moments.today():%Y-%m-%d}.csv"'}
        return HttpResponse(sources.as_csv(columns), content_type="text/csv; charset=utf-8", headers=headers)
