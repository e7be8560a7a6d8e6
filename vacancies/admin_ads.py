"""For IM: ads to read, as people will see them, with what to look at twice."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.db.models import F
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats.admin_site import StaffAdmin, YesNoFilter
from motesplats.forms import PlainTextField
from vacancies import publishing, red_flags
from vacancies.models import Vacancy
from vacancies.refusals import OwnEmployer, StateConflict

State = Vacancy.State


def approvals_said(approvals, needed: int) -> str:
    """'Disa har sagt ja. En till behövs.'"""
    names = ", ".join(str(row.by) for row in approvals.select_related("by").order_by("pk"))
    if not names:
        return _now("Nobody yet. Two people are needed.") if needed > 1 else _now("Nobody yet. One person is enough.")
    if approvals.count() < needed:
        return _now("%(names)s has said yes. One more is needed.") % {"names": names}
    return names


def _moment(said: str) -> datetime:
    """What the page said it had read; a page that says nothing has read nothing."""
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return timezone.now()


def links_to(ads) -> str:
    """Each ad with its state, as a link to its page here."""
    rows = ((reverse("admin:vacancies_vacancy_change", args=[ad.pk]), ad, ad.get_state_display()) for ad in ads)
    return format_html_join("", '<div><a href="{}">{}</a>: {}</div>', rows) or "–"


class NoteForm(forms.Form):
    """What the employer shall change."""

    use_required_attribute = False

    note = PlainTextField(
        label=_("What shall the employer change?"),
        help_text=_("It stands in the email and above the ad. Write plainly: one thing on each line."),
        max_length=Vacancy._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what the employer shall change.")},
    )


class ImpartialAdmin(StaffAdmin):
    """Whoever writes ads for an employer leaves what IM decides about it to a colleague."""

    def do_each(self, request, queryset, call, **more):
        def ask(obj):
            try:
                return call(obj)
            except OwnEmployer:
                said = _now("%(name)s: you write ads for this employer yourself. A colleague must decide.")
                self.message_user(request, said % {"name": obj}, messages.ERROR)
                return False

        super().do_each(request, queryset, ask, **more)


@admin.register(Vacancy)
class VacancyAdmin(ImpartialAdmin):
    list_display = ["__str__", "employer", "kind", "state", "answer_by", "hidden_at", "last_day"]
    list_select_related = ["employer"]
    list_filter = ["state", "kind", ("hidden_at", YesNoFilter)]
    search_fields = ["title_sv", "employer__name"]
    fields = [
        "state", "employer_said", "flags_in_words", "approvals_said", "as_shown", "answer_by", "submitted_at",
        "published_at", "hidden_at", "last_day", "ended_at", "outcome", "opened", "asked", "note",
    ]  # fmt: skip
    ordering = [F("answer_by").asc(nulls_last=True), "-pk"]
    actions = ["hide", "show_again", "end"]  # published is what was read: by the button of one ad
    asks_first = frozenset({"end"})
    stays = frozenset({"publish", "hide", "show_again"})

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("employer")

    def buttons_for(self, obj):
        if obj.state == State.REVIEW:
            return ["publish", "send_back"]
        if obj.state == State.PUBLISHED:
            return ["show_again" if obj.hidden_at else "hide", "end"]
        return []

    def seen_of(self, obj):
        return obj.submitted_at.isoformat() if obj.submitted_at else ""

    def get_action(self, action):
        """ "Send back" asks for a reason, so it is a button of one ad and no action on many."""
        if action == "send_back":
            return VacancyAdmin.send_back, "send_back", _("Send back with a note")
        return super().get_action(action)

    def do_view(self, request, object_id, action):
        obj = self.get_object(request, object_id) if action == "send_back" else None
        if obj is None or request.method != "POST" or action not in self.buttons_for(obj):
            return super().do_view(request, object_id, action)
        return self.send_back(request, obj)

    def send_back(self, request, obj):
        """A page with one box first, then the move."""
        form = NoteForm(request.POST if "note" in request.POST else None)
        if not form.is_valid():
            shown = {"form": form, "obj": obj, "title": _now("Send back with a note"), "opts": self.opts}
            context = {**self.admin_site.each_context(request), **shown}
            return TemplateResponse(request, "admin/vacancies/vacancy/send_back.html", context)
        try:
            publishing.send_back(obj, form.cleaned_data["note"], by=request.user)
        except StateConflict:
            self.message_user(request, _now("That does not fit the state any more."), messages.ERROR)
        else:
            self.message_user(request, _now("Sent back. The employer gets an email."), messages.SUCCESS)
        return redirect("admin:vacancies_vacancy_changelist")

    @admin.display(description=_("employer"))
    def employer_said(self, obj):
        url = reverse("admin:vacancies_employer_change", args=[obj.employer_id])
        return format_html_join("", '<a href="{}">{}</a>: {}', [(url, obj.employer, obj.employer.get_state_display())])

    @admin.display(description=_("look at this"))
    def flags_in_words(self, obj):
        return red_flags.in_words(obj.flags)

    @admin.display(description=_("yes from"))
    def approvals_said(self, obj):
        if obj.state != State.REVIEW:
            return "–"
        return approvals_said(obj.approvals.filter(submitted_at=obj.submitted_at), publishing.approvals_needed(obj))

    @admin.display(description=_("the ad"))
    def as_shown(self, obj):
        return render_to_string("vacancies/employer_ad_shown.html", {"vacancy": obj})

    @admin.action(description=_("Show to everybody"))
    def publish(self, request, queryset):
        rows = queryset.select_related("employer")
        refusal = _now("It cannot be shown: the employer is not approved, or the last day has gone by.")
        self.do_each(
            request,
            rows,
            lambda ad: self._published(request, ad),
            done=_now("Is shown"),
            refused=StateConflict,
            refusal=refusal,
        )

    def _published(self, request, ad) -> bool:
        try:
            if publishing.publish(ad, by=request.user, seen=_moment(request.POST.get("seen", ""))):
                return True
        except publishing.ReadAnother:
            said = _now("The employer has changed the ad since you opened this page. Read it once more.")
            self.message_user(request, said, messages.ERROR)
            return False
        self.message_user(request, self.approvals_said(ad), messages.WARNING)
        return False

    @admin.action(description=_("Hide until IM has looked"))
    def hide(self, request, queryset):
        self.do_each(request, queryset, lambda ad: publishing.hide(ad, by=request.user), done=_now("Is not shown"))

    @admin.action(description=_("Show again"))
    def show_again(self, request, queryset):
        self.do_each(request, queryset, lambda ad: publishing.show_again(ad, by=request.user), done=_now("Is shown"))

    @admin.action(description=_("End"))
    def end(self, request, queryset):
        self.do_each(
            request,
            queryset.select_related("employer"),
            lambda ad: publishing.end(ad, by=request.user),
            done=_now("Ended"),
            refused=StateConflict,
            refusal=_now("That does not fit the state any more."),
        )
