"""Addresses from the environment → settings. An address that means nothing is refused in a line."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
FILES = "config.caches.ForgivingFiles"
DATABASE = "django.core.cache.backends.db.DatabaseCache"
REDIS = "config.caches.ForgivingRedis"
TABLE = "home_cacheentry"
CONNECT_SECONDS = 5
VALUES_AT_MOST = 10_000
PAGES_AT_MOST = 3000
TEXTS_AT_MOST = 300
KINDS = "dbcache://, redis://host:6379/0, rediss://…, filecache:///dossier ou locmem://"


def database(url: str, var_dir: Path) -> dict[str, Any]:
    """DATABASE_URL → DATABASES["default"]: `postgres://user:password@host:5432/name` or
    `sqlite:////path`; without it SQLite under VAR_DIR.

    Raises ImproperlyConfigured for anything else; the message never repeats the password.
    """
    if not url:
        return environ.Env.db_url_config(f"sqlite:///{var_dir / 'db.sqlite3'}")
    scheme, separator, rest = url.partition("://")
    expected = "attendu postgres://utilisateur:mot-de-passe@hôte:5432/base ou sqlite:////chemin"
    if not separator or scheme not in ("postgres", "postgresql", "sqlite"):
        raise ImproperlyConfigured(f"DATABASE_URL n’est pas compris : {expected}.")
    try:
        found = environ.Env.db_url_config(url)
    except (ValueError, KeyError) as error:  # a port that is no number, a half address
        raise ImproperlyConfigured(f"DATABASE_URL n’est pas compris : {expected}.") from error
    if scheme != "sqlite":
        if not found["NAME"] or not rest:
            raise ImproperlyConfigured(f"DATABASE_URL ne nomme pas de base : {expected}.")
        found.setdefault("OPTIONS", {}).setdefault("connect_timeout", CONNECT_SECONDS)
        found["CONN_HEALTH_CHECKS"] = True
    return found


def caches(url: str, var_dir: Path, on_postgresql: bool) -> dict[str, dict[str, Any]]:
    """The caches that CACHE_URL asks for; without it the database's on PostgreSQL (one for several
    servers), files under VAR_DIR on SQLite (one for the processes of a server).

    - `default`: attempts to log in, roots of the sites: few, small, shared.
    - `pages`: whole pages (home.page_cache). In Redis when there is one, else in files of each
      server: their validity is asked of the database, so they need not be shared, and they can be
      read when the database is down.
    - `texts`: answers to what visitors typed: in the memory of each process, never written.
    - `renditions`: sizes of pictures, in each process; their key names the picture's content.

    Raises ImproperlyConfigured for an address of another kind.
    """
    default = _default(url or ("dbcache://" if on_postgresql else ""), var_dir)
    if default["BACKEND"] == FILES:
        default["OPTIONS"] = {"MAX_ENTRIES": VALUES_AT_MOST}
    pages = dict(default)
    if default["BACKEND"] == DATABASE:
        pages = {"BACKEND": FILES, "LOCATION": str(var_dir / "cache" / "pages")}
    elif default["BACKEND"] == FILES:
        pages["LOCATION"] = str(Path(default["LOCATION"]) / "pages")
    if default["BACKEND"] != REDIS:
        pages["OPTIONS"] = {"MAX_ENTRIES": PAGES_AT_MOST}
    return {
        "default": default,
        "pages": pages,
        "texts": {
            "BACKEND": LOCMEM,
            "LOCATION": "texts",
            "OPTIONS": {"MAX_ENTRIES": TEXTS_AT_MOST},
        },
        "renditions": {"BACKEND": LOCMEM, "LOCATION": "renditions"},
    }


def _default(url: str, var_dir: Path) -> dict[str, Any]:
    scheme = url.partition("://")[0]
    if not url:
        return {"BACKEND": FILES, "LOCATION": str(var_dir / "cache" / "shared")}
    if scheme == "dbcache":
        return {"BACKEND": DATABASE, "LOCATION": TABLE, "OPTIONS": {"MAX_ENTRIES": VALUES_AT_MOST}}
    if scheme in ("redis", "rediss"):
        return {
            "BACKEND": REDIS,
            "LOCATION": url.split(","),
            "KEY_PREFIX": "interfede",
            # Seconds that a visitor waits for a Redis that is away.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    if scheme == "locmem":
        return {"BACKEND": LOCMEM, "LOCATION": "interfede"}
    if scheme == "filecache":
        location = environ.Env.cache_url_config(url)["LOCATION"]
        return {"BACKEND": FILES, "LOCATION": str(location)}
    raise ImproperlyConfigured(f"CACHE_URL : « {scheme} » n’est pas connu. Possibles : {KINDS}.")


def frontend_cache(url: str) -> dict[str, dict[str, str]]:
    """FRONTEND_CACHE_URL → WAGTAILFRONTENDCACHE: who is told of pages that changed.

    `http://host:port` for Varnish, Squid or nginx (PURGE), `cloudflare://zone:token@`; "" nobody.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and parts.hostname:
        backend = "wagtail.contrib.frontend_cache.backends.HTTPBackend"
        return {"front": {"BACKEND": backend, "LOCATION": url}}
    if parts.scheme == "cloudflare" and parts.username and parts.password:
        backend = "wagtail.contrib.frontend_cache.backends.CloudflareBackend"
        zone = {"ZONEID": parts.username, "BEARER_TOKEN": parts.password}
        return {"front": {"BACKEND": backend, **zone}}
    raise ImproperlyConfigured(
        "FRONTEND_CACHE_URL : attendu http://hôte:port ou cloudflare://zone:jeton@."
    )


def machine_translator(address: str) -> dict[str, Any] | None:
    """MACHINE_TRANSLATOR → WAGTAILLOCALIZE_MACHINE_TRANSLATOR: who fills in drafts on demand.

    `deepl:key`, `libretranslate:https://host#key`; "" nobody. The message never repeats the key.
    """
    if not address:
        return None
    kind, _, rest = address.partition(":")
    if kind == "deepl" and rest:
        return {
            "CLASS": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
            "OPTIONS": {"AUTH_KEY": rest},
        }
    parts = urlsplit(rest)
    if kind == "libretranslate" and parts.scheme in ("http", "https") and parts.hostname:
        return {
            "CLASS": "wagtail_localize.machine_translators.libretranslate.LibreTranslator",
            "OPTIONS": {
                "LIBRETRANSLATE_URL": rest.partition("#")[0].rstrip("/"),
                "API_KEY": parts.fragment,
            },
        }
    raise ImproperlyConfigured(
        "MACHINE_TRANSLATOR : attendu deepl:clé ou libretranslate:https://adresse#clé."
    )
