"""What a fadder writes to a new volunteer: the page for both of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import fadder_notes
from chat.fadder_forms import FadderNoteForm
from volunteers import conduct, joining_views
from volunteers.access import for_volunteers
from volunteers.models import Volunteer

PER_PAGE = 20


@for_volunteers
def fadder_note_list(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What fadders wrote to me, and the chats I may write about. POST: I have read it."""
    if not conduct.has_accepted(volunteer):
        return redirect(joining_views.rules_path(back=request.path))
    if request.method == "POST":
        fadder_notes.mark_read(volunteer)
        return redirect("chat:fadder_note_list")
    context = {
        "page": Paginator(fadder_notes.notes_to(volunteer), PER_PAGE).get_page(request.GET.get("sida")),
        "unread": fadder_notes.unread_by(volunteer),
        "readings": fadder_notes.may_write_about(volunteer, timezone.now())[:PER_PAGE],
    }
    return render(request, "chat/fadder_note_list.html", context)


@for_volunteers
def fadder_note_write(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """A few words about one chat, for as long as it is read and a week after. Else 404."""
    if not conduct.has_accepted(volunteer):
        return redirect(joining_views.rules_path(back=request.path))
    mine = fadder_notes.may_write_about(volunteer, timezone.now())
    reading = get_object_or_404(mine, conversation__request__public_id=public_id)
    form = FadderNoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            fadder_notes.write(reading, form.cleaned_data["text"], by=volunteer)
        except fadder_notes.CannotWrite:
            form.add_error(None, _("You have written five times about this chat. Take one away first."))
        else:
            messages.success(request, _("Thank you. The new volunteer sees it at the desk."))
            return redirect("chat:fadder_note_write", public_id)
    context = {"form": form, "reading": reading, "notes": reading.notes.exclude(text="")}
    return render(request, "chat/fadder_note_write.html", context, status=400 if form.is_bound else 200)


@require_POST
@for_volunteers
def fadder_note_remove(request: HttpRequest, volunteer: Volunteer, public_id: str, note_id: str) -> HttpResponse:
    """Take away one's own note. Safe to press twice."""
    reading = fadder_notes.may_write_about(volunteer, timezone.now())
    if not reading.filter(conversation__request__public_id=public_id).exists():
        raise Http404
    fadder_notes.take_away(note_id, by=volunteer)
    return redirect("chat:fadder_note_write", public_id)
