"""Three hosts, one install: who answers where (S-01, S-02), and how errors look."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from cisp_map.models import FinderPage
from home.models import HomePage, SiteBranding
from tests.support import HOSTS, Html, PublicClient

THEMES = ("cisp", "interfede", "pedatech")


def live_pages(theme: str) -> list[Page]:
    """The pages that visitors of a site may read."""
    site = Site.objects.get(sitebranding__theme=theme)
    pages = Page.objects.live().public().descendant_of(site.root_page, inclusive=True)
    return list(pages.order_by("path"))


def few(pages: list[Page], number: int = 4) -> list[Page]:
    """The first pages of each type: one page of a type is rendered like the next."""
    kept: dict[int, list[Page]] = {}
    for page in pages:
        kept.setdefault(page.content_type_id, []).append(page)
    return [page for group in kept.values() for page in group[:number]]


# --- bootstrap_sites ---------------------------------------------------------------------------


def everything() -> dict[str, list]:
    models = (Site, SiteBranding, Page, Group, Collection, GroupPagePermission)
    counted = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    counted["media"] = list(GroupCollectionPermission.objects.order_by("pk").values())
    return counted


def test_bootstrap_is_idempotent(sites):
    before = everything()
    call_command("bootstrap_sites", port=80, stdout=StringIO())
    assert everything() == before


def test_bootstrap_makes_three_sites_with_their_homes(sites):
    assert set(sites) == set(THEMES)
    assert {theme: site.hostname for theme, site in sites.items()} == HOSTS
    assert {site.root_page.specific_class for site in sites.values()} == {HomePage}
    assert Site.objects.filter(is_default_site=True).count() == 1
    assert not Page.objects.filter(title__startswith="Welcome").exists()
    assert FinderPage.objects.get().get_site() == sites["cisp"]


def test_bootstrap_keeps_what_an_editor_changed(sites):
    branding = SiteBranding.objects.get(theme="cisp")
    branding.tagline = "Autre phrase"
    branding.save()
    home = sites["cisp"].root_page.specific
    home.title = "Autre titre"
    home.save_revision().publish()
    call_command("bootstrap_sites", port=80, stdout=StringIO())
    assert SiteBranding.objects.get(theme="cisp").tagline == "Autre phrase"
    assert HomePage.objects.get(pk=home.pk).title == "Autre titre"


def test_bootstrap_follows_new_hosts_and_ports(sites, settings):
    settings.SITE_HOSTS = {**HOSTS, "cisp": "cisp.example.org"}
    call_command("bootstrap_sites", port=8123, stdout=StringIO())
    site = Site.objects.get(sitebranding__theme="cisp")
    assert (site.pk, site.hostname, site.port) == (sites["cisp"].pk, "cisp.example.org", 8123)


# --- Hosts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_each_host_answers_with_its_theme(demo, clients, theme):
    html = Html(clients[theme].get("/"))
    assert html.theme == theme
    assert html.one("h1").text


@pytest.mark.parametrize("path", ["/", "/formations/", "/healthz", "/gestion/", "/sitemap.xml"])
@pytest.mark.parametrize("host", ["example.org", "evil.cisp.localhost", "cisp.be.evil.com", "x y"])
def test_an_unknown_host_is_refused(db, host, path):
    response = PublicClient(host).get(path)
    assert response.status_code == 400
    assert "Cette demande n’est pas valable" in response.content.decode()
    assert host not in response.content.decode()


@pytest.mark.parametrize("theme", THEMES)
def test_www_goes_to_the_canonical_host(db, theme):
    response = PublicClient(f"www.{HOSTS[theme]}:8000").get("/formations/?q=cuisine&lieu=Mons")
    assert response.status_code == 301
    assert response["Location"] == f"http://{HOSTS[theme]}:8000/formations/?q=cuisine&lieu=Mons"


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("localhost", "cisp.localhost"),
        ("localhost:8000", "cisp.localhost:8000"),
        ("127.0.0.1:8000", "cisp.localhost:8000"),
    ],
)
def test_the_names_of_development_go_to_cisp(db, host, target):
    response = PublicClient(host).get("/")
    assert (response.status_code, response["Location"]) == (301, f"http://{target}/")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", *HOSTS.values()])
def test_healthz_answers_by_any_allowed_name_without_a_query(db, host):
    client = PublicClient(host)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert client.queries == []


def test_a_page_of_a_site_is_not_served_on_another(demo, clients):
    checked = 0
    for theme in THEMES:
        for page in live_pages(theme):
            path = page.get_url_parts()[2]
            if path == "/":
                continue
            for other in set(THEMES) - {theme}:
                # The footer pages of the three sites have the same addresses, not the same texts.
                twin = {each.get_url_parts()[2]: each for each in live_pages(other)}.get(path)
                response = clients[other].get(path)
                if twin is None:
                    assert response.status_code == 404, f"{path} ({theme}) sur {other}"
                else:
                    html = Html(response)
                    assert html.theme == other
                    assert (
                        html.one("link", rel="canonical")
                        .attrs["href"]
                        .startswith(f"http://{HOSTS[other]}/")
                    )
                checked += 1
    assert checked > 120


@pytest.mark.parametrize("theme", ["interfede", "pedatech"])
@pytest.mark.parametrize("path", ["/api/localites/?q=namur", "/api/formations.geojson"])
def test_the_finders_addresses_exist_on_cisp_alone(demo, clients, theme, path):
    assert clients["cisp"].get(path).status_code == 200
    assert clients[theme].get(path).status_code == 404


# --- What surrounds a page ---------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_the_family_bar_marks_the_current_site_on_every_page(demo, clients, theme):
    paths = [page.get_url_parts()[2] for page in few(live_pages(theme))]
    for path in [*paths, "/recherche/?q=formation", "/absent/"]:
        html = Html(clients[theme].get(path))
        links = [each for each in html.all("a") if each.inside(class_="family")]
        assert [link.text for link in links] == ["cisp.be", "interfede.be", "pedatechcisp.be"]
        assert [link.attrs["href"] for link in links] == [f"http://{HOSTS[t]}/" for t in THEMES]
        marked = [link for link in links if "aria-current" in link.attrs]
        assert [link.attrs["href"] for link in marked] == [f"http://{HOSTS[theme]}/"], path


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_has_one_heading_a_skip_link_and_a_language(demo, clients, theme):
    for page in few(live_pages(theme)):
        html = Html(clients[theme].get(page.get_url_parts()[2]))
        assert len(html.all("h1")) == 1, page.title
        assert html.one("a", "skip").attrs["href"] == f"#{html.one('main').attrs['id']}"
        assert html.one("html").attrs["lang"] == "fr"


@pytest.mark.parametrize("theme", THEMES)
def test_breadcrumbs_lead_to_pages_of_the_site(demo, clients, theme):
    deep = [page for page in live_pages(theme) if page.depth > 3 and page.slug != "infos"]
    page = deep[-1]
    html = Html(clients[theme].get(page.get_url_parts()[2]))
    steps = [each for each in html.all("a") if each.inside(class_="breadcrumbs")]
    assert steps[0].attrs["href"] == "/"
    for step in steps:
        assert clients[theme].get(step.attrs["href"]).status_code == 200
    last = [
        each for each in html.all("span", aria_current="page") if each.inside(class_="breadcrumbs")
    ]
    assert [each.text for each in last] == [page.title]


@pytest.mark.parametrize("theme", THEMES)
def test_the_menus_hold_only_pages_of_the_site_and_each_works(demo, clients, theme):
    html = Html(clients[theme].get("/"))
    links = [
        link
        for link in html.all("a")
        if link.inside(class_="menu__list") or link.inside(class_="footer__list")
    ]
    assert len(links) >= 3
    for link in links:  # a way in for members ends at the log-in
        answer = clients[theme].get(link.attrs["href"], follow=True)
        assert answer.status_code == 200, link.text


def test_a_draft_and_a_private_page_stay_out_of_the_menu_and_of_sight(sites, cisp_client):
    from wagtail.models import PageViewRestriction

    from tests.factories import StandardPageFactory

    home = sites["cisp"].root_page
    StandardPageFactory(title="Brouillon", parent=home, show_in_menus=True, live=False)
    private = StandardPageFactory(title="Réservée", parent=home, show_in_menus=True)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    html = Html(cisp_client.get("/"))
    assert not {"Brouillon", "Réservée"} & {each.text for each in html.all("a")}
    assert cisp_client.get("/brouillon/").status_code == 404
    assert cisp_client.get(private.get_url()).status_code == 302
    found = cisp_client.get("/recherche/?q=réservée")
    assert "Rien pour" in Html(found).one("h2", "search-count").text


# --- Errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_a_missing_page_looks_like_its_site(demo, clients, theme):
    response = clients[theme].get("/cette-page/n-existe/pas/")
    assert response.status_code == 404
    html = Html(response)
    assert html.theme == theme
    assert html.one("h1").text == "Cette page n’existe pas"
    assert html.meta("robots") == "noindex"


def test_a_failure_shows_a_plain_page(demo, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("panne")

    monkeypatch.setattr("cisp_map.views.find", fail)
    monkeypatch.setattr("cisp_map.finder_page.find", fail)
    client = Client(headers={"host": HOSTS["cisp"]}, raise_request_exception=False)
    response = client.get("/formations/")
    assert response.status_code == 500
    html = Html(response)
    assert html.one("h1").text == "Le site a un problème"
    assert html.theme == "cisp"
    assert "panne" not in response.content.decode()


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_of_a_failure_has_the_theme_of_its_host_without_a_query(
    db, rf, settings, theme, django_assert_num_queries
):
    from django.urls import get_resolver

    handler = get_resolver().resolve_error_handler(500)
    with django_assert_num_queries(0):
        response = handler(rf.get("/", headers={"host": HOSTS[theme]}))
    assert response.status_code == 500
    assert Html(response).theme == theme


def test_a_post_is_not_a_question(demo, cisp_client):
    for path in ("/recherche/", "/api/localites/", "/api/formations.geojson", "/robots.txt"):
        assert cisp_client.post(path, {}).status_code in {403, 405}, path
