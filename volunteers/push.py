"""Notices on a phone or computer (Web Push: RFC 8030, 8291, 8292): the devices, and sending to one.

A device's address is chosen by a browser, so it is a stranger's word: only https, only to addresses of the open
internet, each connection to the very address that was looked at, and no redirect is followed.
"""

import http.client
import json
import logging
import socket
import ssl
import time
from base64 import urlsafe_b64encode
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from py_vapid import Vapid02
from pywebpush import WebPusher

from motesplats import audit
from motesplats.letters import written_language
from motesplats.models import User
from motesplats.open_internet import is_open_internet
from volunteers.models import PushSubscription, Volunteer

log = logging.getLogger(__name__)
DEVICES = 10  # a volunteer's; the oldest makes room
TIMEOUT_SECONDS = 5
KEPT_SECONDS = 600  # how long the push service tries a phone that is off: later nobody waits any more
TOKEN_SECONDS = 3600
DESK = "chat:desk_show"  # an address only: this floor knows no chat


class Outcome(StrEnum):
    """What the push service said."""

    TAKEN = "taken"
    GONE = "gone"  # 404, 410: this device will never answer again
    LATER = "later"  # away, busy, or refuses this one


class NotAPushService(ValueError):
    """Nothing may be sent to this address."""


def is_possible() -> bool:
    """The house has keys of its own (`manage.py make_push_keys`)."""
    return bool(settings.VAPID_PRIVATE_KEY)


def new_keys() -> tuple[str, str]:
    """-> (private key for VAPID_PRIVATE_KEY, public key), base64url. The public one follows from the private."""
    vapid = Vapid02()
    vapid.generate_keys()
    number = vapid.private_key.private_numbers().private_value
    return _base64url(number.to_bytes(32, "big")), _public_key(vapid)


def public_key() -> str:
    """What a browser asks its push service for: base64url of the uncompressed point. "" without keys."""
    return _public_key(_vapid()) if is_possible() else ""


def _vapid() -> Vapid02:
    return Vapid02.from_raw(settings.VAPID_PRIVATE_KEY.encode())


def _public_key(vapid: Vapid02) -> str:
    return _base64url(vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


# --- devices ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_device(
    volunteer: Volunteer, *, endpoint: str, p256dh: str, auth: str, device: str, actor: User
) -> PushSubscription:
    """Notices come here from now on. The same browser again, also by another person: the newest word counts.

    NotAPushService when nothing may be sent there.
    """
    _checked(endpoint)
    Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)
    given = {"volunteer": volunteer, "p256dh": p256dh, "auth": auth, "device": device}
    row, made = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=given)
    newest = volunteer.push_subscriptions.order_by("-added_at", "-pk").values_list("pk", flat=True)[:DEVICES]
    volunteer.push_subscriptions.exclude(pk__in=list(newest)).delete()
    if made:
        audit.record("alerts.device_added", actor=actor, about=("volunteer", volunteer.pk))
    return row


@transaction.atomic
def remove_device(volunteer: Volunteer, public_id: str, *, actor: User) -> None:
    """No notices there any more. Nothing when it is gone already."""
    if volunteer.push_subscriptions.filter(public_id=public_id).delete()[0]:
        audit.record("alerts.device_removed", actor=actor, about=("volunteer", volunteer.pk))


def forget(volunteer: Volunteer) -> None:
    """No device of somebody who has ended or is erased is kept. Safe to run twice."""
    volunteer.push_subscriptions.all().delete()


def greet(device_id: int) -> None:
    """Say on the device itself that notices come there: it shows that they do, and that the address works."""
    device = PushSubscription.objects.select_related("volunteer__user").filter(pk=device_id, worked_at=None).first()
    if device is not None:
        with override(written_language(device.volunteer.user.language)):
            words = {"title": _("Notices come to this device now"), "body": _("You choose yourself when.")}
            url = reverse(DESK)
        send(device, {**words, "url": url, "tag": "greeting"})


# --- sending ---------------------------------------------------------------------------------------------------------


def send(subscription: PushSubscription, payload: dict) -> Outcome:
    """Send a notice now; takes up to TIMEOUT_SECONDS a step. Notes that the device works, and forgets one that is gone.

    payload: what the service worker shows; encrypted for this browser, so the push service reads nothing. Never call it
    inside a transaction.
    """
    if not is_possible():
        return Outcome.LATER
    try:
        status = _post(subscription, json.dumps(payload).encode())
    except NotAPushService:
        status = http.client.GONE  # today this name leads somewhere nobody may be sent
    except Exception as problem:  # whatever a network, a name server or a stranger's key throws
        log.info("push: %s", type(problem).__name__)
        return Outcome.LATER
    if status in (http.client.NOT_FOUND, http.client.GONE):
        PushSubscription.objects.filter(pk=subscription.pk).delete()
        return Outcome.GONE
    if not 200 <= status < 300:
        log.info("push: the service said %s", status)
        return Outcome.LATER
    PushSubscription.objects.filter(pk=subscription.pk).update(worked_at=timezone.now())
    return Outcome.TAKEN


def _post(subscription: PushSubscription, data: bytes) -> int:
    url = _checked(subscription.endpoint)
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    body = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(data)["body"]
    claims = {
        "aud": f"{url.scheme}://{url.netloc}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": settings.VAPID_CONTACT,
    }
    headers = {
        **_vapid().sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Urgency": "high",
        "Topic": "waiting",  # a newer one takes the place of one that has not been delivered
    }
    connection = _connection(url)
    try:
        connection.request("POST", f"{url.path}?{url.query}" if url.query else url.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _checked(endpoint: str):
    """The address in parts, when it may be one of a push service. NotAPushService otherwise."""
    try:
        url = urlsplit(endpoint)
        port = url.port
    except ValueError:
        raise NotAPushService from None
    if _is_stand_in(url):
        return url
    is_named = bool(url.hostname) and "." in url.hostname and not url.hostname.replace(".", "").isdigit()
    plain = url.scheme == "https" and port in (None, 443) and not url.username and not url.password
    if not (is_named and plain) or ":" in url.hostname or not url.path.startswith("/"):
        raise NotAPushService
    return url


def _is_stand_in(url) -> bool:
    return settings.PUSH_TO_LOOPBACK and url.scheme == "http" and url.hostname == "127.0.0.1"


def _connection(url) -> http.client.HTTPConnection:
    if _is_stand_in(url):
        return http.client.HTTPConnection(url.hostname, url.port, timeout=TIMEOUT_SECONDS)
    found = socket.getaddrinfo(url.hostname, 443, type=socket.SOCK_STREAM)
    addresses = [entry[4][0] for entry in found]
    if not addresses or not all(is_open_internet(address) for address in addresses):
        raise NotAPushService
    return _ConnectionTo(addresses[0], url.hostname)


class _ConnectionTo(http.client.HTTPSConnection):
    """https to this very address, with the certificate of the name: a second look-up could say something else."""

    def __init__(self, address: str, host: str):
        super().__init__(host, 443, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)
