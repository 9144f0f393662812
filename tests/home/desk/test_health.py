"""«Santé du site»: each figure has its list, each list an action (S-07)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from home.desk import health, missing
from home.models import DailyCount, LinkCheck, PageReview, SiteImage, StandardPage
from tests.home.desk.conftest import member, signed_in
from tests.home.desk.test_readability import HARD
from tests.support import Html

KEYS = [each.key for each in health.LISTS]


@pytest.fixture
def site(sites):
    return sites["cisp"]


@pytest.fixture
def desk(site, admin_user):
    return health.Desk(site, admin_user)


@pytest.fixture
def ill(site):
    """One of each thing on cisp.be."""
    today = timezone.localdate()
    image = SiteImage.objects.create(
        title="Sans texte",
        file=get_test_image_file(),
        description="",
        rights_end=today - timedelta(days=1),
    )
    collection = Collection.objects.get(name=site.site_name)
    SiteImage.objects.create(
        title="Inutile", file=get_test_image_file(), description="x", collection=collection
    )
    page = site.root_page.add_child(
        instance=StandardPage(title="=Malade", slug="malade", introduction=HARD, teaser_image=image)
    )
    page.save_revision().publish()
    LinkCheck.objects.create(
        page=page, url="https://example.org/", state=LinkCheck.State.BROKEN, reason="réponse 404"
    )
    PageReview.objects.create(page=page, review_on=today)
    for path in ("/vieux/malade/", "/autre/"):
        DailyCount.objects.create(day=today, kind=missing.MISSING, key=path, site=site.pk, count=3)
    DailyCount.objects.create(
        day=today, kind=health.NOTHING_FOUND, key="mots", site=site.pk, count=2
    )
    return page


def test_each_figure_has_a_list_with_an_action(ill, desk, admin):
    numbers = {figure.key: figure.number for figure in health.figures(desk)}
    assert numbers == {key: 2 if key in ("introuvables",) else 1 for key in KEYS} | {"mots": 2}
    for figure in health.figures(desk):
        assert admin.get(figure.url).status_code == 200, figure.key
    for each in health.LISTS:
        for item in each.read(desk):
            assert item.actions, each.key
            for action in item.actions:
                if action.url.startswith("/") and not action.fields:
                    assert admin.get(action.url).status_code == 200, action


def test_the_dashboard_draws_the_numbers(ill, admin, site):
    html = Html(admin.get(reverse("home_health"), {"site": site.pk}))
    assert len(html.all("li", "desk__card")) == len(KEYS) + 1
    assert html.all("rect", "chart__bar")


def test_a_healthy_site_says_so(sites, admin):
    for key in KEYS:
        address = reverse("home_health_list", args=[key])
        text = admin.get(address, {"site": sites["pedatech"].pk}).content.decode()
        assert "Rien à signaler." in text


def test_a_site_does_not_show_another_s(ill, sites, admin_user):
    other = health.Desk(sites["interfede"], admin_user)
    assert {figure.number for figure in health.figures(other)} == {0}


def test_one_click_redirects_a_lost_address(ill, site, admin, cisp_client):
    assert cisp_client.get("/vieux/malade/").status_code == 404
    address = reverse("home_health_list", args=["introuvables"])
    listed = Html(admin.get(address, {"site": site.pk}))
    form = next(e for e in listed.all("form") if e.attrs.get("action", "").endswith("rediriger/"))
    fields = {
        each.attrs["name"]: each.attrs["value"]
        for each in listed.all("input")
        if form in each.parents and each.attrs["name"] != "csrfmiddlewaretoken"
    }
    response = admin.post(form.attrs["action"], fields, follow=True)
    assert "mène maintenant à" in response.content.decode()
    assert cisp_client.get("/vieux/malade/")["Location"].endswith("/malade/")
    remaining = [item.title for item in health.lost_addresses(health.Desk(site, member()))]
    assert remaining == ["/autre/"]


def test_a_click_needs_the_right_and_a_page(ill, site, admin):
    data = {"old_path": "/x/", "site": site.pk, "page": ill.pk}
    address = reverse("home_redirect_lost")
    signed_in(member("Publication cisp.be")).post(address, data)
    for wrong in ({"page": "x"}, {"site": "9" * 20}, {"old_path": "http://[x"}, {"page": ""}):
        assert admin.post(address, data | wrong).status_code == 302
    assert not Redirect.objects.filter(old_path="/x").exists()
    assert admin.get(address).status_code == 405


def test_the_files_are_safe_for_spreadsheets(ill, site, admin):
    for key in KEYS:
        response = admin.get(reverse("home_health_csv", args=[key]), {"site": site.pk})
        assert response.status_code == 200
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(rows) >= 2, key
        cells = [cell for row in rows for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'=Malade" in admin.get(
        reverse("home_health_csv", args=["a-relire"]), {"site": site.pk}
    ).content.decode("utf-8-sig")


def test_editors_see_their_own_site(ill, sites):
    editor = signed_in(member("Rédaction pedatechcisp.be"))
    assert "pedatechcisp.be" in editor.get(reverse("home_health")).content.decode()
    refused = editor.get(reverse("home_health"), {"site": sites["cisp"].pk})
    assert refused.status_code == 302
    nobody = signed_in(member())
    assert nobody.get(reverse("home_health")).status_code == 302


def test_what_is_not_there_is_not_found(sites, admin):
    assert admin.get("/gestion/sante/rien/").status_code == 404
    assert admin.get("/gestion/sante/rien.csv").status_code == 404
    assert admin.get(reverse("home_health"), {"site": "x"}).status_code == 302


@pytest.mark.parametrize("key", KEYS)
def test_a_list_asks_no_more_with_more_rows(ill, site, admin, key, django_assert_max_num_queries):
    address = reverse("home_health_list", args=[key])
    with django_assert_max_num_queries(60) as first:
        admin.get(address, {"site": site.pk})
    for number in range(15):
        page = ill.copy(update_attrs={"slug": f"malade-{number}"})
        PageReview.objects.create(page=page, review_on=timezone.localdate())
    with django_assert_max_num_queries(len(first) + (40 if key == "lisibilite" else 2)):
        admin.get(address, {"site": site.pk})
