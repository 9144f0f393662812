"""`make run` and `make dev`: SQLite under var/, *.localhost, no configuration needed."""

import secrets

from .base import *

DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
WAGTAILADMIN_BASE_URL = f"http://{INTERFEDE_HOST}:{PORT}"
# The bare names a developer types first are redirected to cisp.localhost.
ALIAS_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += ALIAS_HOSTS


def _local_secret() -> str:
    """One secret per working copy, kept under var/ so that sessions survive a restart."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or _local_secret()
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if DEBUG:
    PAGE_CACHE = False  # a template that was just saved is to be seen
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    TEMPLATES[0]["OPTIONS"]["loaders"] = [  # type: ignore[index]
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
# Made by load_demo, printed by `make run`. Only here: production has no known password.
DEMO_LOGIN = ("demo", "demo-interfede")
