"""Settings, all from the environment; docs/reference/settings.md lists each one, and a test compares the two.

Nothing secret has a default that survives a restart: without SECRET_KEY, SEALING_KEY and LOG_SIGNING_KEY a process
makes its own, and `countermark web` refuses to serve with them (project/checks.py).
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from countermark.project import environment as env
from countermark.project import log_lines
from countermark.project.account_settings import *  # noqa: F403

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(env.text("COUNTERMARK_HOME", "var")).absolute()

# --- who may reach it -------------------------------------------------------------------------------------------------
DEBUG = env.switch("DEBUG")
DEMO = env.switch("DEMO")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS))
BASE_URL = env.text("BASE_URL", "http://localhost:8000").rstrip("/")
if DEMO and (foreign := [host for host in ALLOWED_HOSTS if host not in LOCAL_HOSTS]):
    raise ImproperlyConfigured(
        f"DEMO=1 gives every visitor one-click sign-in and the clock, so it serves {', '.join(LOCAL_HOSTS)} only; "
        f"ALLOWED_HOSTS also names {', '.join(foreign)}. Take these out, or start without DEMO."
    )

# --- keys -------------------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY") or secrets.token_urlsafe(50)
SEALING_KEY: bytes = env.key("SEALING_KEY") or secrets.token_bytes(32)  # AES-256: seals personal text and files
LOG_SIGNING_KEY: bytes = env.key("LOG_SIGNING_KEY") or secrets.token_bytes(32)  # Ed25519 seed: signs checkpoints
RETENTION = env.switch("RETENTION")  # what may no longer be kept goes every night
BACKUP_KEY = env.key("BACKUP_KEY")  # AES-256: backups are sealed with it where it is set
LOG_ORIGIN = f"{urlsplit(BASE_URL).netloc}/log"  # names this log in its checkpoints
MISSING_KEYS = [name for name in ("SECRET_KEY", "SEALING_KEY", "LOG_SIGNING_KEY") if not env.text(name)]

# --- the house --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "countermark.project",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "countermark.apps.work",
    "countermark.apps.parties",
    "countermark.apps.access",
    "countermark.apps.rights",
    "countermark.apps.mandates",
    "countermark.apps.identity",
    "countermark.apps.portfolio",
    "countermark.apps.listings",
    "countermark.apps.complaints",
    "countermark.apps.decisions",
    "countermark.apps.orders",
    "countermark.apps.screening",
    "countermark.apps.enforcement",
    "countermark.apps.notifications",
    "countermark.apps.webhooks",
    "countermark.entrypoints.web",
]

MIDDLEWARE = [
    "countermark.entrypoints.monitoring.middleware.RequestMiddleware",
    "countermark.entrypoints.monitoring.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "countermark.entrypoints.web.middleware.HeadersMiddleware",
    "countermark.entrypoints.api.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "countermark.entrypoints.web.middleware.LanguageMiddleware",
    "countermark.entrypoints.web.middleware.ClockMiddleware",
    "countermark.entrypoints.web.middleware.DoorMiddleware",
    "countermark.entrypoints.web.looks.LookMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "countermark.project.urls"
WSGI_APPLICATION = "countermark.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "entrypoints" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "countermark.entrypoints.web.context.shell",
            ],
            "builtins": ["countermark.entrypoints.web.templatetags.marks"],
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, not in the process: rate limits must hold across workers.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
FILES_DIR = Path(env.text("FILES_DIR", str(HOME / "files"))).absolute()
FILES_ACCESS_KEY, FILES_SECRET_KEY = env.text("FILES_ACCESS_KEY"), env.text("FILES_SECRET_KEY")
FILES_BUCKET = env.bucket("FILES_URL", FILES_ACCESS_KEY, FILES_SECRET_KEY)  # None: files lie in FILES_DIR
SCREENING_DIR = Path(env.text("SCREENING_DIR", str(HOME / "screening"))).absolute()
MEDIA_ROOT = FILES_DIR
MEDIA_URL = ""  # never served by path: files leave through a view that asks who is asking
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- signing in -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "parties.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OIDC_ISSUER = env.text("OIDC_ISSUER")  # the organisation's own sign-in, for the desk
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_ROLES = env.pairs("OIDC_ROLES", {"reviewer", "senior", "operator", "auditor"})
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET and OIDC_ROLES):
    raise ImproperlyConfigured("OIDC_ISSUER is set; set OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES too.")
ORGANISATION_FACTORY = "countermark.project.wiring.organisation"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

# --- programs (/api/v1) -----------------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE = env.count("API_REQUESTS_PER_MINUTE", 600)  # of one key, over all processes
API_TOKENS_PER_MINUTE = env.count("API_TOKENS_PER_MINUTE", 60)  # asked for from one computer, over all processes
API_GUEST_REQUESTS_PER_MINUTE = env.count("API_GUEST_REQUESTS_PER_MINUTE", 60)  # without a key, from one computer
API_TOKEN_MINUTES = env.count("API_TOKEN_MINUTES", 60)  # how long a token of client credentials lasts
API_BODY_LIMIT = env.count("API_BODY_LIMIT", 5 * 1024 * 1024)  # bytes of one request, where a route says nothing else

# --- mail -------------------------------------------------------------------------------------------------------------
MAIL_SERVER = env.mail("EMAIL_URL")  # None: letters are written as files into MAIL_DIR
MAIL_DIR = HOME / "mail"
EMAIL_BACKEND = "countermark.project.mail_backend.PortBackend"
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Countermark <countermark@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- the outside (wiring.py): dotted names, so that the floors below take what is plugged in without importing it ------
MAILER_FACTORY = "countermark.project.wiring.mailer"
MARKETPLACE_FACTORY = "countermark.project.wiring.marketplace"
SHOP_SECRET = "countermark.project.wiring.shop_secret"  # noqa: S105 - a dotted name
SCANNER_FACTORY = "countermark.project.wiring.scanner"
FILES_FACTORY = "countermark.project.wiring.files"
WEBHOOK_FACTORY = "countermark.project.wiring.webhook_sender"
OFFICE_FACTORY = "countermark.project.wiring.office"
PICTURES_FACTORY = "countermark.project.wiring.pictures"
USPTO_API_KEY = env.text("USPTO_API_KEY")  # without it the register of the USPTO is not asked
USPTO_URL = env.text("USPTO_URL", "https://tsdrapi.uspto.gov")
VIRUS_SCANNER = env.address("VIRUS_SCANNER")
WEBHOOK_HOSTS = env.words("WEBHOOK_HOSTS")  # receivers the operator vouches for: host:port

# --- what it says of itself -------------------------------------------------------------------------------------------
LOG_FORMAT = env.text("LOG_FORMAT", "text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}; write text or json.")
LOGGING = log_lines.settings_of(LOG_FORMAT, "INFO")
OTEL_EXPORTER_OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT")
TELEMETRY_START = "countermark.project.telemetry.start"
METRICS_TOKEN = env.text("METRICS_TOKEN")  # without one, /metrics answers this machine alone
DISK_FREE_MIN_MB = env.count("DISK_FREE_MIN_MB", 200, least=0)

# --- language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai")  # how instants are shown; they are stored in UTC

# --- files that are the same for everybody ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [folder for folder in [PACKAGE / "entrypoints" / "web" / "static"] if folder.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# --- headers ----------------------------------------------------------------------------------------------------------
HTTPS = urlsplit(BASE_URL).scheme == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS and not env.switch("TLS_ENDS_BEFORE_US", default=True)
if env.switch("TRUST_FORWARDED_PROTO"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "countermark.entrypoints.web.failures.forged"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
