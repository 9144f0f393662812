"""Documents: what is read from a file, what a link says, an address that stays."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from home.documents import files_text, guess_language, process
from home.models import SiteDocument, SiteImage
from home.models.documents import clean_file_name, size_label
from tests.factories import SiteImageFactory
from tests.files import FRENCH, encrypted_pdf, make_document, make_docx, make_pdf

pytestmark = pytest.mark.django_db


def test_a_pdf_is_read_page_by_page():
    document = make_document()
    assert (document.state, document.page_count, document.text) == ("attente", None, "")
    process(document)
    read = SiteDocument.objects.get()
    assert (read.state, read.problem, read.page_count, read.language) == ("pret", "", 2, "fr")
    assert [" ".join(page.split()) for page in read.page_texts] == list(FRENCH)
    assert len(read.sha256) == 64
    assert read.describe.replace("\u00a0", " ") == f"PDF, {read.file_size / 1000:.0f} ko, 2 pages"


def test_the_first_page_is_the_cover_with_an_alternative_text():
    document = make_document(title="Étude 2024")
    process(document)
    cover = SiteImage.objects.get()
    assert document.cover == cover
    assert cover.width == 900
    assert cover.collection == document.collection
    assert "Étude 2024" in cover.description


def test_a_replaced_file_keeps_its_address_and_gets_a_new_cover():
    document = make_document(name="étude <b>.PDF")
    process(document)
    first_cover, address = document.cover_id, document.url
    assert address == f"/documents/{document.pk}/etude-b.pdf"
    document = SiteDocument.objects.get()
    document.file = ContentFile(make_pdf(["Nouvelle édition, tout à fait autre."]), name="v2.pdf")
    document.save()
    assert (document.url, document.state, document.text) == (address, "attente", "")
    process(document)
    assert document.page_count == 1
    assert SiteImage.objects.get().pk == document.cover_id != first_cover


def test_a_chosen_cover_stays():
    image = SiteImageFactory()
    document = make_document(cover=image, has_own_cover=True)
    process(document)
    assert document.cover == image
    assert SiteImage.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"%PDF-1.4\nrien", "abîmé"), (encrypted_pdf(), "mot de passe"), (b"", "abîmé")],
    ids=["broken", "encrypted", "empty"],
)
def test_an_unreadable_file_says_so_and_keeps_nothing(content, problem):
    document = make_document(content)
    process(document)
    document.refresh_from_db()
    assert document.state == "refuse"
    assert problem in document.problem
    assert (document.page_count, document.text, document.cover) == (None, "", None)
    assert not SiteImage.objects.exists()


def test_a_saved_pdf_is_read_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        document = make_document()
    assert SiteDocument.objects.get().state == "pret"
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        SiteDocument.objects.get(pk=document.pk).save()
    assert callbacks == []


def test_a_file_of_another_format_is_ready_at_once():
    document = make_document(make_docx(), "liste.docx")
    assert (document.state, document.format_label) == ("pret", "Word")
    process(document)
    assert (document.state, document.text, document.cover) == ("pret", "", None)


def test_the_declared_language_wins():
    document = make_document(make_pdf(language="nl-BE"))
    process(document)
    assert (document.language, document.language_label) == ("nl", "en néerlandais")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La formation est gratuite et se donne près de chez soi.", "fr"),
        ("De opleiding is gratis en vindt plaats in kleine groepen.", "nl"),
        ("Die Ausbildung ist kostenlos und findet in kleinen Gruppen statt.", "de"),
        ("The training is free of charge and takes place in small groups.", "en"),
        ("12 345", ""),
    ],
)
def test_languages(text, language):
    assert guess_language(text) == language


def test_files_text_joins_the_texts_in_one_query(django_assert_num_queries):
    first, second = make_document(), make_document(make_pdf(["Un mot : chalumeau."]), "b.pdf")
    process(first)
    process(second)
    with django_assert_num_queries(1):
        text = files_text([first, None, second])
    assert "chalumeau" in text
    assert "\f" not in text


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (None, ""),
        (0, "0 octet"),
        (999, "999 octets"),
        (1000, "1 ko"),
        (340_000, "340 ko"),
        (999_499, "999 ko"),
        (999_500, "1 Mo"),
        (1_240_000, "1,2 Mo"),
        (12_000_000, "12 Mo"),
        (104_857_600, "105 Mo"),
    ],
)
def test_sizes_in_french(size, label):
    assert size_label(size).replace("\u00a0", " ") == label


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Étude & co <script>alert(1)</script>.PDF", "script.pdf"),
        ("<script>alert(1)<.pdf", "script-alert-1.pdf"),
        ("L’essor 110.pdf", "L-essor-110.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\x\\rapport final.docx", "rapport-final.docx"),
        ("報告.pdf", "document.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        (".pdf", "pdf"),
    ],
)
def test_file_names(name, clean):
    assert clean_file_name(name) == clean
