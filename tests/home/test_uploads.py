"""What the admin takes: files are what they say, or are refused whole with a French sentence."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from home.downloads import DOWNLOAD
from home.models import DailyCount, SiteDocument, SiteImage
from tests.factories import SiteImageFactory
from tests.files import encrypted_pdf, make_document, make_docx, make_pdf, make_zip
from tests.support import HOSTS, Html

pytestmark = pytest.mark.django_db

HTML_AND_PDF = b"<html><script>alert(1)</script></html>\n" + make_pdf()
BAD_FILES = {
    "broken": ("a.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type", "abîmé"),
    "cut": ("a.pdf", make_pdf()[:300], "abîmé"),
    "encrypted": ("a.pdf", encrypted_pdf(), "mot de passe"),
    "empty": ("a.pdf", b"", "vide"),
    "polyglot": ("a.pdf", HTML_AND_PDF, "ce n’est pas un PDF"),
    "picture-as-pdf": ("a.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "ce n’est pas un PDF"),
    "pdf-as-docx": ("a.docx", make_pdf(), "autre format"),
    "zip-as-docx": ("a.docx", make_zip({"a.txt": b"x"}), "autre format"),
    "docx-as-xlsx": ("a.xlsx", make_docx(), "autre format"),
    "docx-as-odt": ("a.odt", make_docx(), "autre format"),
    "broken-zip": ("a.zip", b"PK\x03\x04" + b"0" * 50, "autre format"),
    "binary-as-text": ("a.txt", b"abc\x00\x01\x02", "pas du texte"),
    "program": ("a.exe", b"MZ", "exe"),
    "page": ("a.html", b"<script>alert(1)</script>", "html"),
    "no-extension": ("rapport", make_pdf(), "extension"),
}


@pytest.fixture
def admin(admin_user) -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(admin_user)
    return client


def upload(admin, name: str, content: bytes, **fields):
    file = SimpleUploadedFile(name, content)
    return admin.post(reverse("wagtaildocs:add"), {"title": "Étude", "file": file, **fields})


@pytest.mark.parametrize(("name", "content", "says"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_refused_whole_with_a_sentence(admin, name, content, says):
    response = upload(admin, name, content)
    assert response.status_code == 200
    assert says in " ".join(response.context["form"].errors["file"])
    assert not SiteDocument.objects.exists()
    assert not SiteImage.objects.exists()


@pytest.mark.parametrize("key", ["broken", "encrypted", "polyglot", "zip-as-docx", "program"])
def test_several_at_once_and_the_chooser_refuse_the_same(admin, key):
    name, content, says = BAD_FILES[key]
    response = admin.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": "Étude", "files[]": SimpleUploadedFile(name, content)},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    answer = json.loads(response.content)
    assert answer["success"] is False
    assert says in answer["error_message"]
    response = admin.post(
        reverse("wagtaildocs_chooser:create"),
        {
            "document-chooser-upload-title": "Étude",
            "document-chooser-upload-file": SimpleUploadedFile(name, content),
        },
    )
    answer = json.loads(response.content)
    assert answer["step"] == "reshow_creation_form"
    assert says in answer["htmlFragment"]
    assert not SiteDocument.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "label"),
    [
        ("a.pdf", make_pdf(), "PDF"),
        ("A.PDF", make_pdf(), "PDF"),
        ("a.docx", make_docx(), "Word"),
        (
            "a.odt",
            make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
            "OpenDocument",
        ),
        ("a.zip", make_zip({"a.txt": b"x"}), "ZIP"),
        ("a.csv", "é;1\n".encode("cp1252"), "CSV"),
        ("a.txt", "été".encode("utf-8-sig"), "Texte"),
    ],
)
def test_good_files_are_taken(admin, name, content, label):
    response = upload(admin, name, content)
    assert response.status_code == 302, response.context["form"].errors
    assert SiteDocument.objects.get().format_label == label


def test_a_script_in_a_file_name_stays_outside(admin):
    name = '"><script>alert(1)</script>.pdf'
    upload(admin, name, make_pdf(), title=name)
    document = SiteDocument.objects.get()
    assert "<" not in document.file.name + document.url
    listing = admin.get(reverse("wagtaildocs:index")).content.decode()
    assert "<script>alert(1)" not in listing


def test_several_at_once_are_read(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(
            reverse("wagtaildocs:add_multiple"),
            {"title": "Étude", "files[]": SimpleUploadedFile("étude.pdf", make_pdf())},
            headers={"x-requested-with": "XMLHttpRequest"},
        )
    assert json.loads(response.content)["success"] is True
    document = SiteDocument.objects.get()
    assert (document.state, document.page_count) == ("pret", 2)
    assert document.filename == "etude.pdf"


def edit(admin, document, **fields):
    address = reverse("wagtaildocs:edit", args=[document.pk])
    kept = {"title": document.title, "collection": document.collection_id}
    return admin.post(address, kept | fields)


def test_a_replacement_keeps_the_address_and_the_format(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload(admin, "première.pdf", make_pdf())
    document = SiteDocument.objects.get()
    refused = edit(admin, document, file=SimpleUploadedFile("b.docx", make_docx()))
    assert "ajoutez un nouveau document" in str(refused.context["form"].errors["file"])
    with django_capture_on_commit_callbacks(execute=True):
        response = edit(
            admin, document, file=SimpleUploadedFile("deuxième.pdf", make_pdf(["Une page, neuve."]))
        )
    assert response.status_code == 302
    replaced = SiteDocument.objects.get()
    assert replaced.url == document.url == f"/documents/{document.pk}/premiere.pdf"
    assert (replaced.page_count, replaced.state) == (1, "pret")
    assert replaced.sha256 != document.sha256


def test_a_chosen_cover_needs_a_description_and_stays(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload(admin, "a.pdf", make_pdf())
    document = SiteDocument.objects.get()
    mute = SiteImageFactory(description="")
    refused = edit(admin, document, cover=mute.pk)
    assert "description" in str(refused.context["form"].errors["cover"])
    image = SiteImageFactory(description="Une couverture dessinée")
    assert edit(admin, document, cover=image.pk).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        document = SiteDocument.objects.get()
        new = SimpleUploadedFile("b.pdf", make_pdf(["Autre texte."]))
        edit(admin, document, cover=image.pk, file=new)
    document = SiteDocument.objects.get()
    assert (document.cover, document.has_own_cover, document.page_count) == (image, True, 1)


def test_a_made_cover_goes_with_its_document(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload(admin, "a.pdf", make_pdf())
    assert SiteImage.objects.count() == 1
    SiteDocument.objects.get().delete()
    assert not SiteImage.objects.exists()
    image = SiteImageFactory()
    make_document(cover=image, has_own_cover=True).delete()
    assert SiteImage.objects.get() == image


def test_the_list_tells_state_pages_and_downloads(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        good = make_document(title="Lisible")
        make_document(encrypted_pdf(), title="Fermé")
    for day in ("2026-01-01", "2026-01-02"):
        DailyCount.objects.create(day=day, kind=DOWNLOAD, key=str(good.pk), site=1, count=21)
    html = Html(admin.get(reverse("wagtaildocs:index")))
    text = html.one("table", "listing").text
    for expected in ("2 pages", "Prêt", "mot de passe", "42"):
        assert expected in text


def test_the_list_asks_the_same_number_of_questions(admin, django_assert_max_num_queries):
    make_document()
    admin.get(reverse("wagtaildocs:index"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        admin.get(reverse("wagtaildocs:index"))
    for _ in range(14):
        make_document()
    with CaptureQueriesContext(connection) as many:
        admin.get(reverse("wagtaildocs:index"))
    assert len(many) == len(one)


# --- Images ------------------------------------------------------------------------------------


def test_reserved_rights_need_a_credit(admin):
    image = SiteImageFactory(title="Portrait")
    address = reverse("wagtailimages:edit", args=[image.pk])
    data = {"title": "Portrait", "description": "Une personne", "rights_reserved": "on"}
    data |= {"focal_point_x": "", "focal_point_y": "", "tags": ""}
    data["collection"] = image.collection_id
    refused = admin.post(address, data)
    assert "Les droits sont réservés" in str(refused.context["form"].errors["credit"])
    assert admin.post(address, {**data, "credit": "Une photographe"}).status_code == 302
    assert SiteImage.objects.get().rights_reserved


def test_images_whose_rights_ended_are_listed(admin):
    SiteImageFactory(title="Encore bonne", rights_end="2999-01-01")
    SiteImageFactory(title="Échue", rights_end="2020-01-01", credit="Une photographe")
    SiteImageFactory(title="Sans fin")
    response = admin.get(reverse("home_expired_rights"))
    text = Html(response).one("table", "listing").text
    assert "Échue" in text
    assert "Encore bonne" not in text
    assert "Sans fin" not in text
    assert admin.get(reverse("home_expired_rights"), {"export": "csv"}).status_code == 200
