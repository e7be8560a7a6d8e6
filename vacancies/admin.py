"""For IM: employers to call, visits to arrange. Ads: admin_ads.py."""

from django.contrib import admin, messages
from django.db.models import F
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin, YesNoFilter
from motesplats.moments import say_moment
from vacancies import admin_ads, employers, exchange_admin, red_flags, visits  # noqa: F401 their lists register themselves
from vacancies.models import Employer, EmployerCheck, VisitInvite
from vacancies.refusals import StateConflict

State = Employer.State
CHECKS = {kind: f"check_{kind}" for kind in EmployerCheck.Kind}  # kind -> its action
_MARKS = {True: "✓", False: "–"}


class CheckActions:
    """What IM looks at before an employer is let in: a button for each."""

    @admin.action(description=EmployerCheck.Kind.REGISTER.label)
    def check_register(self, request, queryset):
        self._check(request, queryset, EmployerCheck.Kind.REGISTER)

    @admin.action(description=EmployerCheck.Kind.CALLED.label)
    def check_called(self, request, queryset):
        self._check(request, queryset, EmployerCheck.Kind.CALLED)

    @admin.action(description=EmployerCheck.Kind.PERSON.label)
    def check_person(self, request, queryset):
        self._check(request, queryset, EmployerCheck.Kind.PERSON)

    @admin.action(description=EmployerCheck.Kind.TERMS.label)
    def check_terms(self, request, queryset):
        self._check(request, queryset, EmployerCheck.Kind.TERMS)

    @admin.action(description=EmployerCheck.Kind.COSTS.label)
    def check_costs(self, request, queryset):
        self._check(request, queryset, EmployerCheck.Kind.COSTS)

    def _check(self, request, queryset, kind):
        done = _now("Written down")
        self.do_each(request, queryset, lambda one: employers.check(one, kind, by=request.user), done=done)

    @admin.display(description=_("checks"))
    def checklist(self, obj):
        """Each check, and who made it when."""
        done = {row.kind: row for row in obj.checks.select_related("done_by")}
        return format_html_join(
            "", "<div>{} {}</div>", (_check_said(kind, done.get(kind)) for kind in EmployerCheck.Kind)
        )


def _check_said(kind: EmployerCheck.Kind, row: EmployerCheck | None) -> tuple[str, str]:
    if row is None:
        return _MARKS[False], kind.label
    words = {"check": kind.label, "name": row.done_by or "–", "moment": say_moment(row.done_at)}
    return _MARKS[True], _now("%(check)s: %(name)s, %(moment)s") % words


@admin.register(Employer)
class EmployerAdmin(CheckActions, admin_ads.ImpartialAdmin):
    list_display = ["name", "number_written", "state", "call_by", "applied_at", "check_again_on"]
    list_filter = ["state", "office"]
    search_fields = ["name", "organisation_number"]
    fields = [
        "name", "number_written", "state", "flags_in_words", "approvals_said", "checklist", "contact_name", "phone",
        "website", "town", "member_names", "applied_at", "call_by", "approved_at", "check_again_on", "ads", "office",
    ]  # fmt: skip
    ordering = [F("call_by").asc(nulls_last=True), "-pk"]
    actions = [*CHECKS.values(), "approve", "refuse", "pause", "keep"]
    asks_first = frozenset({"refuse", "pause"})
    stays = frozenset({*CHECKS.values(), "approve"})

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("office")

    def buttons_for(self, obj):
        if obj.state == State.APPROVED:
            return ["keep", "pause"]
        left = [CHECKS[kind] for kind in employers.missing_checks(obj)]
        return [*left, "approve", *(["refuse"] if obj.state == State.APPLIED else [])]

    @admin.display(description=_("organisation number"))
    def number_written(self, obj):
        return obj.number_written

    @admin.display(description=_("municipality"))
    def town(self, obj):
        return obj.town or "–"

    @admin.display(description=_("look at this"))
    def flags_in_words(self, obj):
        return red_flags.in_words(obj.flags)

    @admin.display(description=_("yes from"))
    def approvals_said(self, obj):
        return admin_ads.approvals_said(obj.approvals.all(), employers.approvals_needed(obj))

    @admin.display(description=_("who writes the ads"))
    def member_names(self, obj):
        people = [row.user for row in obj.members.select_related("user")]
        rows = ((person.display_name, person.email or "–") for person in people)
        return format_html_join("", "<div>{} {}</div>", rows) or "–"

    @admin.display(description=_("ads"))
    def ads(self, obj):
        return admin_ads.links_to(obj.vacancies.order_by("-pk")[:20])

    @admin.action(description=_("Approve"))
    def approve(self, request, queryset):
        self._move(request, queryset, lambda one: self._approved(request, one), _now("Approved"))

    @admin.action(description=_("Say no"))
    def refuse(self, request, queryset):
        self._move(request, queryset, lambda one: employers.refuse(one, by=request.user), _now("Refused"))

    @admin.action(description=_("Pause"))
    def pause(self, request, queryset):
        self._move(request, queryset, lambda one: employers.pause(one, by=request.user), _now("Paused"))

    @admin.action(description=_("Looked at again: stays approved"))
    def keep(self, request, queryset):
        self._move(request, queryset, lambda one: employers.keep(one, by=request.user), _now("Stays approved"))

    def _move(self, request, queryset, call, done):
        refusal = _now("That does not fit the state any more.")
        self.do_each(request, queryset, call, done=done, refused=StateConflict, refusal=refusal)

    def _approved(self, request, employer) -> bool:
        """False, with what is left, when it is not let in yet."""
        try:
            if employers.approve(employer, by=request.user):
                return True
        except employers.NotReady as left:
            names = ", ".join(str(EmployerCheck.Kind(kind).label) for kind in left.missing)
            said = _now("%(name)s cannot be approved yet. This is left: %(steps)s.")
            self.message_user(request, said % {"name": employer, "steps": names}, messages.ERROR)
            return False
        except employers.NumberTaken:
            said = _now("Another approved employer has this organisation number. Let that one invite this person.")
            self.message_user(request, said, messages.ERROR)
            return False
        said = admin_ads.approvals_said(employer.approvals.all(), employers.approvals_needed(employer))
        self.message_user(request, said, messages.WARNING)
        return False


@admin.register(VisitInvite)
class VisitInviteAdmin(StaffAdmin):
    """Employers who want people to come and see the workplace."""

    list_display = ["employer", "at", "handled_at"]
    list_filter = [("handled_at", YesNoFilter)]
    list_select_related = ["employer"]
    fields = ["employer", "phone", "text", "at", "handled_at", "handled_by"]
    ordering = ["-at"]
    actions = ["handle"]

    def buttons_for(self, obj):
        return [] if obj.handled_at else ["handle"]

    @admin.display(description=_("phone number"))
    def phone(self, obj):
        return f"{obj.employer.contact_name} {obj.employer.phone}"

    @admin.action(description=_("I have called"))
    def handle(self, request, queryset):
        rows = queryset.select_related("employer")
        self.do_each(request, rows, lambda row: visits.handle(row, by=request.user), done=_now("Done."))
