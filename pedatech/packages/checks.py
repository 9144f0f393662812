"""What is checked before anything of a package touches the disk.

A package is a zip made by a stranger: it is refused at the first doubt, with a sentence that says
what is wrong, and nothing of it is kept.
"""

import json
import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.exceptions import ValidationError

from home.models.documents import size_label

MB = 1_000_000
MAX_UPLOAD = 200 * MB
MAX_UNPACKED = 400 * MB
MAX_ENTRIES = 3000
MAX_RATIO = 100
"""unpacked to packed bytes of one file above SMALL; text that compresses better is a bomb"""
SMALL = MB
MAX_NAME = 200
MAX_DEPTH = 12
MAX_JSON = 4 * MB

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp", "ico"})
SOUNDS_AND_FILMS = frozenset({"mp3", "mp4", "m4a", "m4v", "ogg", "oga", "ogv", "wav", "webm"})
TEXTS = frozenset({"json", "txt", "md", "csv", "xml", "vtt", "srt", "pdf", "map"})
FONTS = frozenset({"woff", "woff2", "ttf", "otf", "eot"})
CODE = frozenset({"js", "mjs", "css", "html", "htm"})
MODELS_3D = frozenset({"glb", "gltf", "bin"})
ALLOWED = PICTURES | SOUNDS_AND_FILMS | TEXTS | FONTS | CODE | MODELS_3D
ARCHIVES = frozenset({"zip", "h5p", "jar", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "zst"})
WITHOUT_EXTENSION = frozenset({"license", "licence", "readme", "notice", "authors", "copying"})
ARCHIVE_MAGIC = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
PROGRAM_MAGIC = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"<?php", b"#!")
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class PackageRefused(ValidationError):
    """Why a package is not taken, in French."""


@dataclass(frozen=True)
class Entry:
    """A file of the package."""

    info: zipfile.ZipInfo
    name: str


@dataclass(frozen=True)
class Checked:
    """A package that may be unpacked."""

    kind: str
    """h5p or html"""
    title: str
    entry: str
    """path of the first page of an html package, "" for h5p"""
    prefix: str
    """folder in which everything lies, "" or "name/": it is left out"""
    entries: tuple[Entry, ...]

    @property
    def unpacked_size(self) -> int:
        """Bytes once unpacked, as the package says them; unpacking counts again."""
        return sum(each.info.file_size for each in self.entries)


def check(file: IO[bytes], size: int) -> Checked:
    """Look at everything but the content of media files. Raises PackageRefused."""
    if size > MAX_UPLOAD:
        raise PackageRefused(f"Ce fichier est trop lourd : {size_label(MAX_UPLOAD)} au plus.")
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise PackageRefused(
            "Ce fichier n’est pas un paquet H5P ni une archive zip. Exportez-le à nouveau."
        )
    try:
        with zipfile.ZipFile(file) as archive:
            return _check_archive(archive)
    except PackageRefused:
        raise
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise PackageRefused("Cette archive est abîmée : elle ne s’ouvre pas.") from error


def _check_archive(archive: zipfile.ZipFile) -> Checked:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise PackageRefused(
            f"Ce paquet contient {len(infos)} fichiers : c’est trop ({MAX_ENTRIES} au plus)."
        )
    entries: list[Entry] = []
    seen: set[str] = set()
    total = 0
    for info in infos:
        _check_name(info)
        _check_attributes(info)
        if info.is_dir() or _is_ignored(info.filename):
            continue
        _check_type(info.filename)
        folded = info.filename.casefold()
        if folded in seen:
            raise PackageRefused(f"Deux fichiers du paquet ont le même nom : « {_show(info)} ».")
        seen.add(folded)
        if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise PackageRefused(
                f"« {_show(info)} » grossit plus de {MAX_RATIO} fois une fois ouvert : "
                "ce paquet est refusé."
            )
        total += info.file_size
        entries.append(Entry(info, info.filename))
    if total > MAX_UNPACKED:
        raise PackageRefused(
            f"Une fois ouvert, ce paquet pèserait {size_label(total)} : "
            f"{size_label(MAX_UNPACKED)} au plus."
        )
    if not entries:
        raise PackageRefused("Ce paquet est vide.")
    prefix = _common_folder(entries)
    names = {each.name[len(prefix) :]: each for each in entries}
    if "h5p.json" in names:
        title = _check_h5p(archive, names)
        return Checked("h5p", title, "", prefix, tuple(entries))
    for page in ("index.html", "index.htm"):
        if page in names:
            return Checked("html", "", page, prefix, tuple(entries))
    raise PackageRefused(
        "Ce paquet n’a ni « h5p.json » (H5P) ni « index.html » (page ou visite à 360°) : "
        "il ne peut pas être lu."
    )


def _show(info: zipfile.ZipInfo) -> str:
    """A name that may be printed: cut, control characters shown."""
    text = "".join(char if char.isprintable() else "�" for char in info.filename)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _check_name(info: zipfile.ZipInfo) -> None:
    # `orig_filename` is what the archive holds: zipfile cuts at NUL and turns "\" on Windows only.
    name = info.orig_filename
    path = PurePosixPath(name)
    wrong = (
        not name
        or any(not char.isprintable() for char in name)
        or "\\" in name
        or ":" in name
        or name.startswith(("/", "~"))
        or ".." in path.parts
        or name.startswith("./")
        or "//" in name
    )
    if wrong:
        raise PackageRefused(
            f"Le nom « {_show(info)} » sort du dossier du paquet : ce paquet est refusé."
        )
    if len(name) > MAX_NAME or len(path.parts) > MAX_DEPTH:
        raise PackageRefused(f"Le nom « {_show(info)} » est trop long ou trop profond.")


def _check_attributes(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise PackageRefused(
            f"« {_show(info)} » est protégé par un mot de passe : ce paquet est refusé."
        )
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageRefused(
            f"« {_show(info)} » est un lien ou un fichier spécial : ce paquet est refusé."
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefused("Cette archive est compressée d’une façon que le site ne lit pas.")


def _is_ignored(name: str) -> bool:
    return name.startswith(IGNORED[0]) or PurePosixPath(name).name in IGNORED[1:]


def _check_type(name: str) -> None:
    path = PurePosixPath(name)
    extension = path.suffix.lower().lstrip(".")
    if extension in ARCHIVES:
        raise PackageRefused(f"« {name} » est une archive dans l’archive : ce paquet est refusé.")
    if extension in ALLOWED:
        return
    if not extension and path.name.lower() in WITHOUT_EXTENSION:
        return
    raise PackageRefused(f"« {name} » : ce type de fichier n’a pas sa place dans un paquet.")


def _common_folder(entries: list[Entry]) -> str:
    """The only folder at the top, when everything lies in it: many tools pack that way."""
    tops = {each.name.split("/", 1)[0] if "/" in each.name else "" for each in entries}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _read_json(archive: zipfile.ZipFile, entry: Entry, name: str) -> Any:
    if entry.info.file_size > MAX_JSON:
        raise PackageRefused(f"« {name} » est trop lourd.")
    try:
        return json.loads(archive.read(entry.info).decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise PackageRefused(f"« {name} » ne se lit pas : ce n’est pas du JSON valable.") from error
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise PackageRefused("Cette archive est abîmée : elle ne s’ouvre pas.") from error


def _check_h5p(archive: zipfile.ZipFile, names: dict[str, Entry]) -> str:
    """h5p.json, content.json and the libraries that the player needs; the title."""
    about = _read_json(archive, names["h5p.json"], "h5p.json")
    if not isinstance(about, dict):
        raise PackageRefused("« h5p.json » ne décrit pas un contenu H5P.")
    title, main = about.get("title"), about.get("mainLibrary")
    needed = about.get("preloadedDependencies")
    if (
        not isinstance(title, str)
        or not isinstance(main, str)
        or not isinstance(needed, list)
        or not all(isinstance(each, dict) for each in needed)
        or main not in [each.get("machineName") for each in needed]
    ):
        raise PackageRefused(
            "« h5p.json » est incomplet : il doit dire le titre, le type de contenu et ses "
            "bibliothèques."
        )
    if "content/content.json" not in names:
        raise PackageRefused("Il manque « content/content.json » : ce contenu H5P est incomplet.")
    _read_json(archive, names["content/content.json"], "content/content.json")
    for each in needed:
        name = str(each.get("machineName"))
        folder = f"{name}-{each.get('majorVersion')}.{each.get('minorVersion')}"
        found = next((f for f in (folder, name) if f"{f}/library.json" in names), None)
        if found is None:
            raise PackageRefused(
                f"Il manque la bibliothèque « {folder[:80]} » : exportez ce contenu avec ses "
                "bibliothèques."
            )
        _read_json(archive, names[f"{found}/library.json"], f"{found}/library.json")
    for name in names:
        if name.startswith("content/") and name.rsplit(".", 1)[-1].lower() in CODE:
            raise PackageRefused(f"« {name} » : un contenu H5P ne contient pas de programme.")
    return title.strip()[:120]


def check_content(name: str, first_bytes: bytes) -> None:
    """The first bytes of a file while it is unpacked. Raises PackageRefused."""
    if first_bytes.startswith(ARCHIVE_MAGIC):
        raise PackageRefused(f"« {name} » est une archive dans l’archive : ce paquet est refusé.")
    extension = name.rsplit(".", 1)[-1].lower()
    # A minified script may start with "MZ" or with "#!": it stays text for the browser.
    if extension not in CODE | TEXTS and first_bytes.startswith(PROGRAM_MAGIC):
        raise PackageRefused(f"« {name} » est un programme déguisé : ce paquet est refusé.")
    if b"<?php" in first_bytes[:512].lower():
        raise PackageRefused(f"« {name} » contient du code PHP : ce paquet est refusé.")
