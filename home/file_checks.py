"""Is a file what its name says? Each check raises UnreadableFile with a French sentence.

The name alone proves nothing: the content is looked at.
"""

import zipfile
from typing import IO

import pypdfium2

from home.documents import BROKEN, UnreadableFile, open_pdf

OFFICE_MEMBERS = {
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
}
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
TEXT_SAMPLE = 1 << 20

NOT_A_PDF = "Ce fichier porte l’extension .pdf, mais ce n’est pas un PDF."
EMPTY = "Ce fichier est vide."


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


def _check_zip(file: IO[bytes], extension: str) -> None:
    wrong = f"Ce fichier porte l’extension .{extension}, mais son contenu est d’un autre format, abîmé ou protégé par un mot de passe."
    if file.read(4) != b"PK\x03\x04":
        raise UnreadableFile(wrong)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if extension == "odt":
                is_right = "mimetype" in names and archive.read("mimetype").strip() == ODT_TYPE
            elif extension == "zip":
                is_right = bool(names)
            else:
                is_right = {"[Content_Types].xml", OFFICE_MEMBERS[extension]} <= names
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise UnreadableFile(wrong) from error
    if not is_right:
        raise UnreadableFile(wrong)


def _check_text(file: IO[bytes], extension: str) -> None:
    """Text of any encoding: no byte that only a binary file holds."""
    sample = file.read(TEXT_SAMPLE)
    if any(byte < 32 and byte not in b"\t\n\v\f\r\x1a\x1b" for byte in set(sample)):
        raise UnreadableFile(
            f"Ce fichier porte l’extension .{extension}, mais ce n’est pas du texte."
        )
