"""Settings common to every environment. Values that differ come from the environment.

Every variable read here is described in docs/operations.md.
"""

import os
import re
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from config.addresses import caches, database, frontend_cache, machine_translator
from search.addresses import backends as search_backends

BASE_DIR = Path(__file__).resolve().parents[3]

env = environ.Env()
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# --- Hosts -----------------------------------------------------------------------------------
# One host per site: a host that is not listed gets 400, never the default site.
CISP_HOST = env.str("CISP_HOST", default="cisp.localhost")
INTERFEDE_HOST = env.str("INTERFEDE_HOST", default="interfede.localhost")
PEDATECH_HOST = env.str("PEDATECH_HOST", default="pedatech.localhost")
SITE_HOSTS = {"cisp": CISP_HOST, "interfede": INTERFEDE_HOST, "pedatech": PEDATECH_HOST}
# Names that are redirected to the canonical host of cisp.be (and www. to each site).
ALIAS_HOSTS: list[str] = []
ALLOWED_HOSTS = [
    *SITE_HOSTS.values(),
    *(f"www.{host}" for host in SITE_HOSTS.values()),
]

# --- Applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.ProjectConfig",
    "cisp_map",
    "essor",
    "podcasts",
    "pedatech",
    "search",
    "home",
    "wagtail.contrib.forms",
    "wagtail.contrib.frontend_cache",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.typed_table_block",
    "wagtail_localize",
    "wagtail_localize.locales",  # in the place of wagtail.locales
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailgeowidget",
    "wagtailmedia",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "modelcluster",
    "taggit",
    "js_lib_leaflet",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ProxyMiddleware",
    "config.middleware.PermissionsPolicyMiddleware",
    "config.middleware.CanonicalHostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "home.read_only.ReadOnlyMiddleware",
    "config.middleware.PageGZipMiddleware",
    "home.visits.VisitsMiddleware",
    "search.recorded.SearchesMiddleware",
    "home.page_cache.PageCacheMiddleware",
    "home.sites.SiteMiddleware",
    "home.visits.VisitMarkMiddleware",
    "home.languages.LanguageMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "home.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "home.desk.redirects.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "site" / "templates"],
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "home.templatetags.french_dates",
                "home.templatetags.languages",
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.site_chrome",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------
DATABASES = {"default": database(env.str("DATABASE_URL", default=""), VAR_DIR)}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one process writes; IMMEDIATE avoids dead-locks between writers.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "home.User"

# How many proxies of ours stand in front; the outermost one's X-Forwarded-For names the visitor.
PROXIES = env.int("PROXIES", default=0)
# Everything is read, nothing is written: for a move or a long migration (home.read_only).
READ_ONLY = env.bool("READ_ONLY", default=False)
# Backups are sealed to these public keys (age1…, with commas) and written here.
BACKUP_RECIPIENT = env.str("BACKUP_RECIPIENT", default="")
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(VAR_DIR / "backups")))

# --- Kept answers ----------------------------------------------------------------------------
CACHES = caches(
    env.str("CACHE_URL", default=""),
    VAR_DIR,
    on_postgresql="postgresql" in DATABASES["default"]["ENGINE"],
)
# Whole pages for visitors without a session (home.page_cache), valid until the content changes.
PAGE_CACHE = env.bool("PAGE_CACHE", default=True)
# Pages are kept with these parameters; with any other (texts, positions, unknown ones) never.
PAGE_CACHE_PARAMETERS = frozenset(
    {
        *("page", "tri", "annee", "genre", "theme", "rubrique"),
        *("domaine", "categorie", "methode", "horaire", "federation", "digistart", "pmr", "rayon"),
        *("public", "niveau", "duree", "format", "licence", "langue", "producteur", "emprunt"),
        *("organisme", "type", "sites"),
    }
)
# What newsletters and networks put behind every link, another one for each click: no page reads it.
PAGE_CACHE_IGNORED = re.compile(r"utm_\w+|fbclid|gclid|gbraid|wbraid|msclkid|mc_cid|mc_eid|igshid")
# Texts of visitors: their answers stay a minute in the memory of the process, and nowhere else.
PAGE_CACHE_TEXTS = frozenset({"q", "lieu"})
# Seconds that a CDN in front may show a page without asking; 0 lets it ask each time (304).
CDN_SECONDS = env.int("CDN_SECONDS", default=0)
# Pages that change are purged there: "http://varnish:6081", or "cloudflare://zone:token@".
WAGTAILFRONTENDCACHE = frontend_cache(env.str("FRONTEND_CACHE_URL", default=""))

# --- Background work -------------------------------------------------------------------------
# Wagtail's own tasks (indexes) run at once. What takes seconds (reading a PDF) names the backend
# "background": the table of django-tasks-db, emptied by `manage.py db_worker --backend background`.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# Ask the addresses outside that pages name whether they still answer (home.desk.links).
EXTERNAL_LINKS = env.bool("EXTERNAL_LINKS", default=False)

# --- Language, time --------------------------------------------------------------------------
# French without a prefix on every site; the others below /de/, /nl/ and /en/ of the sites that
# TRANSLATED_SITES names, each once its home page is published there. Arabic is prepared (direction,
# fonts): it begins with a translated home page.
LANGUAGE_CODE = "fr"
LANGUAGES = [
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("nl", "Nederlands"),
    ("en", "English"),
    ("ar", "العربية"),
]
TRANSLATED_SITES = ("cisp",)
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_I18N = True
USE_TZ = True

# --- Files -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Never below an address of their own: interactive packages (played in a sandbox), and the files of
# training spaces and of proposals (each download asks who is there).
PACKAGES_ROOT = VAR_DIR / "packages"
PRIVATE_ROOT = VAR_DIR / "private"
# Files are public while a public page uses them, so the application answers for each (home.media).
# "/protected/" lets nginx send them, from an `internal` location of that name.
MEDIA_ACCEL = env.str("MEDIA_ACCEL", default="")
# Seconds between two writes of the counters (home.counters); 0 writes on flush() alone.
COUNTERS_FLUSH_SECONDS = env.float("COUNTERS_FLUSH_SECONDS", default=5.0)
STORAGES = {
    "default": {"BACKEND": "home.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60

# --- Log-in ----------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
# "required" of everybody who enters the admin, or "optional" (home.second_factor).
SECOND_FACTOR = env.str("SECOND_FACTOR", default="optional")
WAGTAILADMIN_USER_LOGIN_FORM = "home.logins.AdminLoginForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "home.logins.AdminResetForm"  # noqa: S105 (a form)
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# Members of training spaces and contributors sign in on the site; editors under /gestion/.
WAGTAIL_FRONTEND_LOGIN_URL = "/connexion/"

# --- Training spaces -------------------------------------------------------------------------
SPACE_READ_ONLY_MONTHS = 12  # after the last day, members read without writing
SPACE_ARCHIVE_MONTHS = 12  # then the space closes to its members
SPACE_INVITATION_DAYS = 14

# --- Wagtail ---------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Interfédé"
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # addresses that can be read out and typed: «été» is «ete»
WAGTAILADMIN_BASE_URL = env.str("WAGTAILADMIN_BASE_URL", default=f"http://{INTERFEDE_HOST}:8000")
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no call to a release feed
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no call to gravatar
WAGTAILIMAGES_IMAGE_MODEL = "home.SiteImage"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.image_forms.SiteImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000  # as home.pictures
WAGTAILDOCS_DOCUMENT_MODEL = "home.SiteDocument"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "home.document_forms.SiteDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# Sounds are read from their content by the form: no list of extensions.
WAGTAILMEDIA = {
    "MEDIA_MODEL": "podcasts.Audio",
    "MEDIA_FORM_BASE": "podcasts.forms.AudioForm",
    "AUDIO_EXTENSIONS": [],
}
# Contents of other hosts stand in frames behind a button (pedatech.embeds): nothing is fetched.
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}  # it would be stored in clear
# "" is the database; "elasticsearch://host:9200,host:9200" or "opensearch://…" an engine beside it.
WAGTAILSEARCH_BACKENDS = search_backends(env.str("SEARCH_URL", default=""), os.environ)
# A thread of each process asks an engine that failed until it answers again, and catches up.
SEARCH_WATCH = True
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# A translation that was submitted is a draft until somebody publishes it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# A translated page whose source is deleted stays, as an ordinary page of its own.
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True
# "" or "deepl:key", "libretranslate:https://…": fills in drafts on demand; a person publishes.
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = machine_translator(env.str("MACHINE_TRANSLATOR", default=""))
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français")]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# The location field of the admin: our own Leaflet and our own look-up (see cisp_map.widgets).
GEO_WIDGET_DEFAULT_LOCATION = {"lat": 50.4669, "lng": 4.8675}  # Namur
GEO_WIDGET_ZOOM = 13

# --- Places and maps -------------------------------------------------------------------------
# "" (the gazetteer alone) or "nominatim" (street addresses too, through geopy).
GEOCODER = env.str("GEOCODER", default="")
GEOCODER_URL = env.str("GEOCODER_URL", default="nominatim.openstreetmap.org")
GEOCODER_USER_AGENT = env.str("GEOCODER_USER_AGENT", default="interfede-sites")
# A tile server; without it the map is drawn on the outlines of the provinces.
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")
MAP_TILES_ATTRIBUTION = env.str(
    "MAP_TILES_ATTRIBUTION", default="© les contributeurs d’OpenStreetMap"
)

# --- Security --------------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # tile servers refuse "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail says SAMEORIGIN for the previews of its admin by itself
# The finder asks where one is, when one presses the button; nothing else of the device.
PERMISSIONS_POLICY = (
    "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), serial=(), "
    "bluetooth=(), display-capture=(), browsing-topics=()"
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS: list[str] = []

_tiles = MAP_TILES_URL.split("/{")[0] if MAP_TILES_URL else ""
CONTENT_SECURITY_POLICY = {
    # The admin of Wagtail needs inline scripts; it is for signed-in staff only.
    "EXCLUDE_URL_PREFIXES": ["/gestion/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([_tiles] if _tiles else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
