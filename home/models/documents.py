"""Files offered for download: what they hold, and what a link says of them."""

import hashlib
import os
import re
import unicodedata
from functools import partial
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from wagtail.documents.models import AbstractDocument
from wagtail.search import index

FORMAT_LABELS = {
    "csv": "CSV",
    "docx": "Word",
    "odt": "OpenDocument",
    "pdf": "PDF",
    "pptx": "PowerPoint",
    "txt": "Texte",
    "xlsx": "Excel",
    "zip": "ZIP",
}
"""Extension → what a link calls the format; another extension stands in capitals."""

NAME_LENGTH = 80
"""Signs of a file name, its extension left out."""

PAGE_BREAK = "\f"


def clean_file_name(name: str) -> str:
    """A file name of letters, digits, «-», «_» and one extension: what people and addresses bear.

    «Étude & co <script>.PDF» becomes «Etude-co-script.pdf».
    """
    stem, extension = os.path.splitext(os.path.basename(name.replace("\\", "/")))
    plain = unicodedata.normalize("NFKD", stem.replace("’", "-"))
    plain = plain.encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-_")[:NAME_LENGTH].rstrip("-_")
    extension = re.sub(r"[^a-z0-9]", "", extension.lower())[:8]
    return f"{plain or 'document'}.{extension}" if extension else plain or "document"


def size_label(size: int | None) -> str:
    """«1,2 Mo», «340 ko», «12 octets»; "" for an unknown size. `size` in bytes, units of 1000."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size}\u00a0octet{'s' if size > 1 else ''}"
    if size < 999_500:
        return f"{max(1, round(size / 1000))}\u00a0ko"
    millions = size / 1_000_000
    shown = f"{millions:.0f}" if millions >= 99.95 else f"{millions:.1f}".removesuffix(".0")
    return f"{shown.replace('.', ',')}\u00a0Mo"


class SiteDocument(AbstractDocument):
    """A file offered for download.

    Its address keeps the name of the first upload: replacing the file keeps every link. What is
    read from the file (pages, text, language, cover) comes from `home.documents.process`, in the
    background, after the save that brought the file.
    """

    class State(models.TextChoices):
        WAITING = "attente", "En attente de lecture"
        READY = "pret", "Prêt"
        REFUSED = "refuse", "Illisible"

    cover = models.ForeignKey(
        "home.SiteImage",
        verbose_name="couverture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Sans choix de votre part, la première page du PDF sert de couverture.",
    )
    has_own_cover = models.BooleanField(
        "couverture choisie", default=False, editable=False, help_text="Choisie à la main."
    )
    public_name = models.CharField("nom de l’adresse", max_length=100, blank=True, editable=False)
    sha256 = models.CharField("empreinte", max_length=64, blank=True, editable=False, db_index=True)
    page_count = models.PositiveIntegerField("pages", null=True, blank=True, editable=False)
    language = models.CharField("langue", max_length=2, blank=True, editable=False)
    state = models.CharField(
        "état", max_length=8, choices=State, default=State.WAITING, editable=False
    )
    problem = models.CharField("problème", max_length=255, blank=True, editable=False)

    admin_form_fields = ("title", "file", "collection", "cover", "tags")
    search_fields = [
        *AbstractDocument.search_fields,
        index.SearchField("text"),
        index.FilterField("state"),
    ]

    class Meta(AbstractDocument.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> "SiteDocument":
        """Remember the stored file, so that `save` knows whether another one came."""
        instance = super().from_db(db, field_names, values)
        instance._stored_name = instance.__dict__.get("file")
        return instance

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Note what changed; a PDF that came with this save is read in the background."""
        to_process = False
        if self._has_new_file():
            to_process = self._take_new_file()
        super().save(*args, **kwargs)
        self._stored_name = self.file.name
        self._save_text()
        if to_process:
            from home.documents import process_document

            transaction.on_commit(partial(process_document.enqueue, self.pk))

    @property
    def filename(self) -> str:
        """The name in the address and of the download: that of the first upload."""
        return self.public_name or os.path.basename(self.file.name or "")

    @property
    def file_extension(self) -> str:
        """Of the stored file, small letters, no dot."""
        return os.path.splitext(self.file.name or "")[1][1:].lower()

    @property
    def url(self) -> str:
        """The address of the file; it never changes."""
        return reverse("wagtaildocs_serve", args=[self.pk, self.filename])

    @property
    def text(self) -> str:
        """The text of all pages, joined by form feeds; "" when there is none."""
        if "_text" in self.__dict__:
            return self._text
        content = DocumentText.objects.filter(document_id=self.pk).first() if self.pk else None
        return content.text if content else ""

    @text.setter
    def text(self, value: str) -> None:
        self._text = value

    @property
    def page_texts(self) -> list[str]:
        """The text of each page; empty without text."""
        text = self.text
        return text.split(PAGE_BREAK) if text else []

    @property
    def format_label(self) -> str:
        """«PDF», «Word»…"""
        return FORMAT_LABELS.get(self.file_extension, self.file_extension.upper())

    @property
    def size_label(self) -> str:
        """«1,2 Mo», "" when the size is unknown."""
        return size_label(self.file_size)

    @property
    def describe(self) -> str:
        """«PDF, 1,2 Mo, 12 pages»: what one should know before a download."""
        pages = ""
        if self.page_count:
            pages = f"{self.page_count}\u00a0page{'s' if self.page_count > 1 else ''}"
        return ", ".join(each for each in (self.format_label, self.size_label, pages) if each)

    @property
    def language_label(self) -> str:
        """«en anglais» for a document in another language than French, else ""."""
        return {"nl": "en néerlandais", "de": "en allemand", "en": "en anglais"}.get(
            self.language, ""
        )

    def _has_new_file(self) -> bool:
        if not self.file:
            return False
        return not self.file._committed or self.file.name != getattr(self, "_stored_name", None)

    def _take_new_file(self) -> bool:
        """Forget what was read from the file before; True when the new one is to be read."""
        if not self.file._committed:
            self.file.name = clean_file_name(self.file.name)
        self.public_name = self.public_name or clean_file_name(self.file.name)
        with self.open_file() as file:
            digest = hashlib.sha256()
            while chunk := file.read(1 << 16):
                digest.update(chunk)
            file.seek(0)
        self.file_size = self.file.size
        if digest.hexdigest() == self.sha256:
            return False
        self.sha256 = digest.hexdigest()
        self.page_count, self.language, self.problem, self.text = None, "", "", ""
        is_pdf = self.file_extension == "pdf"
        self.state = self.State.WAITING if is_pdf else self.State.READY
        return is_pdf

    def _save_text(self) -> None:
        if "_text" not in self.__dict__:
            return
        if self._text:
            DocumentText.objects.update_or_create(document=self, defaults={"text": self._text})
        else:
            DocumentText.objects.filter(document=self).delete()
        del self.__dict__["_text"]


class DocumentText(models.Model):
    """The text of a document, apart: half a megabyte that no list of documents should read."""

    wagtail_reference_index_ignore = True

    document = models.OneToOneField(
        SiteDocument, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    text = models.TextField("texte")

    class Meta:
        verbose_name = "texte de document"
        verbose_name_plural = "textes de documents"

    def __str__(self) -> str:
        return f"{self.document_id}"
