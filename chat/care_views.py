"""After a chat, for the volunteer alone: how it feels, enough for tonight, where to turn, and what the help came to."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import care as chats
from chat.care_forms import CareForm
from motesplats import office_hours
from motesplats.moments import say_day
from volunteers import care
from volunteers.access import for_volunteers
from volunteers.models import CareAnswer, CareCall, Helpline, Volunteer

Feeling = CareAnswer.Feeling


@require_POST
@for_volunteers
def care_answer(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """ "Hur känns det efter chatten?" Asked once; what is sent a second time changes nothing."""
    now = timezone.now()
    if not chats.may_answer(volunteer, public_id, now):
        raise Http404
    form = CareForm(request.POST)
    if form.is_valid():
        by = office_hours.staffed_until(volunteer.office, now)
        feeling = form.cleaned_data["feeling"]
        call = care.answer(volunteer, about_id=public_id, feeling=feeling, contact_by=by)
        _say(request, feeling, call)
    return redirect("chat:desk_show")


def _say(request: HttpRequest, feeling: str, call: CareCall | None) -> None:
    if call:
        day = {"day": say_day(call.contact_by)}
        said = _("Thank you. IM gets in touch on %(day)s at the latest. You do not have to take more tonight.") % day
        messages.success(request, said)
    elif feeling == Feeling.HEAVY:
        messages.success(request, _("Thank you for saying it. You do not have to take more tonight."))
    elif feeling != Feeling.SKIPPED:
        messages.success(request, _("Thank you!"))


@require_POST
@for_volunteers
def desk_stop(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """ "Sluta för i kväll"."""
    care.stop_tonight(volunteer, actor=request.user)
    messages.success(request, _("Thank you for tonight! You get no more questions before tomorrow."))
    return redirect("chat:desk_show")


@require_safe
@for_volunteers
def hard_show(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """ "När någon berättar något svårt": what to do, and the list of where to turn."""
    lines = list(Helpline.objects.filter(is_active=True))
    unchecked = sum(line.verified_on is None for line in lines)
    return render(request, "chat/hard_show.html", {"lines": lines, "unchecked": unchecked})


@require_safe
@for_volunteers
def help_show(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """My page: hours, people helped, what they said."""
    return render(request, "chat/help_show.html", {"help": chats.help_of(volunteer)})
