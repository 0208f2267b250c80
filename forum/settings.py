"""All settings, from the environment. Safe unless DEVELOPMENT says otherwise; .env.example lists every variable."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import validate

from forum.env import Secrets, env, ticket_keys
from forum.outbox.intake import anymail_settings

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where this copy runs -----------------------------------------------------------------------------------------
DEVELOPMENT = env.bool("DEVELOPMENT", False)
DEBUG = env.bool("DEBUG", False)
VAR = Path(env.str("VAR", str(BASE_DIR / "var"))).resolve()
PUBLIC_URL = env.str("PUBLIC_URL", f"http://127.0.0.1:{env.str('PORT', '8000')}" if DEVELOPMENT else "").rstrip("/")
if not PUBLIC_URL:
    raise ImproperlyConfigured("Set PUBLIC_URL to the address of the site, for example https://forum.example.org.")
IS_HTTPS = PUBLIC_URL.startswith("https://")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
ALLOWED_HOSTS = [PUBLIC_HOST, *env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"] if DEVELOPMENT else [])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if IS_HTTPS else []

# --- Secrets ------------------------------------------------------------------------------------------------------
_secrets = Secrets(VAR / "secrets.json" if DEVELOPMENT else None)
SECRET_KEY = _secrets.read("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
LINK_KEY = _secrets.read("LINK_KEY").encode()
TICKET_KEYS = ticket_keys(_secrets.read("TICKET_KEYS"))

# --- Parts --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "modeltranslation",  # before the admin, which it extends
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's pages of passkeys use it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "adminsortable2",
    "anymail",
    "auditlog",
    "csp",
    "django_countries",
    "forum",
    "forum.accounts",
    "forum.outbox",
    "programme",
    "registration",
    "registration.checkin",
]

MIDDLEWARE = [
    "programme.keeping.middleware",  # before everything: what is kept costs nothing else
    "forum.middleware.address_of_the_visitor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "forum.middleware.permissions_policy",
    "programme.previewing.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "forum.accounts.middleware.second_factor",
    "forum.accounts.middleware.nothing_to_set",
    "forum.accounts.middleware.actor_of_changes",
]

ROOT_URLCONF = "forum.urls"
WSGI_APPLICATION = "forum.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'db.sqlite3'}", conn_max_age=60)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A transaction takes the write lock when it begins: the default takes it half-way and then fails under load.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=15s",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker and cache ---------------------------------------------------------------------------------------------
_BROKER_SOCKET = env.str("BROKER_SOCKET", str(VAR / "broker.sock"))
CELERY_BROKER_URL = env.str("REDIS_URL", f"redis+socket://{_BROKER_SOCKET}?virtual_host=0" if DEVELOPMENT else "")
_CACHE_URL = env.str("CACHE_URL", f"unix://{_BROKER_SOCKET}?db=1" if DEVELOPMENT else "")
CACHES = {
    "default": {
        "BACKEND": "forum.cache.FailOpenRedisCache",
        "LOCATION": _CACHE_URL,
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
    }
    if _CACHE_URL
    # Each process for itself: pages work, limits are looser. forum/checks.py warns.
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": ""}
}

PAGES_KEPT_SECONDS = env.float("PAGES_KEPT_SECONDS", 30)  # public pages, in each process; 0 keeps none

# --- Worker -------------------------------------------------------------------------------------------------------
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "mail"
CELERY_TASK_ROUTES = {
    "forum.outbox.tasks.deliver_bulk": {"queue": "bulk"},
    "forum.outbox.tasks.sweep_bulk": {"queue": "bulk"},
    # These may write thousands of mails.
    "registration.tasks.tell_of_opening": {"queue": "bulk"},
    "registration.tasks.write_broadcasts": {"queue": "bulk"},
    "registration.tasks.remind": {"queue": "bulk"},
    "registration.checkin.tasks.write_afterwards": {"queue": "bulk"},
}
# A broker that hangs must not hang a page: publishing gives up after half a second and does not try again. The row in
# the outbox is the promise (see forum/outbox/queue.py).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "max_retries": 0,
}
OUTBOX_SWEEP_EVERY = env.float("OUTBOX_SWEEP_EVERY", 15)  # seconds
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "forum.outbox.tasks.sweep", "schedule": OUTBOX_SWEEP_EVERY},
    "sweep-bulk": {"task": "forum.outbox.tasks.sweep_bulk", "schedule": OUTBOX_SWEEP_EVERY},
    "sweep-waiting-lists": {"task": "registration.tasks.sweep_waiting_lists", "schedule": 60.0},
    "tell-of-opening": {"task": "registration.tasks.tell_of_opening", "schedule": 60.0},
    "write-broadcasts": {"task": "registration.tasks.write_broadcasts", "schedule": 15.0},
    "ask-who-is-coming": {"task": "registration.tasks.ask_who_is_coming", "schedule": 3600.0},
    "remind": {"task": "registration.tasks.remind", "schedule": 60.0},
    "write-afterwards": {"task": "registration.checkin.tasks.write_afterwards", "schedule": 300.0},
    "erase-due": {"task": "registration.tasks.erase_due", "schedule": crontab(hour=4, minute=0)},
    "inspect": {"task": "registration.tasks.inspect", "schedule": crontab(hour=4, minute=30)},
    "beat-heart": {"task": "forum.outbox.tasks.beat", "schedule": 15.0},
}

# --- Mail ---------------------------------------------------------------------------------------------------------
_HOW_TO_MAIL = (
    "Set EMAIL_URL, for example submission://user:password@mail.example.org:587 (TLS) or smtp://127.0.0.1:25."
)
if env.str("EMAIL_BACKEND", ""):  # a provider that is called over the web: docs/operate.md
    EMAIL_BACKEND = env.str("EMAIL_BACKEND")
elif env.str("EMAIL_URL", ""):
    _mail = env.dj_email_url("EMAIL_URL")
    if "EMAIL_BACKEND" not in _mail:
        raise ImproperlyConfigured(_HOW_TO_MAIL)
    _is_smtp = _mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend" if _is_smtp else _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
elif DEVELOPMENT:
    EMAIL_BACKEND = "forum.mailbox.backend.MailboxBackend"
else:
    raise ImproperlyConfigured(_HOW_TO_MAIL)
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 10)  # seconds for each step of the SMTP conversation
EMAIL_DEADLINE = env.float("EMAIL_DEADLINE", 60)  # seconds for one mail in all; a worker's lease of it lasts 120
MAIL_RATE = env.float("MAIL_RATE", 10)  # mails a second, of all workers together
if not 0 < EMAIL_DEADLINE <= 60 or MAIL_RATE <= 0:
    raise ImproperlyConfigured("EMAIL_DEADLINE is at most 60 seconds, and MAIL_RATE more than 0 mails a second.")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "forum@localhost" if DEVELOPMENT else "")
if not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("Set DEFAULT_FROM_EMAIL to the sender of all mail.")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DKIM_SELECTOR = env.str("MAIL_DKIM_SELECTOR", "")
MAIL_EVENTS_FROM = env.str("MAIL_EVENTS_FROM", "")  # the provider that reports deliveries, bounces and complaints
ANYMAIL = json.loads(env.str("ANYMAIL", "") or "{}") | anymail_settings(
    MAIL_EVENTS_FROM, _secrets.read_if_set("MAIL_EVENTS_SECRET"), _secrets.read_if_set("MAIL_EVENTS_SIGNING_KEY")
)

# --- Languages and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "forum" / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "ko"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("ko", "en")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

# --- Accounts -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff_home"
CITIZEN_HOME_URL = "registration:my"
ACCOUNT_ADAPTER = "forum.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 1  # an account is one address
ACCOUNT_FORMS = {"reset_password": "forum.accounts.forms.StaffResetPasswordForm"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make us write to a stranger
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Limits by address of the network stay high: a whole venue shares one. Citizens' codes: forum/accounts/codes.py.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "request_login_code": "120/m/ip,3/m/key",
    "login_failed": "60/m/ip,5/5m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
MFA_TOTP_ISSUER = "Seoul Big Data Forum"
MFA_TOTP_TOLERANCE = 1  # a code typed as its half minute ends is still taken
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", not DEVELOPMENT)

# --- Security -----------------------------------------------------------------------------------------------------
# A venue shares one network. Asking for a ticket again and to be told of the opening are each limited likewise.
REGISTRATIONS_FROM_ONE_NETWORK = env.int("REGISTRATIONS_FROM_ONE_NETWORK", 600)  # an hour
REGISTRATIONS_FROM_ONE_NETWORK_A_MINUTE = env.int("REGISTRATIONS_FROM_ONE_NETWORK_A_MINUTE", 120)
FILLING_IN_TAKES = env.float("FILLING_IN_TAKES", 2)  # seconds: who sends the form sooner is no person
CHECKIN_MIN_VERSION = env.str("CHECKIN_MIN_VERSION", "")  # of the scanner on phones; empty: any
CASES_LICENCE = env.str("CASES_LICENCE", "", validate=validate.OneOf(["", "KOGL-1", "CC-BY-4.0", "CC0-1.0"]))
OFFICIAL_BANNER = env.bool("OFFICIAL_BANNER", False)  # only an official site may show it
_COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}s"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60  # staff
CITIZEN_SESSION_AGE = 30 * 24 * 60 * 60  # from registering to the forum; a citizen sees only what is their own
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
CSRF_FAILURE_VIEW = "forum.views.csrf_failure"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# YouTube refuses to play (error 153) without a referrer; pages behind a secret link set a stricter policy themselves.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": ["https://www.youtube-nocookie.com"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
_NODE = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/barcode-detector", _NODE / "barcode-detector" / "dist" / "iife"),
    ("vendor/zxing-wasm", _NODE / "zxing-wasm" / "dist" / "reader"),
    ("vendor/noto-sans-kr", _NODE / "@fontsource-variable" / "noto-sans-kr"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "forum.storage.HashedStaticFilesStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"

# --- Logs ---------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_secret_links": {"()": "forum.logs.NoSecretLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_secret_links"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
