"""Settings shared by every way to run. What differs comes from the environment; docs/settings.md lists it.

`PUBLIC_URL` is the one source of the outside address: hosts, origins, cookies and links follow from it (design §8).
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from motesplats.languages import register_locales

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = False
DEMO = False
SECRET_KEY = env("SECRET_KEY", default="")

# --- the outside address ---------------------------------------------------------------------------------------------
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
PUBLIC_ORIGIN = f"{_public.scheme}://{_public.netloc}"
IS_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname, *env.list("EXTRA_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
WEBSOCKET_ORIGIN = f"{'wss' if IS_HTTPS else 'ws'}://{_public.netloc}"
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^halsa/"]
SECURE_HSTS_SECONDS = 63_072_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "motesplats.pages.csrf_failure"

# --- applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "modeltranslation",
    "motesplats.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for our own form templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "channels",
    "simple_history",
    "motesplats",
    "volunteers",
    "seekers",
    "library",
    "vacancies",
    "chat",
]
AUTH_USER_MODEL = "motesplats.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "motesplats.urls"
ASGI_APPLICATION = "motesplats.asgi.application"
WSGI_APPLICATION = "motesplats.wsgi.application"
FORM_RENDERER = "motesplats.forms.PlainFormRenderer"

MIDDLEWARE = [
    "motesplats.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "motesplats.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "motesplats.access.StaffNeedsMfa",
    "motesplats.source_middleware.SourceMiddleware",
    "motesplats.middleware.DatabaseAwayMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "motesplats.pages.page_frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "motesplats.templatetags.words"],
        },
    }
]

# --- storage ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'motesplats.sqlite3'}")}
IS_SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
if IS_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
    if env("PROCESS", default="") == "ws":  # one slow lock would hold up every chat of the process
        DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=2000 -c statement_timeout=5000"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default, 300, would throw away the counts of motesplats/limits.py
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "unused"}},
    "staticfiles": {"BACKEND": "motesplats.staticfiles.ModuleManifestStorage"},
}
FILES_DIR = Path(env("FILES_DIR", default=str(VAR_DIR / "files")))  # what people send
FILE_MAX_BYTES, FILES_MAX_BYTES, FILES_PER_PERSON = 10 * 1024**2, 50 * 1024**2, 20
FILE_UPLOAD_HANDLERS = ["motesplats.uploads.CountingUploadHandler"]
CLAMAV_SOCKET = env("CLAMAV_SOCKET", default="")  # path of clamd's socket
SOFFICE = env("SOFFICE", default="soffice")  # LibreOffice and tesseract, when they are found; the house works without
TESSERACT = env("TESSERACT", default="tesseract")
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))

# --- the channel layer, the broker -----------------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
EMBEDDED = not REDIS_URL
if EMBEDDED:
    CHANNEL_LAYERS = {"default": {"BACKEND": "motesplats.layers.EmbeddedChannelLayer"}}
    CELERY_BROKER_URL = "memory://localhost/"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.1}
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "symmetric_encryption_keys": [SECRET_KEY]},
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 120,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 60, 45
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # a page never waits for the broker; the sweeps find what was lost
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- languages and time (design §10, domain.md §0) --------------------------------------------------------------------
register_locales()
LANGUAGE_CODE = "sv"
LANGUAGES = [
    ("sv", "svenska"),
    ("en", "English"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("prs", "دری"),
    ("uk", "українська"),
    ("so", "Soomaali"),
    ("ti", "ትግርኛ"),
]
LANGUAGES_BIDI = ["ar", "fa", "prs"]
MENU_LANGUAGES = ["sv", "en", "ar"]  # only languages whose seeker pages are whole
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "sv"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("sv",), "prs": ("fa", "sv")}
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

# --- who is this (design §9) -----------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:home"
ACCOUNT_ADAPTER = "motesplats.account_adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "motesplats.accounts.shown_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "request_login_code": "motesplats.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "motesplats.account_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "motesplats.account_forms.ConfirmAddressForm",
}
# A room of learners shares one address of the network; one address of a person gets at most 12 codes an hour.
ACCOUNT_RATE_LIMITS = {"request_login_code": "60/m/ip,3/m/key,12/h/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGOUT_ON_GET = False
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_TOTP_ISSUER = "Mötesplats"
MFA_TOTP_TOLERANCE = 1  # a code typed slowly, at the edge of its 30 s, still counts
MFA_ADAPTER = "motesplats.account_adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "motesplats.account_forms.AuthenticateForm",
    "reauthenticate": "motesplats.account_forms.ReauthenticateForm",
    "activate_totp": "motesplats.account_forms.ActivateTotpForm",
    "add_webauthn": "motesplats.account_forms.AddPasskeyForm",
    "edit_webauthn": "motesplats.account_forms.RenamePasskeyForm",
}
USERSESSIONS_ADAPTER = "motesplats.account_adapters.SessionsAdapter"

# --- mail (design §7) ------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "motesplats.outbox.StoringEmailBackend"  # everything becomes a row first
DELIVERY_EMAIL_BACKEND = env("DELIVERY_EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_FILE_PATH = env("EMAIL_FILE_PATH", default=None)  # for DELIVERY_EMAIL_BACKEND=…filebased.EmailBackend
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"Mötesplats <svar@{_public.hostname}>")
EMAIL_SUBJECT_PREFIX = "Mötesplats: "
MAILS_PER_MINUTE = env.int("MAILS_PER_MINUTE", default=300)  # what the mail server bears; 0: no limit
OUTBOX_LEASE = timedelta(seconds=env.int("OUTBOX_LEASE_SECONDS", default=60))

# --- answers by mail (design §7, docs/mail.md) ------------------------------------------------------------------------
REPLY_DOMAIN = env("REPLY_DOMAIN", default="").lower()  # empty: nobody is asked to answer by mail, nothing is read
REPLY_LOCAL = env("REPLY_LOCAL", default="svar").lower()
AUTHSERV_ID = env("AUTHSERV_ID", default="").lower()  # our own mail server's name in Authentication-Results
IMAP_MAILBOXES = env.list("IMAP_MAILBOXES", default=[])  # imaps://user:password@host:993/INBOX, percent-encoded
INBOUND_LEASE = timedelta(seconds=env.int("INBOUND_LEASE_SECONDS", default=120))
ANYMAIL = {
    "WEBHOOK_SECRET": env.list("ANYMAIL_WEBHOOK_SECRET", default=[]),  # user:password, in the address of the hook
    "MAILGUN_WEBHOOK_SIGNING_KEY": env("MAILGUN_WEBHOOK_SIGNING_KEY", default=""),
    "BREVO_API_KEY": env("BREVO_API_KEY", default=""),
    "SNS_TOPICS": env.list("SNS_TOPICS", default=[]),  # arn:aws:sns:region:account:name of the topics that bring mails
    "AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": False,
}

# --- notices on a phone (Web Push) ------------------------------------------------------------------------------------
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")  # by `manage.py make_push_keys`; empty: no notices, only mails
VAPID_CONTACT = env("VAPID_CONTACT", default=f"mailto:svar@{_public.hostname}")  # whom a push service may turn to
PUSH_TO_LOOPBACK = env.bool("PUSH_TO_LOOPBACK", default=False)  # tests: a stand-in on 127.0.0.1, without https

# --- ads from Platsbanken (docs/exchange.md) --------------------------------------------------------------------------
JOBTECH = env.bool("JOBTECH", default=False)  # off: nobody is asked anything
JOBTECH_STREAM_URL = env("JOBTECH_STREAM_URL", default="https://jobstream.api.jobtechdev.se")
JOBTECH_SEARCH_URL = env("JOBTECH_SEARCH_URL", default="https://jobsearch.api.jobtechdev.se")
JOBTECH_VERSION = env.int("JOBTECH_VERSION", default=2)  # of JobStream
JOBTECH_EVERY = timedelta(seconds=env.int("JOBTECH_EVERY_SECONDS", default=600))
JOBTECH_GAP = timedelta(seconds=env.int("JOBTECH_GAP_SECONDS", default=60))  # they answer one question a minute
JOBTECH_MAX_BYTES, JOBTECH_MAX_SECONDS = 2 * 1024**3, 3600  # a whole copy was 390 MB and 5 minutes in 2026
JOBTECH_TO_LOOPBACK = env.bool("JOBTECH_TO_LOOPBACK", default=False)  # tests: a stand-in on 127.0.0.1, without https

# --- clocks and limits (design §4) -----------------------------------------------------------------------------------
CLOCKS = {
    "first_message": timedelta(minutes=3),
    "handover_offered": timedelta(minutes=3),
    "second_asked": timedelta(minutes=3),
    "same_volunteer_offered": timedelta(minutes=1),
    "women_first": timedelta(minutes=10),
    "alert_missed": timedelta(minutes=3),
    "shift_end_warned": timedelta(minutes=15),
    "longer_wait_told": timedelta(minutes=3),
    "alert_round": timedelta(seconds=30),
    "alert_gap": timedelta(minutes=10),
    "alert_mail_gap": timedelta(hours=1),
    "helper_gone_told": timedelta(minutes=3),
    "helper_gone_requeued": timedelta(minutes=30),
    "mail_at_once": timedelta(seconds=30),
    "digest": timedelta(minutes=2),
    "digest_again": timedelta(hours=1),
    "helper_reminded": timedelta(hours=24),
    "helper_lapsed": timedelta(hours=48),
    "asker_nudged": (timedelta(days=3), timedelta(days=7)),
    "asker_resolved": timedelta(days=14),
    "resolved_closed": timedelta(days=30),
    "same_helper_first": timedelta(hours=24),
    "text_removed": timedelta(days=90),
    "files_removed": timedelta(days=30),
    "sounds_removed": timedelta(days=7),
    "files_kept_at_most": timedelta(days=365),
    "promise_asked_before": timedelta(hours=2),
    "promise_horizon": timedelta(hours=72),
    "promise_margin": timedelta(minutes=30),
    "rules_ahead": timedelta(weeks=8),
    "shift_reminded": timedelta(hours=24),
    "shift_reminded_soon": timedelta(hours=1),
    "shift_not_seen": timedelta(minutes=10),
    "shift_silence": timedelta(minutes=10),
    "meeting_reminded": timedelta(hours=24),
    "meeting_reminded_soon": timedelta(hours=1),
    "meeting_missing": timedelta(minutes=10),
}
for _name, _default in CLOCKS.items():  # CLOCK_DIGEST_SECONDS=1 moves one clock, for whole-story tests
    if isinstance(_default, timedelta):
        CLOCKS[_name] = timedelta(seconds=env.float(f"CLOCK_{_name.upper()}_SECONDS", default=_default.total_seconds()))
MAIL_EVENING_HOUR = 18  # Europe/Stockholm, for who wants one mail in the evening
PRESENCE_FRESH = timedelta(seconds=env.int("PRESENCE_FRESH_SECONDS", default=75))
PRESENCE_EVERY = env.float("PRESENCE_EVERY_SECONDS", default=20)
SOCKET_CHECK_EVERY = 4
RESYNC_EVERY = 5
OPEN_REQUESTS_PER_PERSON, REQUESTS_PER_DAY = 3, 5
MESSAGE_MAX_CHARACTERS = 4000
MESSAGE_RATES = ((env.int("MESSAGES_PER_10_SECONDS", default=10), 10), (env.int("MESSAGES_PER_MINUTE", default=60), 60))
SOCKETS_PER_PERSON = 5
GRANT_LIFETIME = timedelta(days=30)
LINK_LIFETIME = timedelta(days=90)

LINK_CHECK = env.bool("LINK_CHECK", default=False)  # ask the pages that tips lead to once a week whether they are there

# --- browser's rules -------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],  # recordings, also the one just made
        "font-src": [SELF],
        "connect-src": [SELF, WEBSOCKET_ORIGIN],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # beyond FILES_PER_PERSON none is kept; the form says so in our words
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- logs: JSON lines, request ids, no personal text (design §8) -----------------------------------------------------
LOGGING_CONFIG = "motesplats.logs.configure"
LOGGING = {"level": env("LOG_LEVEL", default="INFO")}
