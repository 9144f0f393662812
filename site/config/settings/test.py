"""The test suite: strict, quick, alone."""

import tempfile

from .base import *

DEBUG = False
SECRET_KEY = "only for tests"  # noqa: S105
ALIAS_HOSTS = ["localhost", "127.0.0.1"]
ALLOWED_HOSTS += [*ALIAS_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS["background"] = TASKS["default"]
SEARCH_WATCH = False
# Each test sees its own content, and has caches of its own; tests of the kept pages switch them on.
PAGE_CACHE = False
CACHES = caches("locmem://", VAR_DIR, on_postgresql=False)
del CACHES["renditions"]  # they go into the default one, which each test finds empty
if "database" in WAGTAILSEARCH_BACKENDS:
    # Each run has indices of its own, and finds at once what it wrote. An engine on a machine with
    # two cores under load is not down.
    WAGTAILSEARCH_BACKENDS["default"] |= {
        "INDEX_PREFIX": f"test{os.getpid()}_",
        "REFRESH": True,
        "TIMEOUT": 30,
    }
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
COUNTERS_FLUSH_SECONDS = 0
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="interfede-media-"))
PACKAGES_ROOT = MEDIA_ROOT.with_name(f"{MEDIA_ROOT.name}-packages")
PRIVATE_ROOT = MEDIA_ROOT.with_name(f"{MEDIA_ROOT.name}-private")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, because the browser's server runs in another thread than the test.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.mkdtemp()) / "test.sqlite3")}
