"""Copies of the database that agree with a count of its rows: SQLite and PostgreSQL.

A copy is one moment of the database. SQLite's backup makes one; on PostgreSQL the rows are counted
and dumped under the same exported snapshot.
"""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, transaction

UNCOUNTED = {"home_cacheentry", "home_contentversion"}
"""Kept values, and the token that a restore changes on purpose."""


class BackupError(Exception):
    """What is wrong, in one French sentence for the operator."""


def vendor() -> str:
    """The engine, «sqlite» or «postgresql»; BackupError for another."""
    if connection.vendor not in ("sqlite", "postgresql"):
        raise BackupError(f"Base « {connection.vendor} » : pas de sauvegarde pour ce moteur.")
    return connection.vendor


def dump(target: Path) -> dict[str, int]:
    """Copy the database into the file `target`; the number of rows of each table in the copy."""
    if vendor() == "sqlite":
        return _dump_sqlite(target)
    return _dump_postgresql(target)


def load(source: Path) -> None:
    """Fill the empty database from a copy."""
    if vendor() == "sqlite":
        _load_sqlite(source)
    else:
        _load_postgresql(source)


def is_empty() -> bool:
    """True when the database holds no table."""
    return not connection.introspection.table_names()


def clear() -> None:
    """Take every table away, for a restore over an older state."""
    connection.close()
    if vendor() == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        for path in (
            database,
            *(database.with_name(database.name + end) for end in ("-wal", "-shm")),
        ):
            path.unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def count_rows() -> dict[str, int]:
    """Rows of each table of the database in use."""
    tables = sorted(set(connection.introspection.table_names()) - UNCOUNTED)
    counts = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


# --- SQLite ----------------------------------------------------------------------------------


def _dump_sqlite(target: Path) -> dict[str, int]:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BackupError("La copie de la base SQLite est abîmée : rien n’est sauvegardé.")
        # One file, not three: the copy keeps no write-ahead log.
        copy.execute("PRAGMA journal_mode=DELETE")
        names = [
            row[0]
            for row in copy.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        return {
            name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
            if name not in UNCOUNTED
        }


def _load_sqlite(source: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        copy.backup(connection.connection)


# --- PostgreSQL ------------------------------------------------------------------------------


def _dump_postgresql(target: Path) -> dict[str, int]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        counts = count_rows()
        _run("pg_dump", f"--snapshot={snapshot}", "--format=custom", "--no-owner",
             "--no-privileges", f"--file={target}")  # fmt: skip
    return counts


def _load_postgresql(source: Path) -> None:
    connection.close()
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
         "--clean", "--if-exists", f"--dbname={connection.settings_dict['NAME']}", str(source))  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the database in use; the password goes by its environment."""
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"« {program} » manque : installez le paquet postgresql-client.")
    database = connection.settings_dict
    options = database.get("OPTIONS", {})
    environment = {
        "PATH": str(Path(path).parent),
        "PGDATABASE": str(database["NAME"]),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"]),
        "PGSSLMODE": str(options.get("sslmode", "")),
        "PGCONNECT_TIMEOUT": "10",
    }
    done = subprocess.run(  # noqa: S603
        [path, *arguments],
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["aucun message"])[0]
        raise BackupError(f"{program} a échoué : {said}")
