"""The way back into a chat: the link behind a mail, the saved one, and ending them all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chat import links
from chat.access import Person, may_read
from chat.models import Side
from chat.views import in_chat
from motesplats import qr


def link_show(request: HttpRequest, public_id: str, token: str) -> HttpResponse:
    """The page behind a mailed link: one button, so that a mail scanner opens nothing."""
    participant = links.participant_for(token, public_id)
    if participant is None or participant.side != Side.SEEKER or not may_read(participant):
        return render(request, "chat/link_ended.html", status=404)
    if request.method == "POST":
        links.let_in(request.session, participant)
        return redirect(links.chat_path(participant.conversation.request))
    return render(request, "chat/link_show.html", {"question": participant.conversation.request})


@require_GET
@in_chat(Side.SEEKER)
def link_save(request: HttpRequest, person: Person) -> HttpResponse:
    """The link and its picture."""
    url = links.url_for(person.participant)
    return render(request, "chat/link_save.html", {"person": person, "link": url, "qr_code": qr.picture(url)})


@in_chat(Side.SEEKER)
def links_end(request: HttpRequest, person: Person) -> HttpResponse:
    """End every link to one chat, and what other browsers were let in by. GET asks once more, POST does it."""
    return _end(request, [person.participant], back=links.chat_path(person.request))


def links_end_all(request: HttpRequest) -> HttpResponse:
    """The same for all of one's own chats."""
    mine = links.own(request.user, request.session)
    if not mine:
        return redirect(links.list_path())
    return _end(request, mine, back=links.list_path())


def _end(request: HttpRequest, participants: list, *, back: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "chat/link_end.html", {"count": len(participants), "back": back})
    links.end_all(request.session, participants)
    messages.success(request, _("The old links no longer work."))
    return redirect(back)
