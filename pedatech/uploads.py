"""Files that people without access to the admin send: only known kinds, told by their content."""

import zipfile
import zlib
from collections.abc import Callable
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

from home.documents import UnreadableFile
from home.file_checks import refuse_active_office, refuse_active_pdf, refuse_bad_members
from home.models.documents import size_label
from home.pictures import MAX_PIXELS, cleaned_upload

MAX_SIZE = 50_000_000
OFFICE = {
    "docx": "word/",
    "xlsx": "xl/",
    "pptx": "ppt/",
}
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
PICTURES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
ALLOWED = ("pdf", *OFFICE, *OPEN_DOCUMENT, *PICTURES, "txt", "csv", "mp3", "mp4")
ALLOWED_TEXT = "PDF, Word, Excel, PowerPoint, LibreOffice, image, texte, mp3 ou mp4"


def check_upload(file: UploadedFile) -> UploadedFile:
    """The file to keep; a picture loses what it says of its author (home.pictures).

    Raises ValidationError unless extension, content and size agree, and for what carries a
    program. Reads from the start.
    """
    name = file.name or ""
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension not in ALLOWED:
        raise ValidationError(f"« {name} » : ce type de fichier n’est pas accepté. {_help()}")
    if not file.size:
        raise ValidationError(f"« {name} » est vide.")
    if file.size > MAX_SIZE:
        raise ValidationError(f"« {name} » est trop lourd : {size_label(MAX_SIZE)} au plus.")
    stream: IO[bytes] = file.file  # type: ignore[assignment]
    stream.seek(0)
    try:
        is_right = _check_of(extension)(stream, extension)
        if is_right and extension in PICTURES:
            file = cleaned_upload(file)
    except UnreadableFile as error:
        raise ValidationError(f"« {name} » : {error}") from error
    except (
        OSError,
        ValueError,  # UnreadablePicture too
        RuntimeError,
        NotImplementedError,
        zipfile.BadZipFile,
        zlib.error,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        SyntaxError,
        EOFError,
    ):
        is_right = False
    finally:
        stream.seek(0)
    if not is_right:
        raise ValidationError(
            f"« {name} » n’est pas un fichier {extension} lisible : ouvrez-le, enregistrez-le à "
            "nouveau, puis renvoyez-le."
        )
    return file


def _help() -> str:
    return f"Envoyez un fichier {ALLOWED_TEXT}."


def _check_of(extension: str) -> Callable[[IO[bytes], str], bool]:
    if extension in OFFICE:
        return _is_office
    if extension in OPEN_DOCUMENT:
        return _is_open_document
    if extension in PICTURES:
        return _is_picture
    return {"pdf": _is_pdf, "mp3": _is_mp3, "mp4": _is_mp4}.get(extension, _is_text)


def _is_pdf(stream: IO[bytes], _extension: str) -> bool:
    start = stream.read(1024)
    if not start.startswith(b"%PDF-"):
        return False
    stream.seek(0, 2)
    stream.seek(max(stream.tell() - 2048, 0))
    if b"%%EOF" not in stream.read():
        return False
    refuse_active_pdf(stream)
    return True


def _is_office(stream: IO[bytes], extension: str) -> bool:
    if stream.read(4) != b"PK\x03\x04":
        return False
    with zipfile.ZipFile(stream) as archive:
        _refuse_active(archive)
        names = archive.namelist()
        return "[Content_Types].xml" in names and any(
            name.startswith(OFFICE[extension]) for name in names
        )


def _refuse_active(archive: zipfile.ZipFile) -> None:
    refuse_bad_members(archive)
    refuse_active_office(archive)


def _is_open_document(stream: IO[bytes], extension: str) -> bool:
    if stream.read(4) != b"PK\x03\x04":
        return False
    with zipfile.ZipFile(stream) as archive:
        _refuse_active(archive)
        info = archive.getinfo("mimetype") if "mimetype" in archive.namelist() else None
        return (
            info is not None
            and info.file_size < 200
            and archive.read(info).strip() == OPEN_DOCUMENT[extension]
        )


def _is_picture(stream: IO[bytes], extension: str) -> bool:
    with Image.open(stream) as picture:
        if picture.format != PICTURES[extension] or picture.width * picture.height > MAX_PIXELS:
            return False
        picture.verify()
    return True


def _is_mp3(stream: IO[bytes], _extension: str) -> bool:
    start = stream.read(3)
    return start == b"ID3" or (len(start) == 3 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0)


def _is_mp4(stream: IO[bytes], _extension: str) -> bool:
    return stream.read(12)[4:8] == b"ftyp"


def _is_text(stream: IO[bytes], _extension: str) -> bool:
    data = stream.read()
    if b"\x00" in data or data.lstrip()[:5].lower() in (b"<?php", b"<html", b"<!doc", b"<scri"):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data.decode("cp1252")
    return True
