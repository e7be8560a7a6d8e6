"""Keeps a text in the database so that a copy of the database alone does not show it."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str, *, purpose: str) -> bytes:
    """Encrypt `text`. What is sealed for one purpose cannot be opened for another."""
    return seal_bytes(text.encode(), purpose=purpose)


def seal_bytes(content: bytes, *, purpose: str) -> bytes:
    """Encrypt `content`; one third larger than it was."""
    return _fernet(purpose).encrypt(content)


def unseal(sealed: bytes, *, purpose: str) -> str:
    """What was sealed, also with a key of SECRET_KEY_FALLBACKS. Raises cryptography.fernet.InvalidToken."""
    return unseal_bytes(sealed, purpose=purpose).decode()


def unseal_bytes(sealed: bytes, *, purpose: str) -> bytes:
    """As `unseal`, for bytes."""
    return _fernet(purpose).decrypt(bytes(sealed))


def _fernet(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in keys])


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"motesplats {purpose}".encode())
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))
