"""Production: refuses to start without its secrets, HTTPS only."""

from django.core.exceptions import ImproperlyConfigured

from config.logs import logging_config

from .base import *

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY manque ou compte moins de 40 caractères.")

SECOND_FACTOR = env.str("SECOND_FACTOR", default="required")
if SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured("SECOND_FACTOR : « required » ou « optional ».")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 365)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
WAGTAILADMIN_BASE_URL = env.str("WAGTAILADMIN_BASE_URL", default=f"https://{INTERFEDE_HOST}")
if email_url := env.str("EMAIL_URL", default=""):
    vars().update(env.email_url_config(email_url))
# JSON lines for a collector; "text" for a person.
LOGGING = logging_config(
    env.str("LOG_FORMAT", default="json"), env.str("LOG_LEVEL", default="INFO").upper()
)
