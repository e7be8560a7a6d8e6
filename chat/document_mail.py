"""The mail to a helper who is away: the participant has sent a document. Nothing of what it holds, not its name."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Conversation, Participant
from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from seekers.models import DocumentVersion, HelpRequest


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind("document", render=_document, still_wanted=_still_unseen)


def document_ready(conversation: Conversation, version: DocumentVersion) -> None:
    """A version can be read now. Only for the one who has the question, and only when not here to see it."""
    helper = _helper(conversation.request)
    if helper and helper.user.email and not helper.is_present(timezone.now()):
        request = conversation.request
        key = f"document:{request.public_id}:{version.pk}:{helper.pk}"
        outbox.queue("document", to=helper.user, dedupe_key=key, request=request.public_id, version=version.pk)


def _document(mail: OutboxMail) -> Letter:
    chat = outbox.absolute(reverse("chat:conversation_show", args=[mail.data["request"]]))
    return Letter(
        subject=_("There is a document in your chat"),
        lines=[_("The participant has sent a document. It waits for you in the chat.")],
        button=(_("Open the chat"), chat),
    )


def _still_unseen(mail: OutboxMail) -> bool:
    """The same helper still has the question, has not been there since, and the document is still there."""
    request = HelpRequest.objects.filter(public_id=mail.data["request"], state=HelpRequest.State.ACTIVE).first()
    version = DocumentVersion.objects.filter(pk=mail.data["version"], document__removed_at=None).first()
    helper = _helper(request) if request else None
    if version is None or helper is None or helper.user_id != mail.to_user_id:
        return False
    return helper.seen_at is None or helper.seen_at < mail.created_at


def _helper(request: HelpRequest) -> Participant | None:
    here = Participant.objects.filter(conversation__request=request, left_at=None).select_related("user")
    return here.filter(user_id=request.helper_id).first() if request.helper_id else None
