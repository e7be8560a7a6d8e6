"""Production: everything that matters must be said in the environment, or the process refuses to start."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import EMBEDDED, SECRET_KEY, env

DEBUG = DEMO = False
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("django-insecure"):
    raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters.")
if "PUBLIC_URL" not in env.ENVIRON:
    raise ImproperlyConfigured("Set PUBLIC_URL to the address people use, for example https://motesplats.example.")
if EMBEDDED and env.int("WEB_CONCURRENCY", default=1) != 1:
    raise ImproperlyConfigured("Without REDIS_URL only one process may run. Set REDIS_URL, or WEB_CONCURRENCY=1.")
