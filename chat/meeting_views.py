"""Two people agree on a time: the page for suggesting and choosing, and the one behind the button of a mail."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chat import links, meeting_links, meetings, presence
from chat.access import Person, may_read
from chat.meeting_forms import AnswerForm, CancelForm, TimesForm, WithdrawForm, refusal
from chat.models import Side
from chat.views import in_chat
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest


def of_two(view):
    """Only for the one who asked and the helper who has the question; without a helper, back to the chat."""

    @wraps(view)
    def inner(request: HttpRequest, person: Person, **kwargs) -> HttpResponse:
        question = person.request
        if person.side != Side.SEEKER and question.helper_id != person.participant.user_id:
            raise Http404
        if question.state != HelpRequest.State.ACTIVE:
            messages.info(request, _("You can choose a time when somebody helps you."))
            return redirect(links.chat_path(question))
        return view(request, person, **kwargs)

    return in_chat()(inner)


@of_two
def meeting_show(request: HttpRequest, person: Person) -> HttpResponse:
    """What is suggested or agreed on, else the form to suggest. POST suggests."""
    presence.visited(person.participant)
    form = TimesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            meetings.propose(person, form.cleaned_data["times"])
        except meetings.CannotPropose as problem:
            form.add_error("day_1", refusal(problem.reason))
        except StateConflict:
            return _faster(request, person)
        else:
            messages.success(request, _("Thank you. The answer comes in the chat."))
            return redirect(links.chat_path(person.request))
    context = {"person": person, "question": person.request, "times": meetings.standing(person), "form": form}
    return render(request, "chat/meeting_show.html", context, status=400 if form.errors else 200)


def _faster(request: HttpRequest, person: Person) -> HttpResponse:
    messages.warning(request, _("Someone was faster. This is how it is now."))
    return redirect(links.chat_path(person.request))


@require_POST
@of_two
def times_answer(request: HttpRequest, person: Person) -> HttpResponse:
    """One of the times, or "Ingen tid passar": then the page to suggest another."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.warning(request, refusal("none"))
        return redirect("chat:meeting_show", person.request.public_id)
    proposal = get_object_or_404(person.conversation.proposals, public_id=form.cleaned_data["proposal"])
    try:
        if form.cleaned_data["none"]:
            meetings.decline(person, proposal)
            return redirect("chat:meeting_show", person.request.public_id)
        meetings.choose(person, proposal, form.cleaned_data["time"])
        messages.success(request, _("The time is decided."))
    except meetings.CannotPropose as problem:
        messages.warning(request, refusal(problem.reason))
    except StateConflict:
        return _faster(request, person)
    return redirect(links.chat_path(person.request))


@require_POST
@of_two
def times_withdraw(request: HttpRequest, person: Person) -> HttpResponse:
    """Take one's own times back."""
    form = WithdrawForm(request.POST)
    if form.is_valid():
        proposal = get_object_or_404(person.conversation.proposals, public_id=form.cleaned_data["proposal"])
        try:
            meetings.withdraw(person, proposal)
        except StateConflict:
            return _faster(request, person)
    return redirect("chat:meeting_show", person.request.public_id)


@require_POST
@of_two
def meeting_cancel(request: HttpRequest, person: Person) -> HttpResponse:
    """ "Jag kan inte", from the chat."""
    form = CancelForm(request.POST)
    if form.is_valid():
        meeting = get_object_or_404(person.conversation.meetings, public_id=form.cleaned_data["meeting"])
        try:
            meetings.cancel(meeting, person.participant)
            messages.success(request, _("Thank you for telling. You can suggest a new time."))
        except StateConflict:
            return _faster(request, person)
    return redirect("chat:meeting_show", person.request.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the button of a mail: the time, "Jag kan inte", and the way to the chat. Only a POST does."""
    opened = meeting_links.opened_by(token)
    if opened is None or not may_read(opened[1]):
        return render(request, "chat/link_ended.html", status=404)
    meeting, participant = opened
    question = participant.conversation.request
    may_open = participant.side != Side.SEEKER or meeting_links.lets_in(meeting)
    if request.method == "POST" and "open" in request.POST:
        if not may_open:
            return render(request, "chat/link_ended.html", status=404)
        if participant.side == Side.SEEKER:
            links.let_in(request.session, participant)
        return redirect(links.chat_path(question))
    if request.method == "POST":
        try:
            meetings.cancel(meeting, participant)
            messages.success(request, _("Thank you for telling. You can suggest a new time in the chat."))
        except StateConflict:
            messages.info(request, _("Someone was faster. This is how it is now."))
        return redirect(request.path)
    return render(request, "chat/meeting_link.html", {"meeting": meeting, "may_open": may_open})
