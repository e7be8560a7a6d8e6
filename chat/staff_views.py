"""What only IM does in a chat."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import links, matching
from motesplats import access
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest


@require_POST
@access.staff_required
def conversation_unhold(request: HttpRequest, public_id: str) -> HttpResponse:
    """IM has read what was wrong: the chat goes on where it was."""
    question = get_object_or_404(HelpRequest.objects.filter(conversation__isnull=False), public_id=public_id)
    try:
        matching.unhold(question, actor=request.user)
        messages.success(request, _("The chat is open again."))
    except StateConflict:
        messages.warning(request, _("Someone was faster. This is how it is now."))
    return redirect(links.chat_path(question))
