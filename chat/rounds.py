"""One round of a clock: its due rows, each moved with its chat locked, and only if it is due then."""

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from chat.models import Conversation, Meeting, Participant, Promise, Proposal
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest

log = logging.getLogger(__name__)
ROUND = 200  # rows a round; the next round takes the rest
# model of a clock's rows: how a chat finds them
_PATHS = {
    HelpRequest: "request",
    Participant: "participants",
    Promise: "promises",
    Proposal: "proposals",
    Meeting: "meetings",
}


def each(due: QuerySet, move: Callable) -> int:
    """Do `move` to each row that is due. A row that fails is logged and found again next time."""
    moved = 0
    for pk in list(due.values_list("pk", flat=True)[:ROUND]):
        try:
            moved += _if_still_due(due, pk, move)
        except StateConflict:
            continue
        except Exception:
            log.exception("a clock failed on %s %s", due.model.__name__, pk)
    return moved


def _if_still_due(due: QuerySet, pk: int, move: Callable) -> bool:
    """Lock the row's chat, ask the clock's query again, and only then move: people may have been faster."""
    with transaction.atomic():
        Conversation.objects.select_for_update(of=("self",)).filter(**{_PATHS[due.model]: pk}).first()
        row = due.filter(pk=pk).first()
        if row is not None:
            move(row)
    return row is not None
