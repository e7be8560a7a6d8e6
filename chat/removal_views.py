""" "Ta bort nu" in Mina dokument. Here and not in seekers, since the chats where the document was shown say so."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from chat import removal
from seekers import keeping
from seekers.access import own_documents


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
