"""The one who asked does not want a fadder to read along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import fadders, links
from chat.access import Person
from chat.models import Side
from chat.views import in_chat
from seekers.help_requests import StateConflict


@require_POST
@in_chat(Side.SEEKER)
def fadder_refuse(request: HttpRequest, person: Person) -> HttpResponse:
    """One tap; no reason asked."""
    try:
        fadders.refuse(person.request, actor=person.user)
    except StateConflict:
        messages.info(request, _("Nobody reads along here."))
    return redirect(links.chat_path(person.request))
