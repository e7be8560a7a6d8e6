"""The door to one's emails from inside a chat, for who came by a link and has no other page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from chat import links
from chat.access import Person
from chat.models import Participant
from chat.views import in_chat
from motesplats.mail_choice_views import choose_for


@in_chat()
def mail_choose(request: HttpRequest, person: Person) -> HttpResponse:
    """Who is logged in goes to the page of the account. A link opens one chat, so it chooses only for who has one."""
    if not person.by_grant:
        return redirect("mail_choose")
    back = links.chat_path(person.request)
    if person.user.is_shell or _has_other_chats(person):
        return render(request, "chat/mail_elsewhere.html", {"person": person, "back": back})
    return choose_for(request, person.user, back=back)


def _has_other_chats(person: Person) -> bool:
    return Participant.objects.filter(user=person.user).exclude(pk=person.participant.pk).exists()
