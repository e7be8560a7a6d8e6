"""Tests: the real parts, quick hashes, nothing leaves the machine."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)

from .base import *  # noqa: E402, F403

DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {  # noqa: F405
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MESSAGE_RATES = ((1000, 10), (6000, 60))
LOGGING = {"level": "WARNING"}
