"""The volunteer is done: the move, and what is left behind for the one who asked, in one transaction."""

from django.db import transaction

from chat import finish_mail, matching
from motesplats.models import User
from seekers import summaries
from seekers.models import HelpRequest


def resolve(request: HelpRequest, *, actor: User, done: str = "", done_too: str = "", next_step: str = "") -> None:
    """Done, for now, as `matching.resolve`; with a summary when there are words for one. Raises StateConflict."""
    with transaction.atomic():
        matching.resolve(request, actor=actor)
        if done or done_too or next_step:
            summaries.write(request, author=actor, done=done, done_too=done_too, next_step=next_step)
            finish_mail.summary_written(request)
