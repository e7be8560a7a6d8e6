"""For IM: the steps of one who wants to be a volunteer, on the volunteer's page of the admin."""

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats import occupations
from motesplats.moments import local
from volunteers import steps
from volunteers.models import Shift, StaffStep, Volunteer

Kind, State = StaffStep.Kind, Volunteer.State
NOTES = {Kind.TALK: "note_talk", Kind.REFERENCES: "note_references", Kind.EXTRACT: "note_extract"}

TAKEN_BACK = {
    Kind.TALK: "undo_talk",
    Kind.REFERENCES: "undo_references",
    Kind.EXTRACT: "undo_extract",
    Kind.FOLLOW_UP: "undo_follow_up",
}


def buttons_for(volunteer: Volunteer) -> list[str]:
    """The steps that are left for IM, as names of actions."""
    found = steps.of(volunteer)
    left = [NOTES[step.code] for step in found if step.code in NOTES and step.done_at is None]
    if Kind.EXTRACT not in [step.code for step in found]:
        left.append("ask_for_extract")
    follow_up = StaffStep.objects.filter(volunteer=volunteer, kind=Kind.FOLLOW_UP)
    if volunteer.state == State.APPROVED and not follow_up.exists():
        left.append("note_follow_up")
    return left


def mistakes_for(volunteer: Volunteer) -> list[str]:
    """What was written down and can be taken back, as names of actions."""
    noted = set(StaffStep.objects.filter(volunteer=volunteer).values_list("kind", flat=True))
    return [action for kind, action in TAKEN_BACK.items() if kind in noted]


class StepActions:
    """The columns and actions of the steps, for VolunteerAdmin."""

    @admin.display(description=_("steps"))
    def what_is_done(self, obj):
        return format_html_join(
            "", "<div>{} {}</div>", ((_MARKS[bool(step.done_at)], _said(step)) for step in steps.of(obj))
        )

    @admin.display(description=_("next"))
    def what_is_next(self, obj):
        left = steps.missing(obj)
        if left:
            return left[0].label
        return _now("Approve") if obj.state == State.APPLIED else ""

    @admin.display(description=_("occupations"))
    def occupation_names(self, obj):
        return ", ".join(occupations.labels(obj.occupations))

    @admin.display(description=_("when"))
    def time_names(self, obj):
        return ", ".join(str(Volunteer.Times(code).label) for code in obj.times)

    @admin.display(description=_("place"))
    def place_names(self, obj):
        return ", ".join(str(Shift.Place(code).label) for code in obj.places)

    @admin.action(description=_("Talk held"))
    def note_talk(self, request, queryset):
        self._note(request, queryset, Kind.TALK)

    @admin.action(description=_("References taken"))
    def note_references(self, request, queryset):
        self._note(request, queryset, Kind.REFERENCES)

    @admin.action(description=_("An extract is needed"))
    def ask_for_extract(self, request, queryset):
        self._each(request, queryset, lambda volunteer: steps.ask_for_extract(volunteer, by=request.user))

    @admin.action(description=_("I have seen the extract"))
    def note_extract(self, request, queryset):
        self._note(request, queryset, Kind.EXTRACT)

    @admin.action(description=_("I have asked how it is going"))
    def note_follow_up(self, request, queryset):
        self._note(request, queryset, Kind.FOLLOW_UP)

    @admin.action(description=_("Take back: the talk is not held"))
    def undo_talk(self, request, queryset):
        self._take_back(request, queryset, Kind.TALK)

    @admin.action(description=_("Take back: references are not taken"))
    def undo_references(self, request, queryset):
        self._take_back(request, queryset, Kind.REFERENCES)

    @admin.action(description=_("Take back: I have not seen the extract"))
    def undo_extract(self, request, queryset):
        self._take_back(request, queryset, Kind.EXTRACT)

    @admin.action(description=_("Take back: I have not asked how it is going"))
    def undo_follow_up(self, request, queryset):
        self._take_back(request, queryset, Kind.FOLLOW_UP)

    def _take_back(self, request, queryset, kind):
        rows = queryset.select_related("user")
        self.do_each(
            request,
            rows,
            lambda volunteer: steps.take_back(volunteer, kind, by=request.user),
            done=_now("Taken back."),
            refused=steps.AlreadyDone,
            refusal=_now("That was taken back before."),
        )

    def _note(self, request, queryset, kind):
        self._each(request, queryset, lambda volunteer: steps.note(volunteer, kind, by=request.user))

    def _each(self, request, queryset, call):
        refusal = _now("That was written down before.")
        rows = queryset.select_related("user")
        self.do_each(request, rows, call, done=_now("Written down."), refused=steps.AlreadyDone, refusal=refusal)


_MARKS = {True: "✓", False: "–"}


def _said(step: steps.Step) -> str:
    """'Samtal med IM: tisdag 24 november (Disa)'"""
    if step.done_at is None:
        return step.label if step.is_needed else _now("%(step)s (not required)") % {"step": step.label}
    words = {"step": step.label, "day": date_format(local(step.done_at), "l j F Y"), "name": step.done_by or ""}
    return (_now("%(step)s: %(day)s, %(name)s") if step.done_by else _now("%(step)s: %(day)s")) % words
