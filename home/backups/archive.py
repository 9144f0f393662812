"""The file of a backup: a compressed tar, sealed with age to the public key of the operator.

Inside: `database` (SQLite's file or pg_dump's own format), `files/<folder>/…`, and last
`manifest.json` with the rows of each table and the length and SHA-256 of each file. Only the
private key opens it, and that one need not lie on the server: who takes the server does not take
the backups. Debian's `age` opens it too: `age -d -i key backup.tar.gz.age | tar -tz`.

The files are read after the database: what was uploaded in between is in the archive and only
superfluous, never the other way round.
"""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from home.backups import databases
from home.backups.databases import BackupError

FORMAT = 1
SUFFIX = ".tar.gz.age"
NAME = re.compile(r"^sites-(\d{8}T\d{6}Z)\.tar\.gz\.age$")
STAMP = "%Y%m%dT%H%M%SZ"
CHUNK = 1 << 20


def folders() -> dict[str, Path]:
    """The folders of a backup by the name that they have in it."""
    return {
        "media": Path(settings.MEDIA_ROOT),
        "packages": Path(settings.PACKAGES_ROOT),
        "private": Path(settings.PRIVATE_ROOT),
    }


@dataclass
class Manifest:
    """What a backup says it holds."""

    created: str
    vendor: str
    rows: dict[str, int]
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    """path in the archive → (bytes, SHA-256)"""
    migrations: list[str] = field(default_factory=list)
    format: int = FORMAT

    @classmethod
    def read(cls, text: str) -> "Manifest":
        """Raises BackupError for what this version does not read."""
        try:
            data: dict[str, Any] = json.loads(text)
            if data["format"] != FORMAT:
                raise BackupError(f"Format de sauvegarde {data['format']} inconnu.")
            data["files"] = {name: tuple(value) for name, value in data["files"].items()}
            return cls(**data)
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError("La liste (manifest.json) de la sauvegarde est illisible.") from error


# --- Keys ------------------------------------------------------------------------------------


def new_key(path: Path) -> str:
    """Write a new private key into `path`, which must not exist; the public key."""
    identity = pyrage.x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BackupError(f"{path} existe déjà : une clé ne s’écrase pas.") from error
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def recipients(text: str) -> list[Any]:
    """BACKUP_RECIPIENT: public keys with commas between them."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise BackupError(
            "BACKUP_RECIPIENT manque : faites une clé avec « backup --new-key FICHIER »."
        )
    try:
        return [pyrage.x25519.Recipient.from_str(name) for name in names]
    except pyrage.RecipientError as error:
        raise BackupError("BACKUP_RECIPIENT n’est pas une clé publique age (age1…).") from error


def identities(path: Path) -> list[Any]:
    """The private keys of a file of age-keygen or of `new_key`."""
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise BackupError(f"La clé privée {path} ne peut pas être lue.") from error
    found = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
    if not found:
        raise BackupError(f"{path} ne contient pas de clé privée (AGE-SECRET-KEY-…).")
    try:
        return [pyrage.x25519.Identity.from_str(line) for line in found]
    except pyrage.IdentityError as error:
        raise BackupError(f"La clé privée de {path} est abîmée.") from error


# --- Writing ---------------------------------------------------------------------------------


def create(
    target_dir: Path, sealed_to: list[Any], now: datetime | None = None
) -> tuple[Path, Manifest]:
    """Write a backup into `target_dir`; its path and what it holds.

    The file appears under its name only when it is whole. Raises BackupError, also for a disk
    without room, and leaves nothing behind.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    target_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    final = target_dir / f"sites-{moment.strftime(STAMP)}{SUFFIX}"
    part = final.with_name(f".{final.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target_dir, prefix=".backup-") as work:
            copy = Path(work) / "database"
            rows = databases.dump(copy)
            manifest = Manifest(
                created=moment.isoformat(),
                vendor=databases.vendor(),
                rows=rows,
                migrations=sorted(
                    f"{app}.{name}"
                    for app, name in MigrationRecorder.Migration.objects.values_list("app", "name")
                ),
            )
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with (
                os.fdopen(descriptor, "wb") as sealed,
                _sealing(sealed, sealed_to) as plain,
                gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=6) as packed,
                tarfile.open(fileobj=packed, mode="w|") as tar,
            ):
                _add(tar, copy, "database", manifest)
                for name, folder in folders().items():
                    for path in _files_below(folder):
                        _add(tar, path, f"files/{name}/{path.relative_to(folder)}", manifest)
                _add_text(tar, "manifest.json", json.dumps(asdict(manifest), indent=1))
            with part.open("rb") as written:
                os.fsync(written.fileno())
        part.rename(final)
    except OSError as error:
        raise BackupError(
            f"La sauvegarde ne peut pas être écrite : {error.strerror or error}."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return final, manifest


def _files_below(folder: Path) -> Iterator[Path]:
    """Regular files in a fixed order; links are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


class _Hashing:
    """A file that notes what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """As a file."""
        block = self.file.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


def _add(tar: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    with suppress(FileNotFoundError), path.open("rb") as file:  # deleted since it was listed
        info = tar.gettarinfo(arcname=name, fileobj=file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        hashing = _Hashing(file)
        tar.addfile(info, hashing)
        manifest.files[name] = (hashing.size, hashing.digest.hexdigest())


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


@contextmanager
def _sealing(sealed: IO[bytes], sealed_to: list[Any]) -> Iterator[IO[bytes]]:
    """A file to write into; what is written is sealed by a thread, block by block."""
    reading, writing = os.pipe()
    failures: list[BaseException] = []

    def seal() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                pyrage.encrypt_io(source, sealed, sealed_to)
            except BaseException as error:  # told to the writer below
                failures.append(error)

    thread = threading.Thread(target=seal, name="backup")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as plain:
            yield plain
    except BrokenPipeError:
        if not failures:
            raise
    finally:
        thread.join()
    if failures:
        raise OSError(str(failures[0])) from failures[0]


# --- Reading ---------------------------------------------------------------------------------


def unpack(source: Path, keys: list[Any], into: Path) -> Manifest:
    """Open a backup into the empty folder `into`, and compare every file with the manifest.

    Raises BackupError when the key does not fit, the file is cut or changed, or something is
    missing or too much.
    """
    opened = into / "archive.tar.gz"
    try:
        with source.open("rb") as sealed, opened.open("wb") as plain:
            pyrage.decrypt_io(sealed, plain, keys)
    except pyrage.DecryptError as error:
        raise BackupError(
            "La clé n’ouvre pas cette sauvegarde, ou le fichier est abîmé."
        ) from error
    except OSError as error:
        raise BackupError(
            f"La sauvegarde ne peut pas être lue : {error.strerror or error}."
        ) from error
    try:
        with tarfile.open(opened, mode="r:gz") as tar:
            tar.extractall(into, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(f"La sauvegarde ne se déballe pas : {error}.") from error
    opened.unlink()
    listing = into / "manifest.json"
    if not listing.is_file():
        raise BackupError("La sauvegarde n’est pas entière : sa liste manque.")
    manifest = Manifest.read(listing.read_text())
    listing.unlink()
    _compare(manifest.files, fingerprints(into))
    return manifest


def fingerprints(folder: Path) -> dict[str, tuple[int, str]]:
    """`{path: (bytes, SHA-256)}` of the files below a folder."""
    found = {}
    for path in _files_below(folder):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[str(path.relative_to(folder))] = (path.stat().st_size, digest)
    return found


def _compare(wanted: dict[str, tuple[int, str]], found: dict[str, tuple[int, str]]) -> None:
    """Raises BackupError that names the first difference."""
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            raise BackupError(f"« {name} » manque.")
        if name not in wanted:
            raise BackupError(f"« {name} » n’est pas dans la liste.")
        if wanted[name] != found[name]:
            raise BackupError(f"« {name} » n’a pas l’empreinte notée.")


@dataclass
class Restored:
    """What a restore put back and counted again."""

    manifest: Manifest
    rows: dict[str, int]
    files: int

    @property
    def differences(self) -> list[str]:
        """One line per table whose rows are not those of the backup."""
        wanted = self.manifest.rows
        return [
            f"{table} : {wanted.get(table, 0)} lignes sauvegardées, {self.rows.get(table, 0)} restaurées"
            for table in sorted(wanted.keys() | self.rows.keys())
            if wanted.get(table, 0) != self.rows.get(table, 0)
        ]


def restore(source: Path, keys: list[Any], work_dir: Path, *, replace: bool = False) -> Restored:
    """Put a backup in place of an empty database and empty folders, and count again.

    Nothing is touched before the whole backup is read and compared. With `replace` the tables in
    use are dropped, and the folders in use are set aside as `<name>.before-restore-<time>`.
    Raises BackupError.
    """
    places = folders()
    if not replace:
        full = [str(place) for place in places.values() if place.exists() and any(place.iterdir())]
        if not databases.is_empty():
            full.insert(0, "la base de données")
        if full:
            raise BackupError(
                f"Pas vide : {', '.join(full)}. « --replace » met la sauvegarde à la place."
            )
    work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=work_dir, prefix=".restore-") as work:
        unpacked = Path(work)
        manifest = unpack(source, keys, unpacked)
        if manifest.vendor != databases.vendor():
            raise BackupError(
                f"La sauvegarde vient de {manifest.vendor}, la base est {databases.vendor()}."
            )
        # The folders first: one that cannot be moved must not be found out without a database.
        _set_aside(places.values())
        if replace:
            databases.clear()
        databases.load(unpacked / "database")
        for name, place in places.items():
            place.mkdir(parents=True, exist_ok=True)
            if (unpacked / "files" / name).is_dir():
                shutil.copytree(unpacked / "files" / name, place, dirs_exist_ok=True)
    placed = {
        f"files/{name}/{path}": mark
        for name, place in places.items()
        for path, mark in fingerprints(place).items()
    }
    _compare({n: m for n, m in manifest.files.items() if n.startswith("files/")}, placed)
    return Restored(manifest, databases.count_rows(), len(placed))


def _set_aside(places: Iterable[Path]) -> None:
    """Move the folders that hold something, all or none. Raises BackupError."""
    stamp = datetime.now(UTC).strftime(STAMP)
    moved: list[tuple[Path, Path]] = []
    for place in places:
        if not place.exists() or not any(place.iterdir()):
            continue
        aside = place.with_name(f"{place.name}.before-restore-{stamp}")
        try:
            place.rename(aside)
        except OSError as error:
            for old, new in moved:
                new.rename(old)
            raise BackupError(
                f"{place} ne se déplace pas ({error.strerror or error}) : est-ce un volume monté ? "
                "Mettez vous-même son contenu de côté, puis recommencez. Rien n’a été changé."
            ) from error
        moved.append((place, aside))


# --- Retention -------------------------------------------------------------------------------


def superfluous(moments: list[datetime], daily: int, weekly: int, monthly: int) -> list[datetime]:
    """The backups to delete: all but the newest of each of the last `daily` days, `weekly` weeks
    and `monthly` months that have one. The newest of all always stays.
    """
    newest_first = sorted(set(moments), reverse=True)
    kept = set(newest_first[:1])
    for number, period in (
        (daily, lambda moment: moment.date()),
        (weekly, lambda moment: moment.date() - timedelta(days=moment.weekday())),
        (monthly, lambda moment: (moment.year, moment.month)),
    ):
        seen: list[Any] = []
        for moment in newest_first:
            if len(seen) < number and period(moment) not in seen:
                seen.append(period(moment))
                kept.add(moment)
    return [moment for moment in newest_first if moment not in kept]


def prune(target_dir: Path, daily: int, weekly: int, monthly: int) -> list[Path]:
    """Delete the backups that are no longer kept; their paths."""
    paths = {}
    for path in target_dir.glob(f"sites-*{SUFFIX}"):
        if match := NAME.match(path.name):
            paths[datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)] = path
    gone = [paths[moment] for moment in superfluous(list(paths), daily, weekly, monthly)]
    for path in gone:
        path.unlink()
    return gone
