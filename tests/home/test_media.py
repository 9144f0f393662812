"""/media/: pictures by byte ranges and conditions, and only while a public page uses them."""

from __future__ import annotations

import pytest
from django.test import Client

from home.models import StandardPage
from tests.factories import SiteImageFactory, UserFactory
from tests.support import HOSTS, settle


@pytest.fixture
def page(sites):
    page = StandardPage(title="Page", slug="page-d-essai", teaser_image=SiteImageFactory())
    sites["interfede"].root_page.add_child(instance=page)
    return page


@pytest.fixture
def address(page) -> str:
    return page.teaser_image.file.url


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_original_and_each_size_follow_the_page(page, interfede_client):
    image = page.teaser_image
    addresses = [image.file.url, *(each.file.url for each in image.renditions.all())]
    assert len(addresses) > 3
    for address in addresses:
        assert interfede_client.get(address).status_code == 200, address
    page.unpublish()
    for address in addresses:
        assert interfede_client.get(address).status_code == 404, address
    page.save_revision().publish()
    for address in addresses:
        assert interfede_client.get(address).status_code == 200, address


def test_staff_sees_what_is_not_out_yet(page, address, admin_user):
    page.unpublish()
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(admin_user)
    response = settle(client.get(address))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_a_public_picture_may_be_kept_and_sets_no_cookie(address, interfede_client):
    response = interfede_client.get(address)
    assert response["Cache-Control"] == "public, max-age=300, s-maxage=0, must-revalidate"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "image/jpeg"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_conditions(address, interfede_client):
    whole = interfede_client.get(address)
    for headers in (
        {"if-none-match": whole["ETag"]},
        {"if-none-match": f'"autre", W/{whole["ETag"]}'},
        {"if-none-match": "*"},
        {"if-modified-since": whole["Last-Modified"]},
    ):
        response = interfede_client.get(address, headers=headers)
        assert (response.status_code, content(response)) == (304, b""), headers
    assert interfede_client.get(address, headers={"if-none-match": '"autre"'}).status_code == 200


def test_head_tells_the_length_without_the_body(address, interfede_client):
    whole = interfede_client.get(address, headers={"accept-encoding": "gzip"})
    length = len(content(whole))
    response = interfede_client.head(address, headers={"accept-encoding": "gzip"})
    assert (response.status_code, content(response)) == (200, b"")
    for each in (whole, response):
        assert each["Content-Length"] == str(length)
        assert each["Accept-Ranges"] == "bytes"
        assert "Content-Encoding" not in each


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-99", 0, 99), ("0-0", 0, 0), ("5-", 5, None), ("-10", -10, None), ("0-999999999", 0, None)],
)
def test_byte_ranges(address, interfede_client, asked, first, last):
    whole = content(interfede_client.get(address))
    expected = whole[first:] if last is None else whole[first : last + 1]
    response = interfede_client.get(
        address, headers={"range": f"bytes={asked}", "accept-encoding": "gzip"}
    )
    assert response.status_code == 206
    assert content(response) == expected
    assert response["Content-Length"] == str(len(expected))
    start = first if first >= 0 else len(whole) + first
    assert response["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_range_outside_the_file(address, interfede_client, asked):
    response = interfede_client.get(address, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "x"])
def test_a_range_that_is_none_is_ignored(address, interfede_client, asked):
    assert interfede_client.get(address, headers={"range": asked}).status_code == 200


def test_a_range_of_an_older_file_is_ignored(address, interfede_client):
    tag = interfede_client.get(address)["ETag"]
    for condition, status in ((tag, 206), ('"autre"', 200)):
        headers = {"range": "bytes=0-9", "if-range": condition}
        assert interfede_client.get(address, headers=headers).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "",
        "original_images/",
        "original_images/../../secret_key",
        "original_images/..%2f..%2fsecret_key",
        "original_images//etc/passwd",
        "original_images/%00.jpg",
        "original_images/..\\x",
        "documents/etude.pdf",
        "images/absent.jpg",
        "autre/fichier.txt",
    ],
)
def test_paths_that_lead_nowhere(sites, interfede_client, path, admin_user):
    assert interfede_client.get(f"/media/{path}").status_code == 404
    staff = Client(headers={"host": HOSTS["interfede"]})
    staff.force_login(admin_user)
    assert staff.get(f"/media/{path}").status_code == 404


def test_other_methods_are_refused(address, interfede_client):
    assert interfede_client.post(address).status_code == 405


def test_nginx_sends_the_file_when_it_may(address, page, interfede_client, settings):
    settings.MEDIA_ACCEL = "/protected/"
    response = interfede_client.get(address)
    assert response["X-Accel-Redirect"] == address.replace("/media/", "/protected/")
    assert response.content == b""
    page.unpublish()
    assert interfede_client.get(address).status_code == 404
