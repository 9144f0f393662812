"""Kits: a zip with the list and the licences, made anew when a part changes (P-05)."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from pedatech.catalogue import kits
from pedatech.models import KitPart, KitStep, ResourceFile
from tests.factories.pedatech import KitPageFactory, ResourcePageFactory
from tests.files import make_document
from tests.support import HOSTS, PublicClient


def opened(client: PublicClient, page) -> zipfile.ZipFile:
    response = client.get(f"/catalogue/{page.slug}/kit.zip")
    assert response.status_code == 200
    assert response.streaming
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


@pytest.fixture
def part(catalogue):
    page = ResourcePageFactory(title="La fiche", licence="cc-by-nd")
    page.files = [ResourceFile(document=make_document(name="fiche.pdf", title="Fiche"))]
    page.save()
    return page


@pytest.fixture
def kit(part):
    page = KitPageFactory(title="Le kit", licence="cc-by")
    page.steps = [KitStep(title="Accueillir", duration=30)]
    page.files = [ResourceFile(document=make_document(name="guide.pdf", title="Guide"))]
    page.parts = [KitPart(resource=part)]
    page.save()
    return page


def test_the_zip_holds_files_list_and_licences(kit, pedatech_client):
    page = pedatech_client.get(f"/catalogue/{kit.slug}/").content.decode()
    assert f"/catalogue/{kit.slug}/kit.zip" in page
    archive = opened(pedatech_client, kit)
    assert archive.namelist() == ["LISEZ-MOI.txt", "guide.pdf", "01-la-fiche/fiche.pdf"]
    text = archive.read("LISEZ-MOI.txt").decode("utf-8-sig")
    for wanted in (
        "Le kit",
        "1. Accueillir",
        "CC BY-ND",
        "Vous ne pouvez pas la changer",
        "CC BY.",
    ):
        assert wanted in text
    assert archive.testzip() is None


def test_the_zip_is_kept_and_made_anew_when_a_part_changes(kit, part, pedatech_client):
    folder = kits.kits_folder()
    opened(pedatech_client, kit)
    (first,) = folder.iterdir()
    made = first.stat().st_mtime_ns
    opened(pedatech_client, kit)
    assert [each.stat().st_mtime_ns for each in folder.iterdir()] == [made]
    document = part.files.first().document
    document.file = ContentFile(b"%PDF-1.4 une autre version", name="fiche.pdf")
    document.save()
    archive = opened(pedatech_client, kit)
    assert archive.read("01-la-fiche/fiche.pdf") == b"%PDF-1.4 une autre version"
    (second,) = folder.iterdir()
    assert second != first
    part.licence = "cc-by"
    part.save_revision().publish()
    assert "CC BY-ND" not in opened(pedatech_client, kit).read("LISEZ-MOI.txt").decode("utf-8-sig")


def test_only_public_parts(kit, part, pedatech_client):
    PageViewRestriction.objects.create(page=part, restriction_type="login")
    assert opened(pedatech_client, kit).namelist() == ["LISEZ-MOI.txt", "guide.pdf"]
    assert "La fiche" not in pedatech_client.get(f"/catalogue/{kit.slug}/").content.decode()


def test_no_file_of_a_private_collection(kit, part, pedatech_client):
    collection = Collection.get_first_root_node().add_child(name="Interne")
    document = part.files.first().document
    document.collection = collection
    document.save()
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    assert "01-la-fiche/fiche.pdf" not in opened(pedatech_client, kit).namelist()


def test_a_private_kit_hands_out_no_zip(kit):
    client = PublicClient(HOSTS["pedatech"])
    PageViewRestriction.objects.create(page=kit, restriction_type="login")
    assert client.get(f"/catalogue/{kit.slug}/kit.zip").status_code == 302


def test_a_kit_that_is_too_heavy_says_so(kit, pedatech_client, monkeypatch):
    monkeypatch.setattr(kits, "MAX_BYTES", 10)
    assert "trop lourd" in pedatech_client.get(f"/catalogue/{kit.slug}/").content.decode()
    assert pedatech_client.get(f"/catalogue/{kit.slug}/kit.zip").status_code == 404


def test_a_kit_without_a_file_has_no_zip(catalogue, pedatech_client):
    page = KitPageFactory()
    assert "kit.zip" not in pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    assert pedatech_client.get(f"/catalogue/{page.slug}/kit.zip").status_code == 404
