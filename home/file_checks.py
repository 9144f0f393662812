"""Is a file what its name says, and does it carry anything that runs? Each check raises
UnreadableFile with a French sentence.

The name alone proves nothing: the content is looked at. What is refused although its format is
right: programs of a PDF (JavaScript, commands, files inside), macros and remote templates of an
office file, and archives that swell, climb out of their folder or hold programs.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import IO

import pypdfium2
import pypdfium2.raw as pdfium

from home.documents import BROKEN, UnreadableFile, open_pdf

OFFICE_MEMBERS = {
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
}
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
TEXT_SAMPLE = 1 << 20

MAX_MEMBERS = 3000
MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
"""unpacked to packed bytes of one member above SMALL"""
SMALL = 1_000_000
MAX_NAME = 200
MAX_OBJECTS = 4_000_000
"""bytes that are read of one compressed collection of objects of a PDF"""
PROGRAMS = frozenset(
    {
        *("exe", "com", "bat", "cmd", "scr", "pif", "msi", "msp", "dll", "sys", "lnk", "reg"),
        *("vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "ps1", "jar", "apk", "app", "sh", "py"),
        *("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "php", "phtml"),
    }
)

NOT_A_PDF = "Ce fichier porte l’extension .pdf, mais ce n’est pas un PDF."
EMPTY = "Ce fichier est vide."
ACTIVE_PDF = (
    "Ce PDF contient un programme ou un fichier joint. Enregistrez-le à nouveau par "
    "« Imprimer » puis « Enregistrer en PDF »."
)
MACROS = "Ce fichier contient des macros. Enregistrez-le sans macro."
REMOTE = "Ce fichier va chercher une partie de son contenu sur internet. Enregistrez-en une copie."
DISHONEST = "Ce fichier contient une partie qui n’est pas honnête (DOCTYPE) : il est refusé."
BOMB = "Une fois ouverte, cette archive serait beaucoup trop grande : elle est refusée."
ENCRYPTED_ZIP = "Cette archive est protégée par un mot de passe : enregistrez-la sans mot de passe."


def check_content(file: IO[bytes], extension: str) -> None:
    """Refuse a file whose content is not what `extension` (small letters, no dot) says."""
    file.seek(0)
    if not file.read(1):
        raise UnreadableFile(EMPTY)
    file.seek(0)
    try:
        if extension == "pdf":
            _check_pdf(file)
        elif extension in {*OFFICE_MEMBERS, "odt", "zip"}:
            _check_zip(file, extension)
        elif extension in {"txt", "csv"}:
            _check_text(file, extension)
    finally:
        file.seek(0)


def _check_pdf(file: IO[bytes]) -> None:
    if file.read(5) != b"%PDF-":
        raise UnreadableFile(NOT_A_PDF)
    with open_pdf(file) as pdf:
        try:
            pdf[0].close()
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile(BROKEN) from error
        if pdfium.FPDFDoc_GetAttachmentCount(pdf.raw) or (
            pdfium.FPDFDoc_GetJavaScriptActionCount(pdf.raw) > 0
        ):
            raise UnreadableFile(ACTIVE_PDF)
    refuse_active_pdf(file)


# --- PDFs that do something -----------------------------------------------------------------------

_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|XFA)(?![A-Za-z0-9_])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPED_NAME = re.compile(rb"/[A-Za-z0-9]{0,20}#[0-9A-Fa-f]{2}[A-Za-z0-9#]{0,60}")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
DICTIONARY = 1000
"""bytes before a stream among which its dictionary says what it is"""


def refuse_active_pdf(file: IO[bytes]) -> None:
    """Refuse a PDF that holds a program, a command, a file or a form that fetches its data.

    The names of actions stand in the file itself or in its compressed collections of objects
    (`/ObjStm`); any letter of a name may be written as `#xx`.
    """
    file.seek(0)
    data = file.read()
    file.seek(0)
    if _is_active(data) or any(map(_is_active, _collections(data))):
        raise UnreadableFile(ACTIVE_PDF)


def _is_active(part: bytes) -> bool:
    return bool(_ACTIVE.search(part)) or any(
        _ACTIVE.search(_plain(found[0])) for found in _ESCAPED_NAME.finditer(part)
    )


def _plain(name: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)


def _collections(data: bytes) -> Iterator[bytes]:
    """The compressed collections of objects, unpacked."""
    for found in _STREAM.finditer(data):
        before = data[max(0, found.start() - DICTIONARY) : found.start()]
        if b"/ObjStm" not in _plain(before.rpartition(b" obj")[2]):
            continue
        unpacker = zlib.decompressobj()
        with suppress(zlib.error):
            yield unpacker.decompress(data[found.end() : found.end() + MAX_OBJECTS], MAX_OBJECTS)


# --- Archives -------------------------------------------------------------------------------------


def _check_zip(file: IO[bytes], extension: str) -> None:
    wrong = f"Ce fichier porte l’extension .{extension}, mais son contenu est d’un autre format, abîmé ou protégé par un mot de passe."
    if file.read(4) != b"PK\x03\x04":
        raise UnreadableFile(wrong)
    try:
        with zipfile.ZipFile(file) as archive:
            refuse_bad_members(archive)
            names = set(archive.namelist())
            if extension == "odt":
                is_right = "mimetype" in names and archive.read("mimetype").strip() == ODT_TYPE
            elif extension == "zip":
                is_right = bool(names)
                refuse_programs(archive)
            else:
                is_right = {"[Content_Types].xml", OFFICE_MEMBERS[extension]} <= names
            if extension != "zip":
                refuse_active_office(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise UnreadableFile(wrong) from error
    if not is_right:
        raise UnreadableFile(wrong)


def refuse_bad_members(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that swells, climbs out of its folder, or holds links."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(each.file_size for each in members) > MAX_UNPACKED:
        raise UnreadableFile(BOMB)
    for each in members:
        name = each.orig_filename
        path = PurePosixPath(name.replace("\\", "/"))
        shown = "".join(sign if sign.isprintable() else "�" for sign in name)[:80]
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\0" in name
            or re.match(r"[A-Za-z]:", name)
            or len(name) > MAX_NAME
        ):
            raise UnreadableFile(f"« {shown} » sort du dossier de l’archive : elle est refusée.")
        if stat.S_IFMT(each.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnreadableFile(f"« {shown} » est un lien : cette archive est refusée.")
        if each.flag_bits & 0x1:
            raise UnreadableFile(ENCRYPTED_ZIP)
        if each.file_size > SMALL and each.file_size > MAX_RATIO * max(each.compress_size, 1):
            raise UnreadableFile(BOMB)


def refuse_programs(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that visitors would unpack to find a program or another archive in it."""
    for name in archive.namelist():
        extension = PurePosixPath(name).suffix.lower().lstrip(".")
        if extension in PROGRAMS:
            raise UnreadableFile(
                f"« {name[:80]} » est un programme : l’archive ne peut pas le contenir."
            )
        if extension in ("zip", "7z", "rar", "gz", "tar", "iso"):
            raise UnreadableFile(f"« {name[:80]} » est une archive dans l’archive : à enlever.")


def refuse_active_office(archive: zipfile.ZipFile) -> None:
    """Refuse macros, templates fetched from elsewhere and XML that declares a document type."""
    for each in archive.infolist():
        name = each.filename.lower()
        if name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")):
            raise UnreadableFile(MACROS)
        if not name.endswith((".xml", ".rels")):
            continue
        head = archive.open(each).read(2000).upper()
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
            raise UnreadableFile(DISHONEST)
        if name == "[content_types].xml" and b"MACROENABLED" in archive.read(each).upper():
            raise UnreadableFile(MACROS)
        if name.endswith(".rels") and each.file_size < SMALL:
            text = archive.read(each)
            for relation in re.findall(rb"<Relationship\b[^>]*>", text):
                if b"External" in relation and re.search(
                    rb"/(?:attachedTemplate|oleObject|frame|subDocument)\"", relation
                ):
                    raise UnreadableFile(REMOTE)


def _check_text(file: IO[bytes], extension: str) -> None:
    """Text of any encoding: no byte that only a binary file holds."""
    sample = file.read(TEXT_SAMPLE)
    if any(byte < 32 and byte not in b"\t\n\v\f\r\x1a\x1b" for byte in set(sample)):
        raise UnreadableFile(
            f"Ce fichier porte l’extension .{extension}, mais ce n’est pas du texte."
        )
