"""Is a notice really from Amazon SNS, and from a topic of ours?

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The server fetches two things, both from
`sns.<region>.amazonaws.com` in the region of a topic in `SNS_TOPICS`, whatever the notice says: the certificate that
signs, and the confirmation of a subscription. TLS proves that host, so a forged name server gains nothing.
"""

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

FETCH_SECONDS = 5
FETCH_MAX_BYTES = 256 * 1024
_TOPIC = re.compile(r"arn:aws:sns:([a-z]{2}(?:-[a-z]+)+-\d+):\d{12}:[\w-]{1,256}")
_CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}  # the topic's attribute SignatureVersion
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_OPTIONAL = {"Subject"}

Fetch = Callable[[str], bytes]


class NotFromSns(SuspiciousOperation):
    """The notice is forged, of another topic, or of a shape that SNS does not send."""


def fetch(url: str) -> bytes:
    """What lies at an https address of SNS. No redirect, 5 seconds, 256 KB. Raises requests.RequestException."""
    with requests.get(url, timeout=FETCH_SECONDS, allow_redirects=False, stream=True) as answer:
        answer.raise_for_status()
        if answer.status_code != requests.codes.ok:
            raise requests.RequestException("not the thing itself")
        return answer.raw.read(FETCH_MAX_BYTES, decode_content=True)


def check(notice: dict, *, by: Fetch | None = None) -> None:
    """Raise NotFromSns unless SNS has signed this notice for a topic in `SNS_TOPICS`.

    by: how the certificate is fetched. Raises requests.RequestException when that does not work now.
    """
    region = _region_of(notice)
    names, made_with = _SIGNED.get(_text(notice, "Type")), _HASHES.get(_text(notice, "SignatureVersion"))
    if not names or not made_with:
        raise NotFromSns("kind or version")
    signed = "".join(f"{name}\n{_text(notice, name)}\n" for name in names if name in notice or name not in _OPTIONAL)
    try:
        signature = base64.b64decode(_text(notice, "Signature"), validate=True)
        certificate = _certificate(_certificate_at(_text(notice, "SigningCertURL"), region), by or fetch)
        _key_of(certificate).verify(signature, signed.encode(), padding.PKCS1v15(), made_with())
    except (binascii.Error, InvalidSignature, ValueError) as problem:
        raise NotFromSns("signature") from problem


def confirm(notice: dict, *, by: Fetch | None = None) -> None:
    """Take the subscription that a checked notice offers. Raises requests.RequestException."""
    asked = {"Action": "ConfirmSubscription", "TopicArn": notice["TopicArn"], "Token": _text(notice, "Token")}
    (by or fetch)(f"https://{_host(_region_of(notice))}/?{urlencode(asked)}")


def _text(notice: dict, name: str) -> str:
    value = notice.get(name)
    if not isinstance(value, str):
        raise NotFromSns(name)
    return value


def _region_of(notice: dict) -> str:
    topic = notice.get("TopicArn")
    found = _TOPIC.fullmatch(topic) if isinstance(topic, str) and topic in settings.ANYMAIL["SNS_TOPICS"] else None
    if found is None:
        raise NotFromSns("topic")
    return found[1]


def _host(region: str) -> str:
    return f"sns.{region}.amazonaws.com"


def _certificate_at(url: str, region: str) -> str:
    """The same address, put together from its parts that may be as they are."""
    path = urlsplit(url).path
    if not _CERTIFICATE_PATH.fullmatch(path) or url != f"https://{_host(region)}{path}":
        raise NotFromSns("certificate address")
    return url


@lru_cache(maxsize=8)
def _certificate(url: str, by: Fetch) -> x509.Certificate:
    """Fetched once for each process: a new certificate has a new address."""
    return x509.load_pem_x509_certificate(by(url))


def _key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    key = certificate.public_key()
    is_valid = certificate.not_valid_before_utc <= timezone.now() <= certificate.not_valid_after_utc
    if not is_valid or not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("certificate")
    return key
