"""Avsluta: asked once more; a helper may leave a summary behind."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import finishing, links, matching
from chat.access import Person
from chat.forms import SummaryForm
from chat.models import Side
from chat.views import in_chat, moved


@in_chat()
def conversation_finish(request: HttpRequest, person: Person) -> HttpResponse:
    """GET asks once more, POST does it. Whoever comes back to it afterwards hears that it is done."""
    if person.request.ended_at is not None:
        messages.info(request, _("The question is finished already."))
        return redirect(links.chat_path(person.request))
    if person.participant.part and person.request.helper_id != person.participant.user_id:
        raise Http404  # beside the helper: the case is the helper's to end
    is_seeker = person.side == Side.SEEKER
    form = None if is_seeker else SummaryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_seeker:
        return moved(request, person, matching.finish)
    if form and form.is_valid():
        return moved(request, person, finishing.resolve, **form.cleaned_data)
    context = {"person": person, "question": person.request, "form": form}
    return render(request, "chat/conversation_finish.html", context, status=400 if form and form.is_bound else 200)
