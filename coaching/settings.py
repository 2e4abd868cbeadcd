"""All settings in one file. Secure by default; the launcher loosens what a laptop needs.

Everything that differs between machines comes from the environment (see README.md, "Settings").
"""

from pathlib import Path

from coaching import environment, interfaces
from coaching.admin_look import LOOK
from coaching.doors import FORMS, POLICY, RATE_LIMITS, SECOND_STEP_FORMS

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR") or BASE_DIR / "var").resolve()

DEBUG = environment.flag("DEBUG", False)
DEMO = environment.flag("DEMO", False)  # demo sign-ins on the sign-in page, sent mail listed on a page
HTTPS = environment.flag("HTTPS", True)  # the launcher turns this off: a laptop has no certificate

SECRET_KEY = environment.secret("SECRET_KEY", VAR_DIR / "secret_key", size=48)
# What this process serves: everything, everything but the admin, or the admin alone (coaching/urls.py).
SURFACE = environment.choice("DJANGO_SURFACE", "all", ("all", "app", "admin"))
# Key-encryption keys for sealed text: newest first, comma-separated (engagements/vault.py). Without them in the
# environment they live in a file, made with the first engagement. The admin alone gets none.
NOTE_KEYS = environment.text("NOTE_KEYS") if SURFACE != "admin" else ""
NOTE_KEYS_FILE: Path | None = VAR_DIR / "note_keys" if SURFACE != "admin" else None

ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = environment.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")  # used in mails
SITE_NAME = "Point of Trust"

INSTALLED_APPS = [
    "coaching.apps.CoachingConfig",
    "trust.apps.TrustConfig",
    "engagements.apps.EngagementsConfig",
    "unfold.apps.BasicAppConfig",  # the other one puts a site of its own in the place of ours
    "coaching.apps.SiteAdminConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "bootstrap",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    # First what puts headers on every answer, also of those that come after it and refuse.
    "csp.middleware.CSPMiddleware",
    "coaching.middleware.PrivateAnswers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "coaching.middleware.KnownHost",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coaching.api.problems.ProblemAnswers",
    "coaching.declared_access.KnownVerbs",
    "django.middleware.gzip.GZipMiddleware",
    "coaching.after_answer.AfterAnswer",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coaching.sessions.SessionLimits",
    "coaching.declared_access.DeclaredAccess",
    "coaching.middleware.SignInFirst",
    "coaching.second_step.SecondStepFirst",
    "coaching.middleware.OwnTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coaching.middleware.SealedWords",
]

ROOT_URLCONF = "coaching.urls"
WSGI_APPLICATION = "coaching.wsgi.application"

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
                "coaching.context.site",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------

DATABASES = {"default": environment.database(VAR_DIR / "point_of_trust.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Web and workers write to one file: take the write lock at BEGIN and wait for it, instead of failing late.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # secure_delete: a destroyed key is overwritten in the file, not only taken off the list.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
    # pytest-xdist and a live server need a file, not a private in-memory database.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "engagements.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique whatever its case, by a constraint on Lower("email")
AUTHENTICATION_BACKENDS = ["coaching.backend.WithRoles"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("CommonPasswordValidator", {}),
    )
] + [{"NAME": "coaching.passwords.NotEndless"}, {"NAME": "coaching.passwords.NotMonotonous"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home" if SURFACE != "admin" else "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "coaching.accounts.InvitationOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account exists only by invitation, sent to that address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second step is told to the person by mail
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_FORMS, MFA_FORMS = FORMS, SECOND_STEP_FORMS
ACCOUNT_RATE_LIMITS = RATE_LIMITS
SECOND_STEP_KEY = environment.secret("SECOND_STEP_KEY", VAR_DIR / "second_step_key")  # seals what codes rest on
SECOND_FACTOR = not DEMO  # whether everybody needs a second step to get in
MFA_ADAPTER = "coaching.second_step.SecondSteps"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # one code earlier or later: clocks differ, and typing takes time
SESSION_IDLE_SECONDS = 60 * environment.number("SESSION_IDLE_MINUTES", 60, 5, 12 * 60)
SESSION_COOKIE_AGE = 3600 * environment.number("SESSION_HOURS", 12, 1, 24)  # since signing in, whatever happens
# With the prefix no other host of the domain can set them; browsers allow it on HTTPS only.
SESSION_COOKIE_NAME = "__Host-pot_session" if HTTPS else "pot_session"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-pot_csrf" if HTTPS else "pot_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "coaching.views.errors.forbidden_form"

# --- doors and windows --------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_REFERRER_POLICY = "same-origin"
if environment.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the last address of X-Forwarded-For is the client's
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = POLICY
# The API, webhooks, sign-in by a directory.
globals().update(interfaces.settings(debug=DEBUG, is_served=SURFACE != "admin"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # uploads never touch the disk unsealed
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- words, dates, files ------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = environment.text("TIME_ZONE", "UTC")  # for visitors whose zone is not known
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
_FINDERS = "django.contrib.staticfiles.finders"
STATICFILES_FINDERS = [f"{_FINDERS}.{kind}Finder" for kind in ("FileSystem", "AppDirectories")]
STATICFILES_FINDERS += ["coaching.bundles.BundleFinder"]
WHITENOISE_USE_FINDERS = environment.flag("STATIC_FROM_SOURCE", False)
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else VAR_DIR / "staticfiles"
if not WHITENOISE_USE_FINDERS:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- mail ---------------------------------------------------------------------------------------

EMAIL_CONFIG = environment.text("EMAIL_URL")  # smtp://user:password@host:587 (STARTTLS) or smtps://
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "Point of Trust <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
globals().update(environment.mail(EMAIL_CONFIG))

# --- background jobs ----------------------------------------------------------------------------

CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("filesystem://"):
    BROKER_DIR = VAR_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.25,  # seconds between two looks into the folder
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,  # a page that nudges waits no longer than this
    }
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}

# For every process to see: what was tried at the doors (default), and how far long work is, since the transaction
# that does the work shows nothing before its end (progress).
CACHES = environment.caches(CELERY_BROKER_URL, VAR_DIR)

# --- log ----------------------------------------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER = "coaching.error_reports.OnlyPlaces"
DEFAULT_EXCEPTION_REPORTER_FILTER = "coaching.error_reports.NoValues"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "logging.Formatter" if DEBUG else "coaching.logs.WithoutWords",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"without_keys": {"()": "coaching.logs.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_keys"]}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": []},  # no second handler beside ours, and no mail with local variables
        "django.server": {"handlers": [], "propagate": True},
        "django.db.backends": {"level": "WARNING"},  # SQL would carry what people wrote
    },
}

UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_URL": "/",
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": True,
    **LOOK,
}

# Hours, paid hours and clients that ICF asked for in 2025. They change: see docs/coaching-hours.md.
COACHING_THRESHOLDS = environment.figures(
    "COACHING_THRESHOLDS", {"ACC": (100, 75, 8), "PCC": (500, 450, 25), "MCC": (2500, 2250, 35)}
)
