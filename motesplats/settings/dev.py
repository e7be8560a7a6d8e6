"""A laptop, a try-out: embedded mode, DEBUG, demo people. Refuses nothing, keeps its key in var/."""

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, DELIVERY_EMAIL_BACKEND, PORT, SECRET_KEY, VAR_DIR, env

DEBUG = True
DEMO = env.bool("DEMO", default=True)
if not SECRET_KEY:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    key_file = VAR_DIR / "secret_key"
    if not key_file.exists():
        key_file.write_text(get_random_secret_key())
        key_file.chmod(0o600)
    SECRET_KEY = key_file.read_text().strip()
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS += [f"http://{host}:{PORT}" for host in ("localhost", "127.0.0.1")]
if "DELIVERY_EMAIL_BACKEND" not in env.ENVIRON:
    console = "django.core.mail.backends.console.EmailBackend"
    DELIVERY_EMAIL_BACKEND = "motesplats.demo_mail.KeepingEmailBackend" if DEMO else console  # also on /demo/mejl/
