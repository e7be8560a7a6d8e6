"""Who may send how much to the doors for mail providers (chat/mail_hooks.py), told before a byte of it is read."""

import base64
import binascii
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare

PATHS = r"^/krok/mejl/([a-z]+)/$"
STRANGER_MAX_BYTES = 3_000_000  # as every form of the house; nobody looks into it
MAX_BYTES = {
    "mailgun": 28 * 1024**2,  # a mail of 25 MB as a form, its text once more without quotes
    "postmark": 36 * 1024**2,  # the whole mail and its files once more in base64
    "ses": 512 * 1024,  # SNS carries 256 KB, as JSON in JSON
    "brevo": 10 * 1024**2,  # words and headers; files are fetched
}
# Only the body can tell who sends it: room for one file as large as the house takes, and no more.
SIGNED_INSIDE_MAX_BYTES = {"mailgun": 16 * 1024**2}


def knows_secret(authorization: str) -> bool:
    """Whether this Authorization header holds one of `ANYMAIL_WEBHOOK_SECRET`, compared in constant time."""
    kind, _space, packed = authorization.partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        said = base64.b64decode(packed.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    known = [constant_time_compare(said, secret.encode()) for secret in settings.ANYMAIL["WEBHOOK_SECRET"]]
    return any(known)


def must_show_secret(provider: str) -> bool:
    """Whether the header has to tell who sends: always, unless the body is signed and no secret is set."""
    return provider not in SIGNED_INSIDE_MAX_BYTES or bool(settings.ANYMAIL["WEBHOOK_SECRET"])


def most_bytes(provider: str, authorization: str) -> int:
    """How large the body of this request may be, in bytes."""
    if provider not in MAX_BYTES:
        return STRANGER_MAX_BYTES
    if knows_secret(authorization):
        return MAX_BYTES[provider]
    return STRANGER_MAX_BYTES if must_show_secret(provider) else SIGNED_INSIDE_MAX_BYTES[provider]


def most_bytes_at(path: str, authorization: str) -> int | None:
    """The same for a path; None where no door for mail providers is."""
    found = re.match(PATHS, path)
    return most_bytes(found[1], authorization) if found else None
