"""Where packages lie: a folder per content, outside the addresses of the media."""

import hashlib
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from pedatech.packages.checks import (
    MAX_UNPACKED,
    Checked,
    PackageRefused,
    check,
    check_content,
)

CHUNK = 1024 * 256


@dataclass(frozen=True)
class Stored:
    """What the record of a package keeps."""

    kind: str
    title: str
    entry: str
    sha256: str
    size: int
    """bytes once unpacked"""
    files: int


def root() -> Path:
    """The folder of all packages. No web server publishes it."""
    return Path(settings.PACKAGES_ROOT)


def folder_of(sha256: str) -> Path:
    """The folder of one package, by the hash of its file."""
    return root() / sha256[:2] / sha256


def store(file: IO[bytes], size: int) -> Stored:
    """Check, unpack aside, put in place at once. Raises PackageRefused; then nothing is kept."""
    checked = check(file, size)
    sha256 = _hash(file)
    target = folder_of(sha256)
    root().mkdir(parents=True, exist_ok=True)
    if not target.exists():
        aside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=root()))
        try:
            _unpack(file, checked, aside)
            target.parent.mkdir(parents=True, exist_ok=True)
            aside.chmod(0o755)
            aside.rename(target)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            if not target.exists():  # else another process was quicker: as good
                raise PackageRefused("Cette archive est abîmée : elle ne s’ouvre pas.") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return Stored(
        kind=checked.kind,
        title=checked.title,
        entry=checked.entry,
        sha256=sha256,
        size=checked.unpacked_size,
        files=len(checked.entries),
    )


def remove(sha256: str) -> None:
    """Take a package off the disk."""
    shutil.rmtree(folder_of(sha256), ignore_errors=True)


def _hash(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _unpack(file: IO[bytes], checked: Checked, aside: Path) -> None:
    """Write the files, counting what really comes out: an archive may lie about its sizes."""
    left = MAX_UNPACKED
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        for entry in checked.entries:
            name = entry.name[len(checked.prefix) :]
            path = (aside / name).resolve()
            if not path.is_relative_to(aside.resolve()):
                raise PackageRefused(f"« {name} » sort du dossier du paquet : il est refusé.")
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry.info) as source, path.open("wb") as out:
                first = True
                while chunk := source.read(CHUNK):
                    if first:
                        check_content(name, chunk)
                        first = False
                    left -= len(chunk)
                    if left < 0:
                        raise PackageRefused("Une fois ouvert, ce paquet est trop lourd.")
                    out.write(chunk)
            path.chmod(0o644)
