"""What keeps a server from starting, each in one line that says what to do."""

import sys
from collections.abc import Callable
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

REFUSED = {
    "28P01": "le mot de passe est refusé",
    "28000": "l’utilisateur est refusé",
    "3D000": "la base n’existe pas",
}
"""States of PostgreSQL that no waiting mends (SQLSTATE)."""


def refuse(message: str) -> NoReturn:
    """End the process with one line on the error output."""
    sys.exit(f"Le site ne démarre pas. {message}")


def configured(start: Callable[[], Any]) -> Any:
    """`start()`; a setting that is missing or wrong ends the process with one line."""
    try:
        return start()
    except ImproperlyConfigured as error:
        refuse(" ".join(str(error).split()))


def check_database() -> None:
    """Refuse a database that will never answer; one that is down for now is no reason."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None) or ""
        said = str(error)
        # Errors at the log-in carry no state in psycopg: the server's sentence tells.
        if state in REFUSED or any(
            text in said
            for text in ("password authentication failed", "does not exist", "no password supplied")
        ):
            reason = REFUSED.get(state) or said.strip().splitlines()[0]
            refuse(f"DATABASE_URL : {reason}.")
        if connection.vendor == "sqlite":
            refuse(
                f"DATABASE_URL : le fichier {settings.DATABASES['default']['NAME']} ne s’ouvre pas."
            )
        sys.stderr.write(f"La base ne répond pas encore : {said.strip().splitlines()[0]}\n")
    finally:
        connection.close()


def check_hosts() -> None:
    """In production each site has a host of its own that is not a name of development."""
    hosts = settings.SITE_HOSTS
    missing = [
        f"{name.upper()}_HOST" for name, host in hosts.items() if host.endswith(".localhost")
    ]
    if missing:
        refuse(f"{', '.join(missing)} : le nom public du site manque.")
    if len(set(hosts.values())) != len(hosts):
        refuse("CISP_HOST, INTERFEDE_HOST et PEDATECH_HOST doivent différer.")
    for name, host in hosts.items():
        if "/" in host or ":" in host:
            refuse(
                f"{name.upper()}_HOST : « {host} » n’est pas un nom d’hôte (sans https:// ni port)."
            )
