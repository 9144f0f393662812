"""What is read from a file: text by page, number of pages, language, cover.

pypdfium2 may be used by one thread at a time, so every use stands behind one lock. A PDF is read
page by page: memory does not grow with the number of pages, the text excepted.
"""

import io
import logging
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import IO, Any

import pypdfium2
import pypdfium2.raw as pdfium
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django_tasks import task
from wagtail.models import Page, ReferenceIndex
from wagtail.search import index as search_index

from home.models import DocumentText, SiteDocument, SiteImage
from home.models.documents import PAGE_BREAK

LANGUAGES = ("fr", "nl", "de", "en")
COVER_WIDTH = 900
COVER_HEIGHT = 1600
MAX_PAGES = 3000
MAX_PAGE_SIGNS = 50_000
LANGUAGE_SIGNS = 4000
MAX_SEARCH_SIGNS = 600_000

logger = logging.getLogger(__name__)
_pdfium_lock = threading.RLock()


class UnreadableFile(Exception):
    """A file that cannot be read; the text is a French sentence for the editor."""


BROKEN = "Ce PDF est abîmé : il ne s’ouvre pas. Exportez-le à nouveau."
ENCRYPTED = "Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe."
NO_PAGE = "Ce PDF n’a aucune page."
TOO_LONG = f"Ce PDF compte plus de {MAX_PAGES} pages."


@contextmanager
def open_pdf(file: IO[bytes]) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF in an open file, closed again afterwards; UnreadableFile says what is wrong."""
    with _pdfium_lock:
        file.seek(0)
        try:
            pdf = pypdfium2.PdfDocument(file)
        except (pypdfium2.PdfiumError, OSError, ValueError) as error:
            is_locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
            raise UnreadableFile(ENCRYPTED if is_locked else BROKEN) from error
        try:
            if not len(pdf):
                raise UnreadableFile(NO_PAGE)
            if len(pdf) > MAX_PAGES:
                raise UnreadableFile(TOO_LONG)
            yield pdf
        finally:
            pdf.close()


@dataclass(frozen=True)
class Reading:
    """What a PDF says."""

    pages: list[str]
    language: str
    """"fr", "nl", "de", "en", or "" without text"""
    cover: bytes
    """JPEG of page 1"""


def read_pdf(file: IO[bytes]) -> Reading:
    """Text, language and cover of an open PDF; UnreadableFile when it cannot be read."""
    with open_pdf(file) as pdf:
        cover = _cover(pdf)
        pages = [_page_text(pdf, number) for number in range(len(pdf))]
        return Reading(pages, _language(pdf, pages), cover)


def clean_text(text: str) -> str:
    """Text that every database takes and that splits by page: no NUL, no half character."""
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", "", text.replace("\r\n", "\n"))
    return text.strip()


def _page_text(pdf: pypdfium2.PdfDocument, number: int) -> str:
    """The text of one page; "" for a page that cannot be read."""
    try:
        page = pdf[number]
        try:
            text_page = page.get_textpage()
            try:
                length = min(text_page.count_chars(), MAX_PAGE_SIGNS)
                return clean_text(text_page.get_text_range(0, length, errors="ignore"))
            finally:
                text_page.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return ""


def _cover(pdf: pypdfium2.PdfDocument) -> bytes:
    try:
        page = pdf[0]
        try:
            width, height = page.get_size()
            if width <= 0 or height <= 0:
                raise UnreadableFile(BROKEN)
            scale = min(COVER_WIDTH / width, COVER_HEIGHT / height)
            bitmap = page.render(scale=scale)
            picture = bitmap.to_pil().convert("RGB")
            bitmap.close()
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise UnreadableFile(BROKEN) from error
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85, optimize=True)
    return buffer.getvalue()


def _language(pdf: pypdfium2.PdfDocument, pages: list[str]) -> str:
    """What the PDF declares, else what its text looks like; "" without enough text."""
    declared = _declared_language(pdf)[:2].lower()
    if declared in LANGUAGES:
        return declared
    sample = " ".join(pages)[:LANGUAGE_SIGNS]
    return guess_language(sample)


def _declared_language(pdf: pypdfium2.PdfDocument) -> str:
    """The entry /Lang of the catalogue, "" without one."""
    length = pdfium.FPDFCatalog_GetLanguage(pdf.raw, None, 0)
    if length <= 2:
        return ""
    buffer = (pdfium.c_ushort * (length // 2 + 1))()
    pdfium.FPDFCatalog_GetLanguage(pdf.raw, buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0")


def guess_language(text: str) -> str:
    """The most likely of fr, nl, de, en; "" for fewer than 20 letters."""
    if sum(map(str.isalpha, text)) < 20:
        return ""
    return str(_identifier().classify(text)[0])


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


# --- From a document to what is kept of it -----------------------------------------------------


@task(backend="background")
def process_document(pk: int) -> None:
    """Read a document that waits; one that was read or deleted meanwhile is left alone."""
    document = SiteDocument.objects.filter(pk=pk, state=SiteDocument.State.WAITING).first()
    if document:
        process(document)


def process(document: SiteDocument) -> None:
    """Read the file at once and keep text, pages, language and cover: all or nothing.

    A file that cannot be read leaves the state REFUSED with a French sentence in `problem`. When
    the file was replaced while this one was read, nothing is kept: the new file has its own turn.
    """
    try:
        reading = _read(document)
    except UnreadableFile as error:
        _keep(document, None, str(error))
    except Exception:
        logger.exception("Document %s could not be read", document.pk)
        _keep(document, None, FAILED)
    else:
        _keep(document, reading, "")


FAILED = "La lecture de ce fichier a échoué. Le fichier reste proposé au téléchargement."


def _read(document: SiteDocument) -> Reading | None:
    """None for a format of which nothing is read."""
    if document.file_extension != "pdf":
        return None
    with document.open_file() as file:
        return read_pdf(file)


def _keep(document: SiteDocument, reading: Reading | None, problem: str) -> None:
    with transaction.atomic():
        same = SiteDocument.objects.select_for_update().filter(
            pk=document.pk, sha256=document.sha256
        )
        if not same.exists():
            return
        old_cover = None
        document.problem = problem
        document.state = document.State.REFUSED if problem else document.State.READY
        document.page_count = len(reading.pages) if reading else None
        document.language = reading.language if reading else ""
        document.text = PAGE_BREAK.join(reading.pages) if reading else ""
        if not document.text.strip(PAGE_BREAK + "\n "):
            document.text = ""
        if not document.has_own_cover:
            old_cover, document.cover = document.cover, None
            if reading:
                document.cover = _make_cover(document, reading.cover)
        document.save(
            update_fields=["problem", "state", "page_count", "language", "cover", "has_own_cover"]
        )
        if old_cover:
            delete_unused(old_cover, document)
        transaction.on_commit(lambda: reindex_users(document))


def _make_cover(document: SiteDocument, picture: bytes) -> SiteImage:
    """The image of page 1, in the collection of the document."""
    cover = SiteImage(
        title=f"Couverture de {document.title}"[:255],
        description=f"Couverture du document «\u00a0{document.title}\u00a0»"[:255],
        file=ContentFile(picture, name=f"couverture-{document.pk}.jpg"),
        collection=document.collection,
        uploaded_by_user=document.uploaded_by_user,
    )
    cover.save()
    return cover


def delete_unused(cover: SiteImage, document: SiteDocument) -> None:
    """Delete a cover that was made for `document`, unless something else came to use it."""
    own = {
        "base_content_type": ContentType.objects.get_for_model(SiteDocument),
        "object_id": str(document.pk),
    }
    if not ReferenceIndex.get_references_to(cover).exclude(**own).exists():
        cover.delete()


def forget_cover(instance: SiteDocument, **kwargs: Any) -> None:  # noqa: ARG001
    """A cover that was made here goes with its document (signal `post_delete`)."""
    if instance.cover_id and not instance.has_own_cover:
        cover = SiteImage.objects.filter(pk=instance.cover_id).first()
        if cover:
            delete_unused(cover, instance)


def reindex_users(document: SiteDocument) -> None:
    """Let the search find the pages that use a document by the words of its file."""
    page_type = ContentType.objects.get_for_model(Page)
    keys = ReferenceIndex.get_references_to(document).filter(base_content_type=page_type)
    pages = Page.objects.filter(
        pk__in=[int(key) for key in keys.values_list("object_id", flat=True)]
    )
    for page in pages.live().specific():
        search_index.insert_or_update_object(page)


def files_text(documents: Iterable[SiteDocument | None]) -> str:
    """The text of some documents, for `index.SearchField("files_text")` of a page. One query.

    At most MAX_SEARCH_SIGNS signs: PostgreSQL refuses to index more than a megabyte of one page.
    """
    keys = [document.pk for document in documents if document]
    texts = DocumentText.objects.filter(document_id__in=keys).order_by("document_id")
    joined = "\n".join(texts.values_list("text", flat=True))
    return joined[:MAX_SEARCH_SIGNS].replace(PAGE_BREAK, "\n")
