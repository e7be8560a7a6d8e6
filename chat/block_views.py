"""Aldrig mer: one of the two in a chat does not want to meet the other again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import blocks, links
from chat.access import Person, person_for
from chat.models import Side
from chat.views import in_chat


@in_chat(Side.SEEKER, Side.VOLUNTEER)
def pair_block(request: HttpRequest, person: Person) -> HttpResponse:
    """GET asks once more, POST does it. No reason asked; the other is not told."""
    other = blocks.other_of(person)
    if other is None:
        messages.info(request, _("No volunteer has answered here yet."))
        return redirect(links.chat_path(person.request))
    if request.method != "POST":
        return render(request, "chat/pair_block.html", {"question": person.request, "name": other.display_name})
    blocks.block(person, other)
    messages.success(request, _("Done. You two never meet here again."))
    still_here = person_for(request.session, request.user, person.request.public_id)
    return redirect(links.chat_path(person.request) if still_here else "chat:desk_show")
