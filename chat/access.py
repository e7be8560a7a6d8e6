"""Who somebody is in a chat: the same answer for pages, forms and sockets.

Lives here and not in motesplats/access.py because only the chat knows participants (floors, design §3); the grants
themselves are motesplats/access.py's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from chat.models import Conversation, Participant, Side
from motesplats import access
from motesplats.models import User
from seekers.models import HelpRequest
from volunteers import conduct

NO_CHAT = (HelpRequest.State.CLOSED, HelpRequest.State.WITHDRAWN)  # nothing more can be said: no socket
AFTER_THE_END = timedelta(hours=24)  # how long a volunteer may read on when the question is done


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may see a chat. `by_grant`: through a link or the asking browser, not a login."""

    participant: Participant
    side: str
    by_grant: bool

    @property
    def only_reads(self) -> bool:
        """A fadder: sees of papers what is masked alone, and may do nothing but say that something is wrong."""
        return self.participant.only_reads

    @property
    def user(self) -> User:
        return self.participant.user

    @property
    def conversation(self) -> Conversation:
        return self.participant.conversation

    @property
    def request(self) -> HelpRequest:
        return self.participant.conversation.request


def person_for(session, user, public_id: str) -> Person | None:
    """Who this session and user are in the chat of `public_id`; None when they may not see it.

    A logged-in participant wins over a grant. Two queries at the most; three for a fadder.
    """
    participant = _logged_in(session, user, public_id)
    if participant and not _rules_first(participant):
        return Person(participant, participant.side, by_grant=False)
    grant = access.granted(session, public_id)
    if not grant:
        return None
    participant = _participants(public_id).filter(user_id=grant["user"], link_version=grant["link_version"]).first()
    if participant and participant.side == Side.SEEKER and may_read(participant):
        return Person(participant, participant.side, by_grant=True)
    return None


def reads_rules_first(session, user, public_id: str) -> bool:
    """A fadder who may read this chat, once our rules as they read today are accepted; the desk asks for it too."""
    participant = _logged_in(session, user, public_id)
    return participant is not None and _rules_first(participant)


def _logged_in(session, user, public_id: str) -> Participant | None:
    if user is None or not user.is_authenticated or access.is_held_back(session, user):
        return None
    participant = _participants(public_id).filter(user_id=user.pk).first()
    return participant if participant and may_read(participant) else None


def _rules_first(participant: Participant) -> bool:
    return participant.only_reads and not conduct.has_accepted(participant.user.volunteer)


def may_read(participant: Participant, at: datetime | None = None) -> bool:
    """The one who asked reads until retention; a volunteer while helping and 24 h after the end; staff when let in.

    Needs conversation, request, user and user.volunteer loaded.
    """
    if not participant.user.is_active:
        return False
    if participant.side == Side.SEEKER:
        return participant.left_at is None
    if participant.is_barred or participant.left_at is not None:
        return False
    if participant.side == Side.STAFF:
        return participant.user.is_staff
    volunteer = getattr(participant.user, "volunteer", None)
    if volunteer is None or not volunteer.is_approved:
        return False
    request = participant.conversation.request
    if request.state == HelpRequest.State.ON_HOLD:
        return False
    return request.ended_at is None or request.ended_at > (at or timezone.now()) - AFTER_THE_END


def _participants(public_id: str):
    return Participant.objects.filter(conversation__request__public_id=public_id).select_related(
        "user__volunteer",
        "conversation__request__owner",
        "conversation__request__helper",
        "conversation__request__summary",
    )
