"""Tests: the real parts, quick hashes, nothing leaves the machine."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)

from .base import *  # noqa: E402, F403
from .base import DATABASES, IS_SQLITE  # noqa: E402

if IS_SQLITE:  # a file: threads of a test must see the same database
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}
elif "TEST_POSTGRES_SOCKET" in os.environ:  # a query takes half as long as through the loopback address
    DATABASES["default"]["HOST"] = os.environ["TEST_POSTGRES_SOCKET"]
DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {  # noqa: F405
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAILS_PER_MINUTE = 0
MESSAGE_RATES = ((1000, 10), (6000, 60))
LOGGING = {"level": "WARNING"}
