"""`SEARCH_URL` → the search backends of Wagtail's settings. Pure: read by the settings themselves."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

DATABASE = "database"
KINDS = {
    "elasticsearch": "search.backends.elasticsearch",
    "opensearch": "search.backends.opensearch",
}
TIMEOUT_SECONDS = 2.0


class BadSearchUrl(ValueError):
    """`SEARCH_URL` names no engine that is known here; the text says what is expected."""


def backends(url: str, environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The value of WAGTAILSEARCH_BACKENDS.

    `url`: "" for the database alone, else `elasticsearch://host:9200` or `opensearch://…`; several
    addresses are separated by commas, the scheme given once. `+https` after the name of the engine,
    or SEARCH_CA_CERTS, asks for TLS. SEARCH_USER and SEARCH_PASSWORD, or SEARCH_API_KEY, sign in.

    The database keeps its own index beside an engine's: it answers while the engine does not.
    """
    database = {"BACKEND": "search.backends.database", "AUTO_UPDATE": True}
    if not url.strip():
        return {"default": database}
    kind, is_tls, hosts = _read(url)
    is_tls = is_tls or bool(environment.get("SEARCH_CA_CERTS"))
    return {
        "default": {
            "BACKEND": KINDS[kind],
            "AUTO_UPDATE": True,
            "URLS": [f"{'https' if is_tls else 'http'}://{host}" for host in hosts],
            "INDEX_PREFIX": environment.get("SEARCH_INDEX_PREFIX", "interfede_"),
            "TIMEOUT": TIMEOUT_SECONDS,
            "OPTIONS": _options(kind, environment),
        },
        DATABASE: database,
    }


def _read(url: str) -> tuple[str, bool, list[str]]:
    """`(engine, whether TLS, ["host:port", …])`."""
    kind, is_tls, hosts = "", False, []
    for address in url.split(","):
        scheme, separator, rest = address.strip().partition("://")
        if separator:
            name, _, transport = scheme.partition("+")
            kind, is_tls = kind or name, is_tls or transport == "https"
            if name != kind or transport not in ("", "https", "http"):
                kind = ""
        else:
            rest = scheme
        try:
            parts = urlsplit(f"//{rest}")
            host, port = parts.hostname, parts.port or 9200
        except ValueError:
            host, port = None, 0
        if not host or kind not in KINDS:
            raise BadSearchUrl(
                "SEARCH_URL : attendu elasticsearch://hôte:port ou opensearch://hôte:port, "
                "plusieurs adresses séparées par des virgules."
            )
        hosts.append(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return kind, is_tls, hosts


def _options(kind: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """What the client needs to sign in and to trust, in the words of each client."""
    options: dict[str, Any] = {}
    user, key = environment.get("SEARCH_USER", ""), environment.get("SEARCH_API_KEY", "")
    if certificates := environment.get("SEARCH_CA_CERTS", ""):
        options["ca_certs"] = certificates
    if key:
        if kind == "elasticsearch":
            options["api_key"] = key
        else:
            options["headers"] = {"Authorization": f"ApiKey {key}"}
    elif user:
        name = "basic_auth" if kind == "elasticsearch" else "http_auth"
        options[name] = (user, environment.get("SEARCH_PASSWORD", ""))
    return options
