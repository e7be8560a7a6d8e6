"""Phrase cards: sent from the chat with one tap; a volunteer chooses which stand first."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import links, phrases
from chat.access import Person
from chat.forms import REFUSED
from chat.models import Phrase, Side
from chat.phrase_forms import FavouriteForm, PhraseForm
from chat.views import STATUS_OF_REFUSAL, in_chat
from chat.writer import Refused
from volunteers.access import for_volunteers
from volunteers.models import Volunteer


@require_POST
@in_chat()
def phrase_send(request: HttpRequest, person: Person) -> HttpResponse:
    """Say it, and back to the chat. Refused: a page says why."""
    form = PhraseForm(request.POST)
    if not form.is_valid():
        return redirect(links.chat_path(person.request))
    said = form.cleaned_data
    try:
        post = phrases.send(person, said["phrase"], client_id=said["client_id"])
    except Phrase.DoesNotExist:  # IM has taken it out of use meanwhile
        return _refused(request, person, _("This sentence is gone. Choose another one."), 409)
    except Refused as refusal:
        code = refusal.args[0]
        return _refused(request, person, REFUSED.get(code, REFUSED["retry"]), STATUS_OF_REFUSAL.get(code, 400))
    return redirect(f"{links.chat_path(person.request)}#m{post.seq}")


def _refused(request: HttpRequest, person: Person, words: str, status: int) -> HttpResponse:
    return render(request, "chat/phrase_refused.html", {"question": person.request, "words": words}, status=status)


@for_volunteers
def phrase_list(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """GET: all phrases, own favourites first. POST: one becomes a favourite, or is one no longer."""
    form = FavouriteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not form.is_valid():
            raise Http404
        said = form.cleaned_data
        try:
            phrases.set_favourite(request.user, said["phrase"], is_favourite=said["is_favourite"])
        except Phrase.DoesNotExist:
            raise Http404 from None
        return redirect("chat:phrase_list")
    return render(request, "chat/phrase_list.html", {"phrases": phrases.choices_for(request.user, Side.VOLUNTEER)})
