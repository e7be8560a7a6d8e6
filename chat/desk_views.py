"""The desk: the switch, what waits, one's own chats."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat import care, claiming, desk_list, links, missed, presence
from chat.forms import ClaimForm
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers import conduct, course, duty, joining_views
from volunteers.access import for_volunteers
from volunteers.models import Volunteer

NOTE_READ = "note_read_at"  # in the session: until when notes on the desk are read


@require_GET
@for_volunteers
def desk_show(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The whole desk. The visit is the sign of life where there is no socket. Whose rules are old reads them first."""
    if not conduct.has_accepted(volunteer):
        return _to_rules()
    presence.heard_from(participant_ids=[], user_ids=[volunteer.user_id])
    shown = {**_desk(request, volunteer), "has_helped": care.has_helped(volunteer)}
    return render(request, "chat/desk_show.html", shown)


def _desk(request: HttpRequest, volunteer: Volunteer) -> dict:
    read_at = request.session.get(NOTE_READ)
    return desk_list.of(volunteer, note_read_at=datetime.fromisoformat(read_at) if read_at else None)


@require_GET
@for_volunteers
def desk_fragment(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What changes on the desk, as a fragment with an ETag: 304 when nothing did.

    Whose rules are old is led to them; desk.js then opens the whole page again, which leads there too.
    """
    if not conduct.has_accepted(volunteer):
        return _to_rules()
    response = render(request, "chat/_desk.html", _desk(request, volunteer))
    response["ETag"] = quote_etag(desk_list.fingerprint(response.content))
    if request.headers.get("If-None-Match") == response["ETag"]:
        return HttpResponse(status=304, headers={"ETag": response["ETag"]})
    return response


@require_POST
@for_volunteers
def desk_switch(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Här nu · Skicka notis · Inte här."""
    to = request.POST.get("to")
    if to in ("here", "notify", "away"):
        duty.switch(volunteer, to=to, actor=request.user)
        missed.come_back(volunteer)
    if to == "notify":
        return redirect("volunteers:alerts_edit")
    return redirect("chat:desk_show")


@require_POST
@for_volunteers
def desk_note_read(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The volunteer has read that somebody went on with another: this browser says it no more."""
    request.session[NOTE_READ] = timezone.now().isoformat()
    return redirect("chat:desk_show")


@require_POST
@for_volunteers
def request_claim(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """Chatta nu, or Svara senare i kväll."""
    form = ClaimForm(request.POST)
    questions = HelpRequest.objects.for_volunteers().filter(conversation__isnull=False).select_related("owner")
    question = get_object_or_404(questions, public_id=public_id)
    if not form.is_valid():
        return redirect("chat:desk_show")
    try:
        claiming.claim(question, volunteer, pace=form.cleaned_data["pace"])
        return redirect(links.chat_path(question))
    except StateConflict:
        messages.warning(request, _("Another volunteer was faster. Thank you for trying!"))
    except claiming.BusyElsewhere as busy:
        messages.warning(request, _said_busy(busy.question))
    except conduct.RulesFirst:
        return _to_rules()
    except course.CourseFirst:
        return to_course(request)
    except claiming.ShiftIsOver:
        messages.info(request, _("Your shift is over. Press Here now to take one more, or answer it later."))
    except claiming.NotAllowed:
        messages.warning(request, _("You cannot take this question."))
    return redirect("chat:desk_show")


def to_course(request: HttpRequest) -> HttpResponse:
    """The page of the course, with a word about why."""
    messages.info(request, _("Read the short course first. Then you can take questions."))
    return redirect("volunteers:course_show")


def _to_rules() -> HttpResponse:
    """The page of our rules; it leads back to the desk."""
    return redirect(joining_views.rules_path(back=reverse("chat:desk_show")))


def _said_busy(other: HelpRequest) -> str:
    """The words, with a link to the chat that is going on."""
    words = _("You are already chatting with somebody. Finish that first, or answer this one later.")
    name, url = other.owner.display_name, links.chat_path(other)
    label = _("Open the chat with %(name)s") % {"name": name} if name else _("Open the chat")
    return format_html('{} <a href="{}">{}</a>', words, url, label)
