"""For staff: mails that came in, what is held back and why, addresses that take no mail. No list shows their words."""

from django import forms
from django.contrib import admin, messages
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from chat import bounces, inbound, mail_files, round_trip
from chat.models import BouncedAddress, InboundMail
from motesplats.admin_site import StaffAdmin, YesNoFilter
from motesplats.forms import PlainTextField
from motesplats.mail_reading import read_mail
from seekers.help_requests import StateConflict

State = InboundMail.State
_NO_DOMAIN, _NO_MAILBOX = _("What stands after the @ takes no mail."), _("There is no such mailbox.")
SAID = {  # RFC 3463, RFC 7505
    "5.0.0": _("It takes no mail."),
    "5.1.1": _NO_MAILBOX,
    "5.1.2": _NO_DOMAIN,
    "5.1.3": _("The address is written wrongly."),
    "5.1.6": _NO_MAILBOX,
    "5.1.10": _NO_DOMAIN,
    "5.2.1": _("The mailbox is closed."),
    "5.4.4": _NO_DOMAIN,
}


class OpenForm(forms.Form):
    """Why somebody reads all of a mail; written in the audit log."""

    reason = forms.ChoiceField(
        label=_("Why do you open this mail?"),
        widget=forms.RadioSelect,
        choices=[
            ("deliver", _("To see whether it may go into the chat")),
            ("support", _("The person asked for support")),
            ("report", _("Somebody has reported something")),
            ("broken", _("Something in the mail was not shown rightly")),
        ],
    )


class AnswerForm(forms.Form):
    text = PlainTextField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 28, "class": "vLargeTextField"}),
    )


@admin.register(InboundMail)
class InboundMailAdmin(StaffAdmin):
    list_display = ["received_at", "state", "why", "sender", "whose", "door"]
    list_filter = ["state", "reason", "door"]
    list_select_related = ["participant__user"]
    fields = ["received_at", "state", "why", "sender", "whose", "question", "door", "seq", "attempts"]
    ordering = ["-pk"]
    actions = ["deliver", "throw_away", "try_again"]
    change_list_template = "admin/chat/inboundmail/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("why"), ordering="reason")
    def why(self, obj):
        return obj.get_reason_display()

    @admin.display(description=_("whose answer it is"))
    def whose(self, obj):
        return str(obj.participant.user) if obj.participant else ""

    @admin.display(description=_("question"))
    def question(self, obj):
        if obj.participant is None:
            return ""
        request = obj.participant.conversation.request
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:seekers_helprequest_change", args=[request.pk]), request
        )

    def buttons_for(self, obj):
        if obj.state == State.QUARANTINED:
            return [*(["deliver"] if obj.participant_id else []), "throw_away"]
        return ["try_again", "throw_away"] if obj.state == State.FAILED else []

    @admin.action(description=_("Put it into the chat"))
    def deliver(self, request, queryset):
        self._do(request, queryset, inbound.deliver, _now("On its way into the chat"))

    @admin.action(description=_("Throw it away"))
    def throw_away(self, request, queryset):
        self._do(request, queryset, inbound.throw_away, _now("Thrown away"))

    @admin.action(description=_("Try once more"))
    def try_again(self, request, queryset):
        self._do(request, queryset, inbound.try_again, _now("Will be tried again"))

    def _do(self, request, queryset, act, done):
        refusal = _now("This cannot be done with it now.")
        by = request.user
        self.do_each(request, queryset, lambda row: act(row, by=by), done=done, refused=StateConflict, refusal=refusal)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("prov/", wrap(self.test_view), name="chat_inboundmail_test"),
            path("<int:object_id>/visa/", wrap(self.open_view), name="chat_inboundmail_open"),
            path("<int:object_id>/svara/", wrap(self.answer_view), name="chat_inboundmail_answer"),
            *super().get_urls(),
        ]

    def test_view(self, request: HttpRequest) -> HttpResponse:
        """Send a mail to our own reply address; say what is right and what is not."""
        if request.method == "POST":
            if round_trip.start(by=request.user):
                messages.success(request, _now("A test mail is on its way. Look again in a minute."))
            return redirect("admin:chat_inboundmail_test")
        said = {"steps": round_trip.report(), "tested_at": round_trip.tested_at()}
        return self._page(request, "admin/inbound_test.html", title=_now("Test answers by email"), **said)

    def open_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """All of a mail, after a reason."""
        row, form, shown = self._row(object_id), OpenForm(request.POST or None), {}
        if request.method == "POST" and form.is_valid():
            inbound.opened(row, by=request.user, reason=form.cleaned_data["reason"])
            raw = inbound.raw_of(row)
            mail = read_mail(raw) if raw is not None else None
            names = [file.name for file in mail_files.files_of(mail)] if mail else []
            shown = {"mail": mail, "names": names, "is_gone": mail is None}
            shown["may_answer"] = row.sender and row.state in (State.QUARANTINED, State.FAILED)
            shown["buttons"] = [(name, self.get_action(name)[2]) for name in self.buttons_for(row)]
        return self._page(
            request, "admin/inbound_open.html", title=_now("Show the whole mail"), row=row, form=form, **shown
        )

    def answer_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write to the sender of a mail that was held back. Encrypted until it has left, then gone."""
        row, form = self._row(object_id), AnswerForm(request.POST or None)
        if not row.sender or row.state not in (State.QUARANTINED, State.FAILED):
            raise Http404
        if request.method == "POST" and form.is_valid():
            try:
                self._answer(row, form.cleaned_data["text"], by=request.user)
            except StateConflict:  # a colleague was quicker
                form.add_error(None, _now("This cannot be done with it now."))
            else:
                messages.success(request, _now("Your answer is on its way."))
                return redirect("admin:chat_inboundmail_changelist")
        return self._page(request, "admin/inbound_answer.html", title=_now("Answer by email"), row=row, form=form)

    @staticmethod
    @transaction.atomic
    def _answer(row: InboundMail, text: str, *, by) -> None:
        inbound.answered(row, by=by)
        thread = {"In-Reply-To": row.message_id, "References": row.message_id} if "@" in row.message_id else {}
        EmailMessage(_now("About your email"), text, to=[row.sender], headers=thread).send()

    def _row(self, object_id: int) -> InboundMail:
        row = InboundMail.objects.select_related("participant__user").filter(pk=object_id).first()
        if row is None:
            raise Http404
        return row

    def _page(self, request: HttpRequest, template: str, **shown) -> HttpResponse:
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        )


@admin.register(BouncedAddress)
class BouncedAddressAdmin(StaffAdmin):
    list_display = ["address", "user", "at", "server_said", "handled_at"]
    list_filter = [("handled_at", YesNoFilter)]
    list_select_related = ["user"]
    fields = ["address", "user", "at", "server_said", "handled_at"]
    ordering = ["-at"]
    actions = ["handle", "clear"]

    @admin.display(description=_("what its server said"), ordering="status")
    def server_said(self, obj):
        return f"{SAID.get(obj.status, SAID['5.0.0'])} ({obj.status})" if obj.status else ""

    def buttons_for(self, obj):
        return [*(["handle"] if obj.handled_at is None else []), "clear"]

    @admin.action(description=_("Mark as handled"))
    def handle(self, request, queryset):
        self.do_each(request, queryset, lambda row: bounces.handle(row, by=request.user), done=_now("Handled"))

    @admin.action(description=_("Send mail to this address again"))
    def clear(self, request, queryset):
        self.do_each(
            request, queryset, lambda row: bounces.clear(row, by=request.user), done=_now("Mail goes there again")
        )
