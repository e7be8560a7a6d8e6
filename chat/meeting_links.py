"""The secret address of an agreed time, for mails: a page with buttons, without logging in, as long as it is agreed on.

It names the time, the participant and the version of their links, signed: ending the links to a chat ends these too.
Opening it changes nothing, so mail scanners that fetch links do no harm.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from chat.models import Meeting, Participant
from motesplats import outbox

SALT = "chat.meeting"
OPENS_FOR = timedelta(days=1)


def path_for(meeting: Meeting, participant: Participant) -> str:
    """In the active language."""
    token = _signer().sign_object([meeting.pk, participant.pk, participant.link_version])
    return reverse("chat:meeting_link", args=[token])


def url_for(meeting: Meeting, participant: Participant) -> str:
    return outbox.absolute(path_for(meeting, participant))


def opened_by(token: str) -> tuple[Meeting, Participant] | None:
    """The time and whose address this is; None when it is forged or revoked, or this person has left the chat."""
    try:
        pk, participant_pk, version = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    meeting = Meeting.objects.select_related("conversation__request").filter(pk=pk).first()
    people = Participant.objects.filter(left_at=None, link_version=version, user__is_active=True)
    people = people.select_related("user", "conversation__request__owner", "conversation__request__helper")
    participant = meeting and people.filter(pk=participant_pk, conversation=meeting.conversation_id).first()
    return (meeting, participant) if participant else None


def lets_in(meeting: Meeting) -> bool:
    """The address opens the chat while the time is agreed on, and for a day after; it is no key for good."""
    return meeting.ended_at is None or timezone.now() <= meeting.ended_at + OPENS_FOR


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
