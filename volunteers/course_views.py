"""The course: its parts, one at a time, and the mark that a part is read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from volunteers import access, course
from volunteers.course_forms import ReadForm
from volunteers.models import CoursePart, Volunteer


@require_safe
@access.for_learners
def show_course(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """All parts, and which is next."""
    parts = list(course.parts_for(volunteer))
    shown = {"volunteer": volunteer, "parts": parts, "next": _first_unread(parts)}
    return render(request, "volunteers/course_show.html", shown)


@access.for_learners
def read_part(request: HttpRequest, volunteer: Volunteer, number: int) -> HttpResponse:
    """The part with this number, counted from 1: its text, its question with the answer folded, and "Läst"."""
    parts = list(course.parts_for(volunteer))
    if not 1 <= number <= len(parts):
        raise Http404
    part = parts[number - 1]
    if request.method == "POST":
        return _marked(request, volunteer, part, number)
    shown = {
        "part": part,
        "number": number,
        "total": len(parts),
        "form": ReadForm(initial={"part": part.pk, "version": part.version}),
        "body": course.blocks(part.body),
        "question": course.blocks(part.question),
        "answer": course.blocks(part.answer),
    }
    return render(request, "volunteers/course_read.html", shown)


def _marked(request: HttpRequest, volunteer: Volunteer, part: CoursePart, number: int) -> HttpResponse:
    if not ReadForm(request.POST).is_about(part):  # changed or moved meanwhile: here it is as it is now
        return redirect("volunteers:course_read", number)
    course.mark_read(volunteer, part)
    parts = list(course.parts_for(volunteer))
    following = _first_unread(parts)
    if following is None:
        return redirect("volunteers:course_show")
    return redirect("volunteers:course_read", parts.index(following) + 1)


def _first_unread(parts: list[CoursePart]) -> CoursePart | None:
    return next((part for part in parts if not part.is_read), None)
