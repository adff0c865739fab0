"""Settings, all from the environment; `carportal.local` sets what the local run and the tests need."""

from pathlib import Path
from typing import Any

import bootstrap_wrapper
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from carportal.environment import Environment
from carportal.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- What a deployment must say -----------------------------------------------------------------
# Neither has a default: a deployment without them refuses to start and says which is missing.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
# The local run and the tests: plain http on loopback, mail kept for /local/mail/, demo accounts.
LOCAL_RUN = env.local_run("LOCAL_RUN", ALLOWED_HOSTS)
SECRET_KEY = env.secret_key("SECRET_KEY", local=LOCAL_RUN)
DEBUG = False
SITE_URL = env.site_url("SITE_URL", ALLOWED_HOSTS[0], local=LOCAL_RUN)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Engines ------------------------------------------------------------------------------------
# Whether a pooler gives each transaction another connection, so that nothing is kept in one (`core/asking.py`).
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
DATABASES: dict[str, Any] = {
    "default": env.postgres_url("DATABASE_URL")
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    | {"DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED}
}
REDIS_URL = env.redis_url("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

# --- The portal's own settings ------------------------------------------------------------------
OPERATOR_NAME = env.str("OPERATOR_NAME", default="CAR portal")
# The protocol of the UK retailers for serious incidents; linked to, its deadlines are never repeated.
SIEP_URL = env.str(
    "SIEP_URL",
    default="https://foodnetworkforethicaltrade.com/2024/11/14/fnet-tools-to-support-a-common-approach-to-due-diligence/",
)
# What a site without a UK retailer among its customers is told to do beside the SIEP link.
URGENT_ROUTE_TEXT = env.str("URGENT_ROUTE_TEXT", default="")
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
# For how long the link of a guest to one shared plan is good; each sending of it begins anew.
GUEST_LINK_DAYS = env.int("GUEST_LINK_DAYS", default=30)
# For how long a site lets the operator's compliance staff read a draft and its threads.
SUPPORT_DAYS = env.int("SUPPORT_DAYS", default=14)
# CARs in a file that is made while its reader waits; a longer list a worker writes, kept for so many days.
EXPORT_MAX_ROWS = env.int("EXPORT_MAX_ROWS", default=20_000)
EXPORT_KEEP_DAYS = env.int("EXPORT_KEEP_DAYS", default=7)
# Spreadsheets of audits: how large one may be, and for how many days its file is kept; its report stays.
IMPORT_MAX_MEGABYTES = env.int("IMPORT_MAX_MEGABYTES", default=10)
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", default=7)
# Evidence: how large a file and all files of a plan may be; where clamd scans them, if it does.
EVIDENCE_FILE_MB = env.int("EVIDENCE_FILE_MB", default=25)
EVIDENCE_PLAN_MB = env.int("EVIDENCE_PLAN_MB", default=500)
CLAMD_URL = env.clamd_url("CLAMD_URL")
# What making one PDF may take: an Annex of 60 pages takes a fifth of it.
PDF_SECONDS = env.int("PDF_SECONDS", default=60)
PDF_MEGABYTES = env.int("PDF_MEGABYTES", default=800)
# For how long a page waits for a PDF before it says that it is being made.
PDF_WAIT_SECONDS = 3.0

# --- Applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "stakeholders",  # before allauth: its templates and the user model come first
    "django.contrib.admin.apps.SimpleAdminConfig",  # without looking for admins of others
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "carportal.core.static.StaticFiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_fsm",
    "django_htmx",
    "pgtrigger",
    "carportal.core",
    "findings",
    "actionplans",
    "carportal.web",
]
if LOCAL_RUN:
    INSTALLED_APPS.append("carportal.local")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "carportal.core.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "carportal.core.middleware.CompressionMiddleware",
    "carportal.core.middleware.ReadableInputMiddleware",
    "carportal.core.middleware.HandingMiddleware",  # before anything that asks the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "stakeholders.middleware.ActorMiddleware",
    "carportal.core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "carportal.urls"
WSGI_APPLICATION = "carportal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

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
                "csp.context_processors.nonce",
                "carportal.web.context_processors.portal",
            ],
        },
    },
]

# The form of the Annex has up to some 2,200 fields: rows beside its text boxes, each cell with its digest.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "stakeholders.User"
AUTHENTICATION_BACKENDS = ["stakeholders.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "stakeholders.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An account is made only by accepting an invitation that went to its address, so it is verified by then.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Whether an address has an account, only its mailbox learns: without one it gets no mail at all.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60  # seconds from the sending of the mail
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "10/h/ip,5/h/key"}
# Codes for guests: asked for, by link (key) and by the address it went to, and entered.
GUEST_RATE_LIMITS = {
    "ask_by_link": "5/h/key,30/h/ip",
    "ask_by_address": "10/h/key",
    "enter": "20/h/key,60/h/ip",
}
# Requests come straight to gunicorn or through the proxies that a deployment counts here.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files: our own, Bootstrap's out of its wheel, htmx' out of django-htmx ----------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", bootstrap_wrapper.get_bootstrap_dir())]
# Files that people add lie in folders of this machine, or in the bucket of an object store.
FILE_STORE = env.file_store(
    "OBJECT_STORE_URL",
    endpoint=env.web_address("AWS_ENDPOINT_URL"),
    region=env.str("AWS_DEFAULT_REGION", default=""),
    key=env.str("AWS_ACCESS_KEY_ID", default=""),
    secret=env.str("AWS_SECRET_ACCESS_KEY", default=""),
)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "carportal.core.static.HashedStaticFiles"},
    # Served by a view alone, which asks who may have it: no web server may know of this folder.
    "evidence": FILE_STORE.storage(
        "evidence", folder=env.str("EVIDENCE_DIR", default=str(DATA_DIR / "evidence"))
    ),
    # Likewise; what is lost of it is made anew.
    "pdfs": FILE_STORE.storage("pdfs", folder=env.str("PDF_DIR", default=str(DATA_DIR / "pdfs"))),
    # Likewise; each is there for some days and for one person.
    "exports": FILE_STORE.storage("exports", folder=env.str("EXPORT_DIR", default=str(DATA_DIR / "exports"))),
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half the time and room; nothing links to the others

# --- Uploads ------------------------------------------------------------------------------------
FILE_UPLOAD_HANDLERS = ["carportal.core.uploads.SpoolingUploadHandler"]
UPLOAD_MAX_MB = max(EVIDENCE_FILE_MB, IMPORT_MAX_MEGABYTES)  # of all files of one request
# Room for as many uploads at once as the web servers have threads; None is the system's own.
FILE_UPLOAD_TEMP_DIR = env.str("UPLOAD_DIR", default="") or None
UPLOAD_MAX_FILES = 10  # of one request; what is more is said at its field
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # what is more than that no page takes, whatever else is in it

# --- Mail ---------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="CAR portal <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
vars().update(env.smtp_url("EMAIL_URL"))
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_TIMEOUT = 20  # seconds; a delivery's lease is longer than twice this
# Who sends it on, and reports to us what bounced; mail leaves by EMAIL_URL all the same.
MAIL_SERVICE = env.mail_service(
    "MAIL_SERVICE",
    secret=env.str("MAIL_SERVICE_SECRET", default=""),
    signing_key=env.str("MAIL_SERVICE_SIGNING_KEY", default=""),
)

# --- Background work ----------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold up the request that wakes a worker: the sweep finds the rows.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    "max_retries": 0,
    "visibility_timeout": 900,
}
# Workers take from both in turn, so that what a person waits for stands behind one turn of mail, not behind all.
# The third, with its own name, each has for itself: whoever is silent there is named (core/signs.py).
CELERY_TASK_QUEUES = [Queue("celery", routing_key="celery"), Queue("mail", routing_key="mail")]
CELERY_TASK_ROUTES = {"carportal.core.tasks.deliver_due": {"queue": "mail"}}
CELERY_WORKER_DIRECT = True
WORKER_BEAT_SECONDS = 20.0  # how often it sends itself a task there
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Security headers ---------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's stylesheet draws its icons as data: SVGs
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "carportal.core.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if not LOCAL_RUN:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

if LOCAL_RUN:
    from carportal.local.settings import *  # noqa: F403  (mail kept in a folder, plain http: see there)
