"""The mail that says that a question is done and that there is a summary. Never the words of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from chat import links
from chat.models import Participant, Side
from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from seekers.models import HelpRequest


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind("summary", render=_summary, still_wanted=_is_still_done)


def summary_written(request: HelpRequest) -> None:
    """To the one who asked, unless they are in the chat and see it. Once for each time it was done."""
    seeker = _seeker(request.public_id)
    if request.owner.email and not seeker.is_present(timezone.now()):
        done = request.resolved_at.isoformat()
        outbox.queue(
            "summary", to=request.owner, dedupe_key=f"summary:{request.public_id}:{done}",
            request=request.public_id, done=done,
        )  # fmt: skip


def _seeker(public_id: str) -> Participant:
    people = Participant.objects.select_related("conversation__request__owner")
    return people.get(conversation__request__public_id=public_id, side=Side.SEEKER)


def _is_still_done(mail: OutboxMail) -> bool:
    request = HelpRequest.objects.filter(public_id=mail.data["request"], state=HelpRequest.State.RESOLVED).first()
    return request is not None and request.resolved_at.isoformat() == mail.data["done"]


def _summary(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("Your question is done"),
        lines=[
            _("Your question is done. Well done!"),
            _("The volunteer has written what you did together and the next step."),
            _("Do you need more help? Write in the chat, and it opens again."),
        ],
        button=(_("Read the summary"), links.url_for(_seeker(mail.data["request"]))),
    )
