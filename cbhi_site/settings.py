"""All settings, read from the environment. `.env.example` lists the variables.

Two modes: `laptop` (the default: SQLite and files in `var/`, this machine only) and `production`
(CBHI_MODE=production), which refuses to start with anything unsafe.
"""

from pathlib import Path
from typing import Any

import csp.constants as csp
import django.conf.locale
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cbhi_site import env, logs
from cbhi_site.headers import REPORT_GROUP
from cbhi_site.source import source_hash

BASE_DIR = Path(__file__).resolve().parent.parent
CBHI_MODE = env.text("CBHI_MODE", "laptop")
if CBHI_MODE not in {"laptop", "production"}:
    raise ImproperlyConfigured(f"CBHI_MODE={CBHI_MODE!r} is not known. Use laptop or production.")
PRODUCTION = CBHI_MODE == "production"
VAR_DIR = Path(env.text("CBHI_VAR", str(BASE_DIR / "var")))

DEBUG = env.flag("DEBUG", False)
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words(
    "CSRF_TRUSTED_ORIGINS", [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []
)
if PRODUCTION:
    env.refuse_unsafe_production(
        secret_key=SECRET_KEY,
        debug=DEBUG,
        hosts=ALLOWED_HOSTS,
        database_url=DATABASE_URL,
        redis_url=REDIS_URL,
        email_host=env.text("EMAIL_HOST"),
        email=env.text("EMAIL"),
    )
SECRET_KEY = SECRET_KEY or env.kept_secret(VAR_DIR / "secret-key")

# ---- what the site is made of -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # WhiteNoise serves the files in every mode, so that development shows what production will.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "cbhi_site",
    "offline",
    "explained",
    "experience",
    "workshop",
    "whatif",
    "calculator",
    "survey",
    "simulation",
    "schemes",
    "jobs",
    "accounts",
]
MIDDLEWARE = [
    "cbhi_site.health.HealthMiddleware",
    "cbhi_site.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "cbhi_site.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cbhi_site.compression.CompressionMiddleware",
    "cbhi_site.headers.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "accounts.limits.LimitsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sessions.SessionWatchMiddleware",
    "accounts.languages.LanguageMiddleware",
    "accounts.sessions.SignInRequiredMiddleware",
    "accounts.middleware.OrganisationMiddleware",
    "accounts.elsewhere.ElsewhereMiddleware",
    "offline.middleware.WhoseMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "accounts.trail.TrailMiddleware",
    "accounts.gate.PermissionMiddleware",
    "cbhi_site.middleware.DisplayMiddleware",
    "cbhi_site.middleware.DigitsMiddleware",
    "cbhi_site.middleware.NoOrganisationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "cbhi_site.urls"
WSGI_APPLICATION = "cbhi_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["accounts.templatetags.may"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ---- data -------------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.database(DATABASE_URL) if DATABASE_URL else env.sqlite(VAR_DIR / "cbhi.sqlite3")}
# Figures are kept by the content of what was asked, and by the code that answers.
KEPT_BY = f"cbhi-{source_hash(BASE_DIR)}"
CACHES: dict[str, Any]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "cbhi_site.shared_cache.PatientRedisCache",
            "LOCATION": env.cache_address(REDIS_URL),
            "KEY_PREFIX": KEPT_BY,
            # Once in 15 s one page waits so long for a cache that hangs.
            "OPTIONS": {"socket_connect_timeout": 0.4, "socket_timeout": 0.4},
        }
    }
else:
    # The site's processes share it: what is counted in one counts in all.
    CACHES = {
        "default": {
            "BACKEND": "cbhi_site.shared_cache.PatientFileCache",
            "LOCATION": VAR_DIR / "cache",
            "KEY_PREFIX": KEPT_BY,
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }
# A pasted table fits; anything larger is refused before it is read. A page that takes files says how large
# they may be by `accounts.limits.accepts_upload`.
BODY_BYTES = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o600
# How often one person, and all of one organisation, may do what costs the server something in how many
# seconds; `accounts.limits` counts. Field staff on a slow phone never meet these; a stuck script does.
LIMITS = {
    "submit": env.limit("LIMIT_SUBMIT", (300, 6000, 300)),
    "run": env.limit("LIMIT_RUN", (60, 300, 3600)),
    "upload": env.limit("LIMIT_UPLOAD", (60, 300, 3600)),
    "export": env.limit("LIMIT_EXPORT", (120, 600, 3600)),
}

# ---- who --------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.UnlikeItsOwnerValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignInForm",
    "reauthenticate": "accounts.sign_in_forms.PasswordAgainForm",
    "reset_password": "accounts.sign_in_forms.ForgottenForm",
    "reset_password_from_key": "accounts.sign_in_forms.NewPasswordForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "add_email": "accounts.sign_in_forms.ChangeEmailForm",
}
# Wrong passwords and codes: per account at one network address ("key"), and per network address, behind which
# a whole office may sit. Nobody is locked out for good. `accounts.throttle` makes the key.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "5/5m/key,100/5m/ip"}
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "accounts.second_factor_forms.CodeForm",
    "reauthenticate": "accounts.second_factor_forms.CodeAgainForm",
    "activate_totp": "accounts.second_factor_forms.SetUpForm",
}
# Whether administrators must sign in with a second factor.
REQUIRE_ADMIN_SECOND_FACTOR = env.flag("REQUIRE_ADMIN_SECOND_FACTOR", PRODUCTION)
# How many proxies of one's own stand before the site: the visitor's address is taken from X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 1 if PRODUCTION else 0)
PASSWORD_RESET_TIMEOUT = 4 * 3600
INVITATION_DAYS = 14

# How long a sign-in lasts (`accounts.sessions`): unused, unused on a shared phone, and at the longest.
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 12 * 60)
SHARED_PHONE_IDLE_MINUTES = env.number("SHARED_PHONE_IDLE_MINUTES", 15)
SESSION_LONGEST_DAYS = 30
SESSION_COOKIE_AGE = SESSION_LONGEST_DAYS * 24 * 3600
# A form whose sign-in ran out on the way is kept so large and so long.
KEPT_FORM_BYTES = 200 * 1024
KEPT_FORM_SECONDS = 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---- e-mail: printed where the site runs until a server is named ------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", not EMAIL_USE_SSL)
EMAIL_PORT = env.number("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "CBHI Premiums <no-reply@localhost>")

# ---- words, numbers, time ---------------------------------------------------------------------------------
# Odia is not among Django's own languages.
django.conf.locale.LANG_INFO.setdefault(
    "or", {"bidi": False, "code": "or", "name": "Odia", "name_local": "ଓଡ଼ିଆ"}
)
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("hi", _("Hindi")), ("ne", _("Nepali")), ("or", _("Odia"))]
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_SECURE = "language", PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Kolkata")

# ---- files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cbhi_site.static_files.StaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
BACKUP_FOLDER = Path(env.text("BACKUP_FOLDER", str(VAR_DIR / "backups")))
BACKUP_KEEP_DAYS = env.number("BACKUP_KEEP_DAYS", 14)
METRICS_TOKEN = env.text("METRICS_TOKEN")
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True

# ---- safety -----------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Scripts run only with the nonce of the answer they came with; nothing else is trusted, not even this site's
# other addresses, which may hold what somebody uploaded. Style attributes are not let through either.
CSP_REPORT_PATH = "/csp-report/" if PRODUCTION else ""
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.NONCE],
        "style-src": [csp.SELF],
        "img-src": [csp.SELF, "data:"],
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "manifest-src": [csp.SELF],
        "worker-src": [csp.SELF],
        "object-src": [csp.NONE],
        "base-uri": [csp.NONE],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
        **({"report-uri": CSP_REPORT_PATH, "report-to": REPORT_GROUP} if CSP_REPORT_PATH else {}),
    }
}
# Who answers when somebody found a hole: mailto: or https: addresses, in /.well-known/security.txt.
SECURITY_CONTACT = env.words("SECURITY_CONTACT")
# A proxy stands in front and gives each request its id; on a laptop anybody could.
BEHIND_PROXY = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    # TLS ends at the reverse proxy, which must set this header itself and drop any that a visitor sends.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# ---- background work: the database row is the truth, the queue is only a doorbell -------------------------
JOBS_LEASE_SECONDS = env.number("JOBS_LEASE_SECONDS", 20)
JOBS_SLICE_SECONDS = env.number("JOBS_SLICE_SECONDS", 10)
JOBS_RING_AGAIN_SECONDS = env.number("JOBS_RING_AGAIN_SECONDS", 15)
JOBS_LOOK_SECONDS = env.number("JOBS_LOOK_SECONDS", 5)
JOBS_DOORBELLS = env.number("JOBS_DOORBELLS", 16)
# How long an organisation that asks for much may have to wait for its next part.
JOBS_TURN_SECONDS = env.number("JOBS_TURN_SECONDS", 3)
JOBS_MAX_ATTEMPTS = 3
# Family-years that each simulation represents.
SIMULATED_FAMILIES = env.number("SIMULATED_FAMILIES", 10_000_000)
# What one worker process may take at the most; it is replaced by a fresh one when two thirds were needed.
WORKER_MEMORY_MB = env.number("WORKER_MEMORY_MB", 600)
# How long a page waits for the broker, which it can do without.
JOBS_DOORBELL_PATIENCE = {"max_retries": 0, "socket_connect_timeout": 0.3, "socket_timeout": 0.3}

CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 330
CELERY_WORKER_MAX_MEMORY_PER_CHILD = WORKER_MEMORY_MB * 1024 * 2 // 3
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# A full broker refuses a worker's own notes as well; the worker waits for room and does not end.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
if REDIS_URL:
    CELERY_BROKER_URL = env.broker_address(REDIS_URL)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        # Longer than the longest task: a shorter one would deliver the doorbell of a running task again.
        "visibility_timeout": 400,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
    }
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "processed_folder": str(VAR_DIR / "queue-processed"),
        "polling_interval": 0.2,
    }

# ---- log: one line an event, ids only, never a name, a phone or a number from a survey ---------------------
LOGGING = (
    # A developer's own made-up figures may be seen.
    {"version": 1, "disable_existing_loggers": False}
    if DEBUG
    else logs.configuration(as_json=PRODUCTION, level=env.text("LOG_LEVEL", "INFO"))
)
