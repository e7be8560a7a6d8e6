"""Where help is missing: maps for volunteers and for IM, and half an hour taken from the map."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import coverage, coverage_map
from chat.coverage_forms import ChoiceForm, HourForm
from motesplats.moments import say_span
from motesplats.topics import Topic
from volunteers import roster
from volunteers.access import for_volunteers
from volunteers.models import Volunteer

SHOWN = 8  # red hours; the others are behind "More hours"


@require_safe
@for_volunteers
def coverage_show(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The maps, and the red hours with a button where this volunteer would be of help."""
    shown = context(request, timezone.now())
    for hour in shown["red"]:
        hour["can_take"] = hour["hour"].could_be_taken_by(volunteer)
    shown["red"].sort(key=lambda hour: not hour["can_take"])  # what one can do comes first, else soonest first
    shown |= {"first": shown["red"][:SHOWN], "more": shown["red"][SHOWN:]}
    return render(request, "chat/coverage_show.html", shown)


def context(request: HttpRequest, at: datetime) -> dict:
    """What both pages show: the form, the maps, the red hours to come, the promises."""
    form = ChoiceForm(request.GET)
    choice = form.choice()
    hours = coverage.coming(choice, at)
    topic = choice.topic or Topic.CV
    query = {"sprak": choice.language, "amne": choice.topic}
    return {
        "title": _("Where help is missing"),
        "form": form,
        "query": urlencode({name: value for name, value in query.items() if value}),
        "coming": coverage_map.of_coming(hours, at),
        "past": coverage_map.of_past(coverage.past(choice, at)),
        "red": [{"hour": hour} for hour in hours.values() if hour.is_red and hour.starts_at > at],
        "promised_topic": Topic(topic).label,
        "promises": [{"languages": [code], "promise": promise} for code, promise in coverage.promises(topic, at)],
    }


@require_POST
@for_volunteers
def hour_take(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """ "Jag tar 30 min": a shift of one's own from the start of that hour."""
    form = HourForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("That hour has begun. Choose another."))
        return _back(request)
    try:
        shift = roster.stand_by(volunteer, starts_at=form.cleaned_data["hour"]).shift
    except roster.CannotBook:
        messages.error(request, _("You cannot book shifts now."))
    else:
        span = say_span(shift.starts_at, shift.ends_at)
        messages.success(request, _("Thank you! You take questions %(span)s.") % {"span": span})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    form = ChoiceForm(request.GET)
    query = request.GET.urlencode() if form.is_valid() else ""
    return redirect(f"{reverse('chat:coverage_show')}{'?' if query else ''}{query}")
