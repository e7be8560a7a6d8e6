"""The owner takes a document away: the chats where it was shown say so, and show it no more."""

from django.db import transaction

from chat import lines, threads
from chat.models import Conversation
from motesplats.models import User
from seekers import keeping
from seekers.models import Document


def remove(document: Document, *, actor: User) -> bool:
    """Away at once, for good. -> False when it was gone already. Raises keeping.OnHold."""
    with transaction.atomic():
        shown_in = Conversation.objects.filter(request__document_uses__document=document)
        shown_in = list(shown_in.select_related("request__owner").select_for_update(of=("self",)).order_by("pk"))
        if not keeping.remove(document, actor=actor):
            return False
        for conversation in shown_in:
            lines.add(conversation, "document_removed", occasion=document.public_id, name=actor.display_name)
            threads.shown_anew(conversation)
    return True
