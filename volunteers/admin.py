"""Volunteers to approve, and shifts."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin, StaffInline
from motesplats.languages import readable_names
from motesplats.moments import say_span
from motesplats.topics import Topic
from volunteers import (  # noqa: F401 their lists register themselves
    approval,
    care_admin,
    certificate_admin,
    conduct_admin,
    course_admin,
    roster,
    rule_admin,
    step_admin,
    steps,
)
from volunteers.forms import ShiftForm
from volunteers.models import Shift, ShiftBooking, Volunteer

State = Volunteer.State


@admin.register(Volunteer)
class VolunteerAdmin(course_admin.WithCourse, step_admin.StepActions, StaffAdmin):
    list_display = ["name", "state", "language_names", "topic_names", "office", "course_progress", "applied_at"]
    list_filter = ["state", "office"]
    list_select_related = ["user", "office"]
    search_fields = ["user__display_name", "user__email"]
    fields = [
        "name", "email", "state", "what_is_done", "what_is_next", "language_names", "topic_names", "occupation_names",
        "gives_contacts", "time_names", "place_names", "motivation", "office", "applied_at", "approved_at",
        "course_progress", "practised",
    ]  # fmt: skip
    ordering = ["-applied_at"]
    inlines = [conduct_admin.AcceptedInline]
    actions = ["note_talk", "note_references", "ask_for_extract", "note_extract", "approve", "pause", "resume", "end",
               "note_follow_up", *step_admin.TAKEN_BACK.values()]  # fmt: skip
    asks_first = frozenset({"end"})
    stays = frozenset({"note_talk", "note_references", "ask_for_extract", "note_extract", "note_follow_up",
                       *step_admin.TAKEN_BACK.values()})  # fmt: skip

    def buttons_for(self, obj):
        moves = {
            State.APPLIED: ["approve", "end"],
            State.APPROVED: ["pause", "end"],
            State.PAUSED: ["resume", "end"],
            State.ENDED: ["approve"],
        }[obj.state]
        return [*step_admin.buttons_for(obj), *moves, *step_admin.mistakes_for(obj)]

    @admin.display(description=_("name"), ordering="user__display_name")
    def name(self, obj):
        return str(obj.user)

    @admin.display(description=_("email address"))
    def email(self, obj):
        return obj.user.email

    @admin.display(description=_("languages"))
    def language_names(self, obj):
        return ", ".join(readable_names(obj.languages))

    @admin.display(description=_("topics"))
    def topic_names(self, obj):
        return ", ".join(str(Topic(code).label) for code in obj.topics) or _now("everything")

    @admin.action(description=_("Approve"))
    def approve(self, request, queryset):
        self._move(request, queryset, approval.approve, _now("Approved"))

    @admin.action(description=_("Pause"))
    def pause(self, request, queryset):
        self._move(request, queryset, approval.pause, _now("Paused"))

    @admin.action(description=_("Resume"))
    def resume(self, request, queryset):
        self._move(request, queryset, approval.resume, _now("Resumed"))

    @admin.action(description=_("Decline or end"))
    def end(self, request, queryset):
        self._move(request, queryset, approval.end, _now("Ended"))

    def _move(self, request, queryset, move, done):
        self.do_each(
            request,
            queryset.select_related("user"),
            lambda volunteer: self._moved(request, volunteer, move),
            done=done,
            refused=approval.StateConflict,
            refusal=_now("That does not fit the state any more."),
        )

    def _moved(self, request, volunteer, move) -> bool:
        """False, with the steps named, when something that IM requires is left."""
        try:
            move(volunteer, by=request.user)
        except approval.NotReady as left:
            said = _now("%(name)s cannot be approved yet. This is left: %(steps)s.")
            words = {"name": volunteer, "steps": steps.names(left.missing)}
            self.message_user(request, said % words, messages.ERROR)
            return False
        return True


class ShiftTime(admin.SimpleListFilter):
    """Shifts that come, unless one asks for those that are over."""

    title = _("time")
    parameter_name = "over"

    def lookups(self, request, model_admin):
        return [("1", _("over")), ("off", _("called off"))]

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("coming"),
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request, queryset):
        now = timezone.now()
        if self.value() == "off":
            return queryset.exclude(called_off_at=None).order_by("-starts_at")
        kept = queryset.filter(called_off_at=None)
        if self.value():
            return kept.filter(ends_at__lte=now).order_by("-starts_at")
        return kept.filter(ends_at__gt=now).order_by("starts_at")


class BookingInline(StaffInline):
    model = ShiftBooking
    fields = ["volunteer", "booked_at", "cancelled_at", "cancel_cause", "cancel_reason"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("volunteer__user", "shift")


@admin.register(Shift)
class ShiftAdmin(StaffAdmin):
    may_add = may_change = True
    form = ShiftForm
    list_display = ["when", "hours", "office", "seats_taken"]
    list_filter = [ShiftTime, "office"]
    list_select_related = ["office"]
    fields = ["office", "day", "opens", "closes", "seats", "place", "languages", "topics"]
    inlines = [BookingInline]
    actions = ["call_off"]
    asks_first = frozenset({"call_off"})

    def get_queryset(self, request):
        return super().get_queryset(request).with_booked()

    def get_changeform_initial_data(self, request):
        return {"office": self._usual_office(), **super().get_changeform_initial_data(request)}

    @staticmethod
    def _usual_office():
        return Shift._meta.get_field("office").related_model.objects.default()

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.can_be_changed(timezone.now()))

    def buttons_for(self, obj):
        return ["call_off"] if obj.can_be_changed(timezone.now()) else []

    def save_model(self, request, obj, form, change):
        if change:
            roster.change(obj, by=request.user)
        else:
            roster.lay(obj, by=request.user)
        for other in roster.at_the_same_time(obj)[:1]:
            said = _now("There is another shift at the same time: %(span)s. Do you mean more seats? Call one off.")
            self.message_user(request, said % {"span": other.span}, messages.WARNING)

    def log_addition(self, request, obj, message):
        """roster.lay has written it down."""

    def log_change(self, request, obj, message):
        """roster.change has written it down."""

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, obj):
        return say_span(obj.starts_at, obj.ends_at)

    @admin.display(description=_("hours"))
    def hours(self, obj):
        return obj.hours

    @admin.display(description=_("booked seats"))
    def seats_taken(self, obj):
        return f"{obj.booked}/{obj.seats}"

    @admin.action(description=_("Call off"))
    def call_off(self, request, queryset):
        self.do_each(
            request,
            queryset,
            lambda shift: roster.call_off(shift, by=request.user),
            done=_now("Called off. Whoever had booked gets an email."),
            refused=roster.ShiftOver,
            refusal=_now("That shift is over."),
        )
