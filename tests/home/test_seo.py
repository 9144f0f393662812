"""Sitemaps, robots, canonical addresses, social tags and titles, per host (C-38, S-20)."""

from __future__ import annotations

import gc
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from wagtail.models import Page, Site

from cisp_map.models import Offer, TrainingSitePage
from home.models import StandardPage
from tests.factories import SiteImageFactory, TradeFactory, TrainingSitePageFactory
from tests.support import HOSTS, Html, PublicClient

pytestmark = pytest.mark.any_database

THEMES = ("cisp", "interfede", "pedatech")
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"

OTHER_LANGUAGES = re.compile(r"/(de|nl|en)/(kurse|opleidingen|courses)/.")


def sitemap(client: PublicClient) -> list[str]:
    """Addresses of the sitemap of a host."""
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    return [each.text for each in ElementTree.fromstring(response.content).iter(LOCATION)]


@pytest.fixture(scope="module")
def read(loaded_demo, django_db_blocker):
    """Theme → address of the sitemap → its page, read once: every test looks at the same pages."""
    found: dict[str, dict[str, Html]] = {}
    with django_db_blocker.unblock():
        for theme in THEMES:
            client = PublicClient(HOSTS[theme])
            found[theme] = {}
            for address in sitemap(client):
                response = client.get(urlsplit(address).path)
                assert response.status_code == 200, address
                found[theme][address] = Html(response)
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_the_sitemap_holds_this_host_alone_each_address_once(read, theme):
    addresses = list(read[theme])
    assert len(addresses) == len(set(addresses))
    assert {urlsplit(each).hostname for each in addresses} == {HOSTS[theme]}
    assert all(address.startswith(f"http://{HOSTS[theme]}/") for address in addresses)


@pytest.mark.parametrize("theme", THEMES)
def test_the_sitemap_holds_every_public_page(demo, read, theme):
    root = Site.objects.get(sitebranding__theme=theme).root_page
    pages = Page.objects.live().public().descendant_of(root, inclusive=True).specific()
    wanted = {page.get_full_url() for page in pages if not getattr(page, "in_prison", False)}
    assert wanted <= set(read[theme])


def test_the_sitemap_holds_every_place_and_every_course(demo, read):
    places = {page.get_full_url() for page in TrainingSitePage.objects.live()}
    courses = {
        f"{offer.page.get_full_url()}{offer.trade.slug}/"
        for offer in Offer.objects.select_related("trade", "page")
    }
    assert len(places) >= 60
    assert len(courses) >= 60
    assert places | courses <= set(read["cisp"])


def test_a_prison_is_in_no_sitemap(finder, cisp_client):
    trade = TradeFactory()
    prison = TrainingSitePageFactory(title="Prison", in_prison=True, trades=[trade])
    free = TrainingSitePageFactory(title="Libre", trades=[trade])
    addresses = sitemap(cisp_client)
    assert free.get_full_url() in addresses
    assert f"{free.get_full_url()}{trade.slug}/" in addresses
    assert not [each for each in addresses if prison.slug in each]


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_of_the_sitemap_is_its_own_canonical_and_may_be_indexed(read, theme):
    for address, html in read[theme].items():
        assert html.one("link", rel="canonical").attrs["href"] == address
        assert html.meta("robots") is None, address


@pytest.mark.parametrize("theme", THEMES)
def test_social_tags(read, theme):
    for address, html in read[theme].items():
        # The reader folds white space, a title of French text holds spaces that do not break.
        assert " ".join(html.meta("og:title").split()) == html.title, address
        assert html.meta("og:url") == address
        assert html.meta("og:site_name")
        assert html.meta("og:locale") == "fr_BE"
        assert html.meta("twitter:card") in {"summary", "summary_large_image"}


@pytest.mark.parametrize("theme", THEMES)
def test_titles_are_unique_and_at_most_60_characters(read, theme):
    titles: dict[str, list[str]] = {}
    for address, html in read[theme].items():
        titles.setdefault(html.title, []).append(address)
    assert not {title for title in titles if not title or len(title) > 60}
    assert not {title: found for title, found in titles.items() if len(found) > 1}


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_of_the_sitemap_has_a_description(read, theme):
    missing = [address for address, html in read[theme].items() if not html.meta("description")]
    assert missing == []


@pytest.mark.parametrize("theme", THEMES)
def test_no_link_inside_a_site_is_broken(demo, clients, read, theme):
    links = {
        link.attrs["href"].partition("#")[0]
        for html in read[theme].values()
        for link in html.all("a")
        if link.attrs.get("href", "").startswith("/")
    }
    # Places and areas in another language are those of the French pages (tests/translations).
    links = {each for each in links if not OTHER_LANGUAGES.match(each)}
    known = {urlsplit(address).path for address in read[theme]}
    # A way in for members leads to the log-in: the page at the end of the way counts.
    broken = [
        link
        for link in sorted(links - known - {""})
        if clients[theme].get(link, follow=True).status_code != 200
    ]
    assert len(links) > 5
    assert broken == []


@pytest.mark.parametrize("theme", THEMES)
def test_no_page_asks_a_third_party(read, theme):
    for address, html in read[theme].items():
        loaded = [
            *(each.attrs.get("src", "") for each in html.elements if "src" in each.attrs),
            *(
                each.attrs["href"]
                for each in html.all("link")
                if each.attrs.get("rel") != "canonical"
            ),
        ]
        assert loaded
        own = ("/", f"http://{HOSTS[theme]}/")  # feeds are named by their whole address
        assert not [each for each in loaded if not each.startswith(own)], address


@pytest.mark.parametrize("theme", THEMES)
def test_robots_names_the_sitemap_of_its_host(sites, clients, theme):
    response = clients[theme].get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert f"Sitemap: http://{HOSTS[theme]}/sitemap.xml" in lines
    assert {"Disallow: /gestion/", "Disallow: /recherche/", "Disallow: /api/"} <= set(lines)


@pytest.mark.filterwarnings("ignore:.*nclosed file:ResourceWarning")
def test_the_social_image_of_a_page_has_an_address_of_its_host(sites, interfede_client):
    image = SiteImageFactory()
    page = StandardPage(title="Avec image", slug="avec-image", teaser_image=image)
    sites["interfede"].root_page.add_child(instance=page)
    # The rendition is made when an editor publishes, not when a visitor comes.
    page.get_seo(interfede_request())
    html = Html(interfede_client.get("/avec-image/"))
    assert html.meta("og:image").startswith(f"http://{HOSTS['interfede']}/media/images/")
    assert html.meta("twitter:card") == "summary_large_image"
    # Wagtail leaves the files of a rendition to the garbage collector; here, where it is known.
    del image, page
    gc.collect()


def interfede_request():
    from django.test import RequestFactory

    return RequestFactory().get("/", headers={"host": HOSTS["interfede"]})


def test_a_search_is_not_for_search_engines(demo, cisp_client):
    for path in ("/recherche/?q=cuisine", "/formations/?q=cuisine", "/formations/?page=2"):
        assert Html(cisp_client.get(path)).meta("robots") == "noindex, follow", path
    assert Html(cisp_client.get("/formations/")).meta("robots") is None
