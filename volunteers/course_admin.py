"""For IM: the parts of the course, and the columns that say how far each volunteer has come."""

from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.moments import say_day
from motesplats.translated_admin import TranslatedAdmin
from volunteers import course
from volunteers.models import CoursePart


@admin.register(CoursePart)
class CoursePartAdmin(TranslatedAdmin):
    """What volunteers read before their first question. What is out of use is not shown."""

    translated, needed = ("title", "body", "question", "answer"), "title"
    others = ("position", "is_active", "version")
    list_display = ["title", "position", "version", "is_active"]
    ordering = ["position"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.startswith("body_"):
            field.widget.attrs["rows"] = 24
        return field


class WithCourse:
    """For the list of volunteers: how much of the course each has read, and when they last practised a chat."""

    def get_queryset(self, request):
        return course.with_progress(super().get_queryset(request))

    @admin.display(description=_("course"))
    def course_progress(self, obj):
        return f"{obj.parts_read}/{obj.parts_in_all}"

    @admin.display(description=_("practice chat"))
    def practised(self, obj):
        return say_day(obj.practised_at) if obj.practised_at else _now("not yet")
