"""Notes to the next volunteer: all of them on one page, with a box to write one more."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from chat import notes
from chat.access import NO_CHAT, Person
from chat.forms import NoteForm
from chat.models import Side
from chat.views import in_chat


@in_chat(Side.VOLUNTEER, Side.STAFF)
def note_list(request: HttpRequest, person: Person) -> HttpResponse:
    """GET: the notes. POST: one more, by whoever may write in the chat."""
    may_write = person.participant.can_write and person.request.state not in NO_CHAT
    if request.method == "POST" and not may_write:
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        notes.write(person.request, author=person.user, text=form.cleaned_data["text"])
        return redirect("chat:note_list", person.request.public_id)
    found = notes.for_helper(person.conversation, reader=person.user)
    context = {"question": person.request, "notes": found, "form": form, "may_write": may_write}
    return render(request, "chat/note_list.html", context, status=400 if form.is_bound else 200)


@require_POST
@in_chat(Side.VOLUNTEER, Side.STAFF)
def note_remove(request: HttpRequest, person: Person, note_id: str) -> HttpResponse:
    """Take away one's own note. Safe to press twice."""
    notes.take_away(person.request, note_id, author=person.user)
    return redirect("chat:note_list", person.request.public_id)
