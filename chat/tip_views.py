"""Whoever helps shows a tip in the chat, and suggests one for the library."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import links, tips
from chat.access import Person
from chat.forms import REFUSED
from chat.models import Side
from chat.tip_forms import SuggestForm, TipForm
from chat.views import STATUS_OF_REFUSAL, in_chat
from chat.writer import Refused
from library import publishing, shelf
from library.forms import SearchForm
from library.models import Resource
from volunteers.access import for_volunteers
from volunteers.models import Volunteer


@in_chat(Side.VOLUNTEER, Side.STAFF)
def tip_choose(request: HttpRequest, person: Person) -> HttpResponse:
    """GET: what fits the question, one's own list, or what was looked for. POST: one of them goes into the chat."""
    if request.method == "POST":
        return _show_in_chat(request, person)
    words = SearchForm(request.GET).chosen().get("q", "")
    context = {
        "question": person.request,
        "q": words,
        "tips": tips.looked_for(words) if words else tips.fitting(person.request),
        "kept": [] if words else shelf.kept_by(person.user),
        "client_id": uuid.uuid4(),
    }
    return render(request, "chat/tip_choose.html", context)


def _show_in_chat(request: HttpRequest, person: Person) -> HttpResponse:
    form = TipForm(request.POST)
    try:
        if not form.is_valid():
            raise Resource.DoesNotExist
        post = tips.send(person, form.cleaned_data["tip"], client_id=form.cleaned_data["client_id"])
    except Resource.DoesNotExist:  # IM has taken it away meanwhile
        return _refused(request, person, _("This tip is gone. Choose another one."), 409)
    except Refused as refusal:
        code = refusal.args[0]
        return _refused(request, person, REFUSED.get(code, REFUSED["retry"]), STATUS_OF_REFUSAL.get(code, 400))
    return redirect(f"{links.chat_path(person.request)}#m{post.seq}")


def _refused(request: HttpRequest, person: Person, words: str, status: int) -> HttpResponse:
    return render(request, "chat/phrase_refused.html", {"question": person.request, "words": words}, status=status)


@for_volunteers
def tip_suggest(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """A link that others may have use for. IM looks at it first."""
    form = SuggestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.suggest(volunteer.user, **form.cleaned_data)
        except publishing.TooMany:
            form.add_error(None, _("You have suggested many tips today. Your text is still here. Try again tomorrow."))
        else:
            messages.success(request, _("Thank you. IM looks at your tip. Then everybody can see it."))
            return redirect("library:resource_list")
    return render(request, "chat/tip_suggest.html", {"form": form})
