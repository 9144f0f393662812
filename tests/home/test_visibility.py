"""Who sees a file: one test a line of the docstring of home.visibility."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home import visibility
from home.models import HomePage, Organisation, SiteBranding, StandardPage
from home.visibility import is_public
from tests.factories import SiteImageFactory
from tests.files import make_document


@pytest.fixture
def home(sites) -> HomePage:
    return sites["interfede"].root_page.specific


def add_page(home, **fields) -> StandardPage:
    page = StandardPage(**{"title": "Page", "slug": "page-d-essai", **fields})
    home.add_child(instance=page)
    return page


@pytest.fixture
def image(db):
    return SiteImageFactory()


def test_a_file_that_nothing_uses_is_private(home, image):
    assert not is_public(image)
    assert not is_public(make_document())


def test_a_live_page_makes_its_image_public_in_two_queries(home, image, django_assert_num_queries):
    add_page(home, teaser_image=image)
    assert is_public(image)
    with django_assert_num_queries(2):
        is_public(image)


def test_files_in_blocks_and_in_rich_text_count(home, image):
    document, linked = make_document(), make_document(name="b.pdf")
    page = add_page(home)
    page.body = [
        ("files", {"title": "", "files": [document]}),
        ("text", f'<p><a linktype="document" id="{linked.pk}">étude</a></p>'),
        ("figure", {"image": image, "caption": ""}),
    ]
    page.save_revision().publish()
    assert is_public(document)
    assert is_public(linked)
    assert is_public(image)


def test_a_draft_of_a_live_page_shows_nothing(home, image):
    page = add_page(home)
    page.teaser_image = image
    page.save_revision()
    assert not is_public(image)
    page.get_latest_revision().publish()
    assert is_public(image)


@pytest.mark.parametrize(
    "fields",
    [
        {"live": False},
        {"live": False, "go_live_at": timezone.now() + timedelta(days=1)},
        {"expire_at": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["draft", "scheduled", "expired"],
)
def test_a_page_that_is_not_out_shows_nothing(home, image, fields):
    page = add_page(home, teaser_image=image, **fields)
    assert not is_public(page)
    assert not is_public(image)


def test_an_unpublished_page_takes_its_image_along(home, image):
    page = add_page(home, teaser_image=image)
    assert is_public(image)
    page.unpublish()
    assert not is_public(image)


def test_a_restriction_on_a_page_above_counts(home, image):
    parent = add_page(home)
    child = StandardPage(title="Sous-page", slug="sous-page", teaser_image=image)
    parent.add_child(instance=child)
    assert is_public(image)
    restriction = PageViewRestriction.objects.create(
        page=parent, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.first())
    assert not is_public(image)
    assert not is_public(child)


def test_a_page_outside_every_site_shows_nothing(home, image):
    stray = HomePage(title="Ailleurs", slug="ailleurs", teaser_image=image)
    Page.objects.get(depth=1).add_child(instance=stray)
    assert not is_public(image)


def test_a_cover_is_as_public_as_its_document(home, image):
    document = make_document(cover=image)
    assert not is_public(image)
    page = add_page(home)
    page.body = [("files", {"title": "", "files": [document]})]
    page.save_revision().publish()
    assert is_public(image)


def test_the_identity_of_a_site_makes_public(home, image):
    branding = SiteBranding.objects.first()
    page = branding.footer_page
    assert page is None or is_public(page)
    assert not is_public(image)


def test_a_snippet_is_as_public_as_the_pages_that_name_it(home, image):
    organisation = Organisation.objects.create(acronym="XYZ", slug="xyz", name="X", logo=image)
    assert not is_public(image)
    assert not is_public(organisation)


def test_a_rule_of_a_room_adds(home, image, monkeypatch):
    monkeypatch.setattr(visibility, "_rules", {})
    organisation = Organisation.objects.create(acronym="XYZ", slug="xyz", name="X", logo=image)
    visibility.register_rule(Organisation, lambda each: each.acronym == "XYZ")
    assert is_public(image)
    assert is_public(organisation)
    Organisation.objects.update(acronym="ABC")
    assert not is_public(image)
