"""Pictures: every size is there before the first visit, because a visit never writes."""

import re

import pytest
from django.conf import settings
from wagtail.images.models import Filter
from wagtail_factories import ImageFactory

from home.models import SiteImage
from home.models.media import RENDITION_SPECS

pytestmark = pytest.mark.django_db


def specs_of_templates() -> set[str]:
    found = set()
    for path in settings.BASE_DIR.glob("*/templates/**/*.html"):
        for words in re.findall(
            r"{% (?:(?:srcset_)?image|picture) \S+ ([^%]*)%}", path.read_text(encoding="utf-8")
        ):
            specs = [word for word in re.sub(r'\w+="[^"]*"', "", words).split() if "=" not in word]
            found |= set(Filter.expand_spec("|".join(specs)))
    for path in settings.BASE_DIR.glob("*/models/*.py"):
        found |= set(re.findall(r'get_rendition\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    return found


def test_every_size_that_a_template_asks_for_is_made_on_upload():
    assert specs_of_templates() == set(RENDITION_SPECS)
    image = ImageFactory()
    assert isinstance(image, SiteImage)
    assert {each.filter_spec for each in image.renditions.all()} == set(RENDITION_SPECS)


def test_a_page_with_pictures_is_read_without_writing(cisp_client, sites):
    from home.models import HomePage, StandardPage

    home = HomePage.objects.get(slug="cisp")
    page = StandardPage(title="Avec image", slug="avec-image", social_image=ImageFactory())
    home.add_child(instance=page)
    answer = cisp_client.get("/avec-image/")  # PublicClient fails on a write
    assert answer.status_code == 200
    assert 'property="og:image"' in answer.content.decode()
