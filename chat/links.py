"""The way back into a chat from a mail, a saved link or a picture of a QR code.

A link names a participant and the version of their links, signed. Opening it shows a button; only the button (POST)
gives this browser a grant, so mail scanners that fetch links change nothing. Raising `link_version` voids them all.
A link works for 90 days after it was mailed; that of somebody without an address for 30 days after they were last here.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Participant, Side
from motesplats import access, audit, outbox
from motesplats.layers import nudge
from seekers.models import HelpRequest

SALT = "chat.link"
LINES_LEAD_TO = {  # code of a system line -> the page it is about
    "document_added": "chat:document_list",
    "version_added": "chat:document_list",
    "comments_sent": "chat:document_list",
    "comment_unclear": "chat:document_list",
    "practice_shared": "chat:practice_start",
    "practice_marked": "chat:practice_start",
    "times_proposed": "chat:meeting_show",
    "times_none_fit": "chat:meeting_show",
}


def of_lines(request: HelpRequest) -> dict[str, str]:
    """code of a system line -> the path it leads to, in the language of the page."""
    return {code: reverse(name, args=[request.public_id]) for code, name in LINES_LEAD_TO.items()}


class _DaySigner(signing.TimestampSigner):
    """Says only the day it signed: a link, and the picture of it, is the same all day."""

    def timestamp(self) -> str:
        midnight = datetime.combine(timezone.now().astimezone(UTC).date(), time.min, tzinfo=UTC)
        return signing.b62_encode(int(midnight.timestamp()))


def _signer() -> _DaySigner:
    return _DaySigner(salt=SALT)


def path_for(participant: Participant) -> str:
    """The secret path of this participant, in the active language. Needs conversation.request."""
    token = _signer().sign_object([participant.pk, participant.link_version])
    return reverse("chat:link_show", args=[participant.conversation.request.public_id, token])


def chat_path(request: HelpRequest) -> str:
    """The chat's own path, for who has a right to it already."""
    return reverse("chat:conversation_show", args=[request.public_id])


def list_path() -> str:
    """One's own questions."""
    return reverse("seekers:question_list")


def login_path() -> str:
    return reverse(settings.LOGIN_URL)


def url_for(participant: Participant) -> str:
    return outbox.absolute(path_for(participant))


def door_of(participant: Participant) -> tuple[str, str]:
    """The button of a mail to this participant: who asked comes by the secret link, who helps is logged in."""
    if participant.side == Side.SEEKER:
        return _("Open the chat"), url_for(participant)
    return _("Open the chat"), outbox.absolute(chat_path(participant.conversation.request))


def participant_for(token: str, public_id: str) -> Participant | None:
    """Whose link this is; None when it is forged, too old or revoked."""
    try:
        pk, version = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    participant = (
        Participant.objects.filter(pk=pk, link_version=version, conversation__request__public_id=public_id)
        .filter(user__is_active=True, left_at=None)
        .select_related("user", "conversation__request")
        .first()
    )
    return participant if participant and _still_works(token, participant) else None


def _still_works(token: str, participant: Participant) -> bool:
    if participant.user.is_shell:
        return (participant.seen_at or participant.joined_at) > timezone.now() - settings.GRANT_LIFETIME
    try:
        return bool(_signer().unsign(token, max_age=settings.LINK_LIFETIME + timedelta(days=1)))  # signed at midnight
    except signing.SignatureExpired:
        return False


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


def own(user, session) -> list[Participant]:
    """Whoever asks, in each chat that this account or this browser's grants open: the ones whose links can be ended."""
    mine = Participant.objects.filter(side=Side.SEEKER, left_at=None, user__is_active=True)
    mine = mine.select_related("user", "conversation__request")
    found = list(mine.filter(user_id=user.pk)) if user.is_authenticated else []
    for participant in mine.filter(conversation__request__public_id__in=list(session.get(access.GRANTS, {}))):
        if participant not in found and has_grant(session, participant):
            found.append(participant)
    return found


def not_revoked(grants: dict[str, dict]) -> set[str]:
    """Of grants by public id, those whose links nobody has ended since. One query; registered with access.py."""
    asking = Participant.objects.filter(side=Side.SEEKER, left_at=None, user__is_active=True)
    rows = asking.filter(conversation__request__public_id__in=list(grants))
    held = rows.values_list("conversation__request__public_id", "user_id", "link_version")
    return {public_id for public_id, user, version in held if grants[public_id] == _grant(user, version)}


def _grant(user_id: int, link_version: int) -> dict:
    return {"user": user_id, "link_version": link_version}


def has_grant(session, participant: Participant) -> bool:
    """True when this browser holds a living grant for this participant."""
    held = access.granted(session, participant.conversation.request.public_id)
    return held == _grant(participant.user_id, participant.link_version)


def end_all(session, participants: Iterable[Participant]) -> None:
    """Every link and every other browser's grant of these participants ends. This browser keeps what it had."""
    for participant in participants:
        stays = has_grant(session, participant)
        with transaction.atomic():
            void_all(participant)
            about = ("request", participant.conversation.request.public_id)
            audit.record("links.ended", actor=participant.user, about=about)
        if stays:
            let_in(session, participant)
