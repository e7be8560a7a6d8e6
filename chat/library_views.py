"""From Mina dokument into the chats: a document is taken away, or shown in one more chat.

Here and not in seekers, since the chats say so too.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import documents, removal
from chat.access import Person
from chat.document_forms import say_refusal
from chat.models import Side
from chat.views import in_chat
from seekers import keeping
from seekers.access import own_documents
from seekers.intake import Refused


def document_remove(request: HttpRequest, document_id: str) -> HttpResponse:
    """GET asks once more, POST does it."""
    document = get_object_or_404(own_documents(request).select_related("owner"), public_id=document_id)
    if request.method != "POST":
        return render(request, "chat/document_remove.html", {"document": document})
    try:
        removal.remove(document, actor=document.owner)
        messages.success(request, _("The document has been taken away."))
    except keeping.OnHold:
        messages.warning(request, _("IM is looking at the chat. You can take the document away when IM is done."))
    return redirect("seekers:document_list")


@require_POST
@in_chat(Side.SEEKER)
def document_use(request: HttpRequest, person: Person, document_id: str) -> HttpResponse:
    """Show something from before in this chat too. Not through a link: it opens one chat and no other papers."""
    if person.by_grant:
        raise Http404
    document = get_object_or_404(keeping.reusable(person.request), public_id=document_id)
    try:
        documents.use(person, document)
        messages.success(request, _("The volunteer can see it in this chat now."))
    except Refused as refusal:
        messages.warning(request, say_refusal(refusal.code))
    return redirect("chat:document_list", person.request.public_id)
