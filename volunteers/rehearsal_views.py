"""The practice chat as a page: it looks like a chat, and each press moves it one step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from volunteers import access, course, rehearsal, rehearsal_words
from volunteers.models import Volunteer
from volunteers.rehearsal import Deed, Run, Step
from volunteers.rehearsal_forms import DeedForm

_KEPT = "rehearsal"  # in the session: the run, until it begins anew or the session ends


@access.for_learners
def show_rehearsal(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The practice as far as it has come; a POST moves it one step. An old page leads to where it is now."""
    run = Run.restored(request.session.get(_KEPT))
    form = None
    if request.method == "POST":
        form = DeedForm(request.POST)
        is_whole = form.is_valid()
        if not form.is_of(run):
            return redirect("volunteers:rehearsal_show")
        if is_whole:
            _move(request, volunteer, run, form)
            return redirect("volunteers:rehearsal_show")
    return render(request, "volunteers/rehearsal_show.html", _shown(request, volunteer, run, form))


@require_POST
@access.for_learners
def start(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """From the beginning; what was written is gone."""
    request.session.pop(_KEPT, None)
    return redirect("volunteers:rehearsal_show")


def _move(request: HttpRequest, volunteer: Volunteer, run: Run, form: DeedForm) -> None:
    said = form.cleaned_data
    deed, name = Deed(said["deed"]), request.user.display_name
    moved = rehearsal.advance(run, deed, name=name, text=said["body"], quote=form.quote)
    request.session[_KEPT] = moved.stored()
    if moved.step == Step.DONE:
        rehearsal.finish(volunteer, moved)


def _shown(request: HttpRequest, volunteer: Volunteer, run: Run, form: DeedForm | None) -> dict:
    is_over = run.step == Step.DONE
    lines = rehearsal.lines_of(run)
    return {
        "volunteer": volunteer,
        "run": run,
        "step": str(run.step),
        "form": form,
        "name": rehearsal.NAME,
        "question": rehearsal.QUESTION,
        "cv": rehearsal.CV if run.said else (),
        "hint": rehearsal.HINTS.get(run.step, ""),
        "shown": lines,
        "other_read_seq": len(lines),
        "may_say_reading": rehearsal.may(run, Deed.READING),
        "may_comment": rehearsal.may(run, Deed.COMMENT),
        "greets": request.GET.get("hej") == "1",
        "remarks": rehearsal_words.remarks(run) if is_over else (),
        "first_steps": course.first_steps(volunteer) if is_over else None,
    }
