"""Fråga en kollega: the thread, a question, an answer, and when something is wrong with one of them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chat import colleagues, presence
from chat.colleague_forms import STOPPED, AnswerForm, ColleagueForm
from chat.forms import StopForm
from motesplats import limits
from motesplats.moments import say_moment
from volunteers.access import for_volunteers
from volunteers.models import Volunteer


def _is_here(volunteer: Volunteer) -> bool:
    return colleagues.may_take_part(volunteer, timezone.now())


@for_volunteers
def colleague_list(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """GET: the thread, for those on duty; the visit is a sign of life. POST: a question."""
    presence.heard_from(participant_ids=[], user_ids=[volunteer.user_id])
    form = ColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            colleagues.ask(volunteer, form.cleaned_data["text"])
            return redirect("chat:colleague_list")
        except colleagues.Stopped as stopped:
            form.add_error("text", STOPPED[stopped.args[0]])
    is_here = _is_here(volunteer)
    context = {"form": form, "is_here": is_here, "posts": colleagues.thread(request.user) if is_here else []}
    return render(request, "chat/colleague_list.html", context, status=400 if form.is_bound else 200)


@require_GET
@for_volunteers
def colleague_fragment(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The thread as a fragment, fetched when the desk's socket says that something changed."""
    if not _is_here(volunteer):
        raise Http404
    return render(request, "chat/_colleagues.html", {"posts": colleagues.thread(request.user)})


@for_volunteers
def colleague_answer(request: HttpRequest, volunteer: Volunteer, post_id: str) -> HttpResponse:
    """GET: the question and a box. POST: the answer."""
    if not _is_here(volunteer):
        return redirect("chat:colleague_list")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    try:
        question = colleagues.question_of(post_id)
        if form.is_valid():
            colleagues.answer(volunteer, post_id, form.cleaned_data["text"])
            return redirect("chat:colleague_list")
    except colleagues.Gone:
        raise Http404 from None
    except colleagues.Stopped as stopped:
        form.add_error("text", STOPPED[stopped.args[0]])
    context = {"form": form, "question": question}
    return render(request, "chat/colleague_answer.html", context, status=400 if form.is_bound else 200)


@for_volunteers
def colleague_report(request: HttpRequest, volunteer: Volunteer, post_id: str) -> HttpResponse:
    """Något är fel: GET asks what, POST tells IM."""
    if not _is_here(volunteer):
        return redirect("chat:colleague_list")
    try:
        post = colleagues.post_of(post_id)
    except colleagues.Gone:
        raise Http404 from None
    form = StopForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "chat/colleague_report.html", {"form": form, "post": post})
    if limits.allow(f"colleague-report:{volunteer.pk}", times=5, seconds=86_400):  # IM must not drown
        made = colleagues.report(post, volunteer, text=form.cleaned_data["text"], title=_("Ask a colleague"))
        words = _("Thank you. IM reads this %(moment)s at the latest.") % {"moment": say_moment(made.answer_by)}
        messages.success(request, words)
    else:
        messages.warning(request, _("IM has your report and reads it."))
    return redirect("chat:colleague_list")
