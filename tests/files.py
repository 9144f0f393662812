"""Files for the tests, made when they are needed: PDFs of any length, pictures, office files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import pikepdf
from django.core.files.base import ContentFile
from reportlab.pdfgen.canvas import Canvas

from home.models import SiteDocument

FRENCH = (
    "Les centres forment des adultes éloignés de l’emploi et les accompagnent vers un métier.",
    "La formation est gratuite et se donne en petit groupe, près de chez soi.",
)


def make_pdf(pages: Iterable[str] = FRENCH, language: str = "") -> bytes:
    """A PDF with one text per page; `language` as the catalogue declares it."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, lang=language or None)
    for text in pages:
        words, y = text.split(), 780
        while words:
            canvas.drawString(72, y, " ".join(words[:10]))
            words, y = words[10:], y - 16
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return buffer.getvalue()


def make_zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_docx() -> bytes:
    return make_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def make_document(content: bytes | None = None, name: str = "etude.pdf", **fields) -> SiteDocument:
    """A stored document that nobody has read yet."""
    fields.setdefault("title", "Étude")
    content = make_pdf() if content is None else content
    return SiteDocument.objects.create(file=ContentFile(content, name=name), **fields)
