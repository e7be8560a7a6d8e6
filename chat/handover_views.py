"""A helper leaves a question with a note; a volunteer who was asked by name says no."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import handover
from chat.access import Person
from chat.forms import HandOverForm
from chat.models import Side
from chat.views import in_chat
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers.access import for_volunteers
from volunteers.models import Volunteer


@in_chat(Side.VOLUNTEER, Side.STAFF)
def conversation_hand_over(request: HttpRequest, person: Person) -> HttpResponse:
    """GET: a note, and who to ask. POST: the question goes back to the queue, first in line."""
    question = person.request
    if question.helper_id != person.participant.user_id or question.state != HelpRequest.State.ACTIVE:
        raise Http404
    colleagues = {_key(question, one): one for one in handover.who_could(question, timezone.now())}
    names = {key: one.user.display_name for key, one in colleagues.items()}
    form = HandOverForm(request.POST if request.method == "POST" else None, colleagues=names)
    if not form.is_valid():
        context = {"person": person, "question": question, "form": form, "has_colleagues": bool(names) or form.errors}
        return render(request, "chat/conversation_hand_over.html", context, status=400 if form.is_bound else 200)
    to = colleagues.get(form.cleaned_data["to"])
    try:
        handover.hand_over(question, actor=person.user, note=form.cleaned_data["note"], to=to)
        messages.success(request, _thanks(to))
    except StateConflict:
        messages.warning(request, _("Someone was faster. This is how it is now."))
    return redirect("chat:desk_show")


def _key(question: HelpRequest, volunteer: Volunteer) -> str:
    """Names a volunteer in this form without the number of a row."""
    return salted_hmac("handover", f"{question.public_id}:{volunteer.pk}").hexdigest()[:16]


def _thanks(to: Volunteer | None) -> str:
    if to is None:
        return _("Thank you. The question is first in line for the next volunteer.")
    return _("Thank you. We ask %(name)s first.") % {"name": to.user.display_name}


@require_POST
@for_volunteers
def offer_decline(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """ "Jag kan inte": somebody asked this volunteer to take over."""
    question = get_object_or_404(HelpRequest.objects.for_volunteers(), public_id=public_id, conversation__isnull=False)
    try:
        handover.decline(question, volunteer)
        messages.success(request, _("Thank you for answering. We ask the others."))
    except StateConflict:
        messages.info(request, _("The question is already open to the others."))
    return redirect("chat:desk_show")
