"""The mail that says that comments wait. None of what they say."""

from django.utils import timezone
from django.utils.translation import gettext as _

from chat import links
from chat.access import NO_CHAT
from chat.models import Conversation, Participant, Side
from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from seekers.models import Comment


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind("comments", render=_comments, still_wanted=_still_unseen)


def comments_sent(conversation: Conversation, last: Comment) -> None:
    """A helper has sent comments on a document, `last` among them. Only when the asker is not here to see it."""
    request = conversation.request
    if request.owner.email and not _seeker(request.public_id).is_present(timezone.now()):
        key = f"comments:{request.public_id}:{last.public_id}"
        outbox.queue("comments", to=request.owner, dedupe_key=key, request=request.public_id, comment=last.public_id)


def _comments(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("You have comments on your text"),
        lines=[
            _("Somebody has read what you sent. There are comments for you."),
            _("You read one thing at a time. It works well on a phone."),
        ],
        button=(_("Open the chat"), links.url_for(_seeker(mail.data["request"]))),
    )


def _still_unseen(mail: OutboxMail) -> bool:
    """The asker has not been in the chat since, and the comments are still there."""
    comment = Comment.objects.filter(public_id=mail.data["comment"], version__document__removed_at=None).first()
    seeker = _seeker(mail.data["request"])
    if comment is None or comment.sent_at is None or seeker.conversation.request.state in NO_CHAT:
        return False
    return seeker.seen_at is None or seeker.seen_at < comment.sent_at


def _seeker(public_id: str) -> Participant:
    seekers = Participant.objects.filter(side=Side.SEEKER).select_related("conversation__request", "user")
    return seekers.get(conversation__request__public_id=public_id)
