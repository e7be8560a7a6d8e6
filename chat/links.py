"""The way back into a chat from a mail, a saved link or a picture of a QR code.

A link names a participant and the version of their links, signed. Opening it shows a button; only the button (POST)
gives this browser a grant, so mail scanners that fetch links change nothing. Raising `link_version` voids them all.
"""

import segno
from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse

from chat.models import Participant
from motesplats import access, outbox
from motesplats.layers import nudge
from seekers.models import HelpRequest

SALT = "chat.link"


def path_for(participant: Participant) -> str:
    """The secret path of this participant, in the active language. Needs conversation.request."""
    token = signing.dumps([participant.pk, participant.link_version], salt=SALT, compress=False)
    return reverse("chat:link_show", args=[participant.conversation.request.public_id, token])


def chat_path(request: HelpRequest) -> str:
    """The chat's own path, for who has a right to it already."""
    return reverse("chat:conversation_show", args=[request.public_id])


def login_path() -> str:
    return reverse(settings.LOGIN_URL)


def url_for(participant: Participant) -> str:
    return outbox.absolute(path_for(participant))


def participant_for(token: str, public_id: str) -> Participant | None:
    """Whose link this is; None when it is forged, older than 90 days or revoked."""
    try:
        pk, version = signing.loads(token, salt=SALT, max_age=settings.LINK_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (
        Participant.objects.filter(pk=pk, link_version=version, conversation__request__public_id=public_id)
        .filter(user__is_active=True, left_at=None)
        .select_related("user", "conversation__request")
        .first()
    )


def let_in(session, participant: Participant) -> None:
    """Give this browser the grant behind the link. Does not log in."""
    access.grant(
        session,
        participant.conversation.request.public_id,
        user_id=participant.user_id,
        link_version=participant.link_version,
    )


def void_all(participant: Participant) -> None:
    """Every link and every grant of this participant ends; the caller lets its own browser in anew."""
    Participant.objects.filter(pk=participant.pk).update(link_version=F("link_version") + 1)
    participant.refresh_from_db(fields=["link_version"])
    nudge(f"request:{participant.conversation.request.public_id}")


def qr_code(url: str) -> str:
    """The link as a picture: an SVG in a data: URL, made here."""
    return segno.make(url, micro=False, error="m").svg_data_uri(scale=4, border=3, light="#fff", dark="#000")
