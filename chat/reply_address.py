"""The address that a mail asks answers to: it says whose answer it is, and nobody can make one up (design §7).

`svar+<participant 13>.<version>.<hmac 26>@<REPLY_DOMAIN>`, lower-case base32 throughout. The first part is the row and
the day; an address works for 90 days, any number of times, until the participant's `reply_version` is raised (a block,
a volunteer who leaves, erasure). Whoever has an address must still write from the person's own: see email_in.py.
"""

import base64
import hashlib
import hmac
import re
from datetime import UTC, date, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chat.models import Participant

_PURPOSE = b"chat.reply_address:"
_FIRST_DAY = date(2026, 1, 1)
_TEST = "prov."
_LOCAL = re.compile(r"([a-z2-7]{13})\.(\d{1,9})\.([a-z2-7]{26})")


def is_on() -> bool:
    """True when this house takes answers by mail."""
    return bool(settings.REPLY_DOMAIN)


def address_of(participant: Participant) -> str:
    """Where this participant's answers go; the same all day. "" while `REPLY_DOMAIN` is not set."""
    if not is_on():
        return ""
    token = _token(participant.pk, (_today() - _FIRST_DAY).days)
    signed = f"{token}.{participant.reply_version}"
    return f"{settings.REPLY_LOCAL}+{signed}.{_signature(settings.SECRET_KEY, signed)}@{settings.REPLY_DOMAIN}"


def test_address(nonce: str) -> str:
    """Where a mail goes that only shows whether the way out and back is open."""
    return f"{settings.REPLY_LOCAL}+{_TEST}{nonce}@{settings.REPLY_DOMAIN}"


def test_in(address: str) -> str:
    """The nonce of a test address, else ""."""
    local = _local_in(address) or ""
    return local.removeprefix(_TEST)[:40] if local.startswith(_TEST) else ""


def has_shape(address: str) -> bool:
    """True for an address that asks to be one of ours, whether or not it is."""
    return _local_in(address) is not None


def signed_in(address: str) -> tuple[int, int] | None:
    """(participant pk, version) of an address that this house wrote at most 90 days ago, else None. No database."""
    found = _LOCAL.fullmatch(_local_in(address) or "")
    if found is None:
        return None
    token, version, signature = found.groups()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    fits = [constant_time_compare(_signature(key, f"{token}.{version}"), signature) for key in keys]
    if not any(fits):
        return None
    pk, day = _said_by(token)
    age = _today() - _FIRST_DAY - timedelta(days=day)
    return (pk, int(version)) if age <= settings.LINK_LIFETIME else None


def participant_of(address: str) -> Participant | None:
    """Whose answer comes to this address; None when it is forged, too old or revoked. With user, conversation.request.

    Says nothing about the sender. The question may be closed; a volunteer who has left is nobody here.
    """
    signed = signed_in(address)
    if signed is None:
        return None
    pk, version = signed
    here = Participant.objects.filter(pk=pk, reply_version=version, left_at=None, user__is_active=True)
    return here.select_related("user", "conversation__request__owner").first()


def void(participants: QuerySet[Participant]) -> None:
    """No address that these participants ever got works any more."""
    participants.update(reply_version=F("reply_version") + 1)


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


def _local_in(address: str) -> str | None:
    """What stands after `svar+`, lower-case; None for an address that is not ours."""
    local, _at, domain = address.strip().lower().rpartition("@")
    name, plus, rest = local.partition("+")
    is_ours = is_on() and plus and name == settings.REPLY_LOCAL and domain == settings.REPLY_DOMAIN
    return rest if is_ours else None


def _token(pk: int, day: int) -> str:
    """Six bytes row, two bytes day."""
    return _base32(pk.to_bytes(6, "big") + day.to_bytes(2, "big"))


def _said_by(token: str) -> tuple[int, int]:
    content = base64.b32decode(token.upper() + "===")
    return int.from_bytes(content[:6], "big"), int.from_bytes(content[6:], "big")


def _signature(secret: str, signed: str) -> str:
    key = hashlib.sha256(_PURPOSE + secret.encode()).digest()
    return _base32(hmac.digest(key, signed.encode(), "sha256")[:16])


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
