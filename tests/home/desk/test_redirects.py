"""Redirects: one hop, no circle, whatever alphabet, counted (S-10)."""

from __future__ import annotations

import csv
import io
import unicodedata
from urllib.parse import quote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.contrib.redirects.models import Redirect

from home import counters
from home.demo import OLD_ADDRESSES
from home.desk import bin as page_bin
from home.desk import missing, redirect_import, redirects
from home.desk.redirect_import import Effect
from home.models import DailyCount, StandardPage
from tests.home.desk.conftest import member, signed_in
from tests.support import HOSTS, Html, PublicClient

ADD = "/gestion/redirects/add/"
IMPORT = "/gestion/redirects/import/"


@pytest.fixture(autouse=True)
def fresh_minute():
    missing.forget()


@pytest.fixture
def page(sites):
    home = sites["interfede"].root_page
    return home.add_child(instance=StandardPage(title="Cible", slug="cible"))


def add(admin, old, *, page=None, link="", site=""):
    data = {"old_path": old, "site": site, "is_permanent": "on", "redirect_link": link}
    return admin.post(ADD, data | {"redirect_page": page.pk if page else ""}, follow=True)


def location(client, path):
    response = client.get(path)
    assert response.status_code == 301, path
    return response["Location"].removeprefix(f"http://{client.host}")


# --- The golden list -----------------------------------------------------------------------------


def golden_list():
    with OLD_ADDRESSES.open(encoding="utf-8") as file:
        return [row["ancienne adresse"] for row in csv.DictReader(file)]


def test_each_address_of_the_golden_list_is_one_hop_from_its_page(demo):
    """Every address of the old sites that others link to: 301, then 200. One visit, one count."""
    failed = []
    hosts = {host.partition(".")[0]: PublicClient(host) for host in HOSTS.values()}
    for old in golden_list():
        parts = urlsplit(old)
        name = {"interfede.be": "interfede", "pedatechcisp.be": "pedatech", "cisp.be": "cisp"}[
            parts.netloc.removeprefix("www.")
        ]
        asked = parts.path + (f"?{parts.query}" if parts.query else "")
        first = hosts[name].get(asked)
        target = urlsplit(first.get("Location", ""))
        client = hosts[target.netloc.partition(".")[0]] if target.netloc else hosts[name]
        second = client.get(target.path) if target.path else first
        if (first.status_code, second.status_code) != (301, 200):
            failed.append((asked, first.status_code, first.get("Location"), second.status_code))
    assert failed == []
    assert len(golden_list()) == 42


# --- Serving -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("old", ["/été/", "/Ça va", "/𝐋𝐞/", "/формация/"])
def test_an_address_is_found_in_any_form(page, sites, interfede_client, old, form):
    path, site = redirects.read_old(old, sites["interfede"])
    Redirect.objects.create(old_path=path, site=site, redirect_page=page)
    typed = quote(unicodedata.normalize(form, old), safe="/?")
    assert location(interfede_client, typed) == "/cible/"


def test_a_chain_is_served_in_one_hop_even_when_the_table_holds_it(page, sites, interfede_client):
    site = sites["interfede"]
    for old, new in (("/a", "/b"), ("/b", "/c")):
        Redirect.objects.create(old_path=old, site=site, redirect_link=site.root_url + new)
    Redirect.objects.create(old_path="/c", site=site, redirect_page=page)
    assert location(interfede_client, "/a/") == "/cible/"


def test_a_circle_in_the_table_is_not_served(sites, interfede_client):
    site = sites["interfede"]
    for old, new in (("/a", "/b"), ("/b", "/a")):
        Redirect.objects.create(old_path=old, site=site, redirect_link=site.root_url + new)
    assert interfede_client.get("/a/").status_code == 404


def test_a_target_that_is_not_live_stays_not_found(page, sites, interfede_client):
    Redirect.objects.create(old_path="/a", site=sites["interfede"], redirect_page=page)
    assert location(interfede_client, "/a/") == "/cible/"
    entry = page_bin.put(page, None)
    assert interfede_client.get("/a/").status_code == 404
    page_bin.restore(entry, None)
    assert location(interfede_client, "/a/") == "/cible/"


def test_a_redirect_of_a_site_is_that_site_s(page, sites, interfede_client, cisp_client):
    Redirect.objects.create(old_path="/a", site=sites["interfede"], redirect_page=page)
    assert cisp_client.get("/a/").status_code == 404
    Redirect.objects.create(old_path="/b", redirect_page=page)
    assert location(cisp_client, "/b/") == f"http://{HOSTS['interfede']}/cible/"
    # The site's own stands before the one of all sites.
    Redirect.objects.create(old_path="/a", redirect_link="https://example.org/")
    assert location(interfede_client, "/a/") == "/cible/"
    assert location(cisp_client, "/a/") == "https://example.org/"


def test_a_live_page_stands_before_a_redirect(page, sites, interfede_client):
    Redirect.objects.create(
        old_path="/cible", site=sites["interfede"], redirect_link="https://example.org/"
    )
    assert interfede_client.get("/cible/").status_code == 200


def test_hits_are_counted_without_a_write_in_the_visit(page, sites, interfede_client, admin):
    redirect = Redirect.objects.create(old_path="/a", site=sites["interfede"], redirect_page=page)
    for _ in range(3):
        interfede_client.get("/a/")
    counters.flush()
    assert DailyCount.objects.get(kind=redirects.HITS).count == 3
    assert DailyCount.objects.get(kind=redirects.HITS).key == str(redirect.pk)
    assert not DailyCount.objects.filter(kind=missing.MISSING).exists()
    listed = Html(admin.get("/gestion/redirects/", {"ordering": "-hits"}))
    rows = [each for each in listed.all("tr") if each.inside(id="listing-results")]
    words = rows[1].text.split()
    assert (words[0], words[-1]) == ("/a", "3")


def test_the_list_asks_no_more_with_more_redirects(page, admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        admin.get("/gestion/redirects/")
    for number in range(20):
        Redirect.objects.create(old_path=f"/a{number}", redirect_page=page)
    with django_assert_max_num_queries(30):
        admin.get("/gestion/redirects/")


@given(st.text(max_size=60))
def test_any_text_is_looked_for_without_harm(text):
    for path in redirects.candidates("/" + text):
        assert "\0" not in path


# --- The form ------------------------------------------------------------------------------------


def test_an_address_of_ours_becomes_its_page(page, admin, sites):
    add(admin, "https://www.interfede.be/vieux/", link="https://interfede.be/cible/")
    made = Redirect.objects.get(old_path="/vieux")
    assert (made.site, made.redirect_page_id, made.redirect_link) == (
        sites["interfede"],
        page.pk,
        "",
    )


def test_a_route_of_a_page_is_kept(demo, admin, interfede_client):
    from wagtail.models import Site

    site = Site.objects.get(hostname=HOSTS["interfede"])
    add(admin, "/vieux-flux/", link="/podcasts/flux.xml", site=site.pk)
    assert location(interfede_client, "/vieux-flux/").endswith("/podcasts/flux.xml")
    assert interfede_client.get("/podcasts/flux.xml").status_code == 200


def test_a_chain_is_shortened_from_both_ends(page, admin, sites):
    site = sites["interfede"]
    add(admin, "/b/", link="https://interfede.be/c/", site=site.pk)
    add(admin, "/a/", link="/b/", site=site.pk)
    assert Redirect.objects.get(old_path="/a").redirect_link.endswith("/c/")
    add(admin, "/c/", page=page, site=site.pk)
    assert set(
        Redirect.objects.filter(old_path__in=["/a", "/b", "/c"]).values_list(
            "redirect_page", flat=True
        )
    ) == {page.pk}


@pytest.mark.parametrize(
    ("old", "link"), [("/a/", "/a"), ("/a/", "https://www.interfede.be/a/"), ("/b/", "/a/")]
)
def test_a_circle_is_refused_beside_the_field(sites, admin, old, link):
    site = sites["interfede"]
    Redirect.objects.create(old_path="/a", site=site, redirect_link=site.root_url + "/b/")
    count = Redirect.objects.count()
    response = add(admin, old, link=link, site=site.pk)
    text = response.content.decode()
    assert "mène à elle-même" in text or "existe déjà" in text
    assert Redirect.objects.count() == count


@pytest.mark.parametrize(
    ("old", "link", "message"),
    [
        ("/a/", "", "Choisissez une page ou écrivez une adresse."),
        ("https://example.org/a", "https://example.org/", "pas celle d’un des trois sites"),
        ("/", "https://example.org/", "La page d’accueil ne se redirige pas."),
        ("/a/", "javascript:alert(1)", "commence par « / »"),
        ("/a/", "//example.org/", "commence par « / »"),
        ("/a/", "/b/", "Choisissez un site"),
        ("/" + "a" * 300, "https://example.org/", "255 signes"),
        ("http://[x", "https://example.org/", "pas une adresse"),
    ],
)
def test_what_is_wrong_is_said(sites, admin, old, link, message):
    before = Redirect.objects.count()
    text = add(admin, old, link=link).content.decode().replace("&#x27;", "'")
    assert message in text
    assert Redirect.objects.count() == before


def test_the_form_begins_with_what_the_list_of_lost_addresses_knows(page, admin, sites):
    site = sites["interfede"]
    text = admin.get(
        ADD, {"old_path": "/perdue/", "site": site.pk, "page": page.pk}
    ).content.decode()
    assert 'value="/perdue/"' in text
    assert "Cible" in text
    assert admin.get(ADD, {"site": "x", "page": "9" * 30}).status_code == 200


def test_one_can_be_changed_without_being_its_own_circle(page, admin, sites):
    redirect = Redirect.objects.create(
        old_path="/a", site=sites["interfede"], redirect_link="https://example.org/"
    )
    data = {"old_path": "/a", "site": redirect.site_id, "redirect_page": page.pk}
    admin.post(f"/gestion/redirects/{redirect.pk}/", data | {"redirect_link": ""})
    redirect.refresh_from_db()
    assert redirect.redirect_page_id == page.pk
    assert not redirect.is_permanent


# --- A file --------------------------------------------------------------------------------------


def planned(text, site=None):
    content = text.encode() if isinstance(text, str) else text
    return redirect_import.plan(redirect_import.read(content), site)


def test_a_file_is_shown_before_anything_is_written(page, admin, sites):
    before = Redirect.objects.count()
    text = (
        "ancienne adresse;nouvelle adresse;site;type\r\n"
        "/un/;/cible/;interfede.be;\r\n"
        "/deux/;/un/;interfede.be;temporaire\r\n"
        "/trois/;/trois/;interfede.be;\r\n"
        "/quatre/;/cible/;ailleurs.be;\r\n"
        "/un;/cible/;interfede.be;\r\n"
    )
    upload = SimpleUploadedFile("r.csv", text.encode("cp1252"))
    response = admin.post(IMPORT, {"fichier": upload, "site": ""})
    shown = response.content.decode()
    assert ">Enregistrer 2 redirections" in shown
    for reason in ("mène à elle-même", "pas un des trois sites", "que la ligne 2"):
        assert reason in shown
    assert Redirect.objects.count() == before
    plan = response.context["plan"]
    done = admin.post(reverse("home_redirects_confirm"), {"plan": plan}, follow=True)
    assert "2 redirections enregistrées. 3 lignes refusées." in done.content.decode()
    two = Redirect.objects.get(old_path="/deux")
    assert two.redirect_page_id == page.pk
    assert not two.is_permanent
    again = admin.post(IMPORT, {"fichier": SimpleUploadedFile("r.csv", text.encode())})
    assert ">Enregistrer 2" not in again.content.decode()


def test_rows_lead_to_the_end_of_their_chain(page, sites):
    site = sites["interfede"]
    rows = planned("/a,/b\n/b,/c\n/c,/cible/\n", site)
    assert [each.effect for each in rows] == [Effect.ADD] * 3
    assert {each.target.page.pk for each in rows} == {page.pk}


def test_a_circle_within_a_file_is_refused(sites):
    rows = planned("/a,/b\n/b,/c\n/c,/a\n/d,https://example.org/\n", sites["interfede"])
    assert [each.effect for each in rows] == [Effect.REFUSE] * 3 + [Effect.ADD]


def test_a_circle_through_the_table_is_refused(sites):
    site = sites["interfede"]
    Redirect.objects.create(old_path="/b", site=site, redirect_link=site.root_url + "/a/")
    rows = planned("/a,/b\n", site)
    assert [each.effect for each in rows] == [Effect.REFUSE]


def test_a_second_import_changes_nothing(page, sites):
    text = "/a,/cible/\n/é,https://example.org/\n"
    redirect_import.apply(planned(text, sites["interfede"]), None)
    assert {each.effect for each in planned(text, sites["interfede"])} == {Effect.SAME}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide"),
        (b"PK\x03\x04\x00\x00", "pas un fichier CSV"),
        (b"seule colonne\n/a\n", "deux colonnes"),
        (b"/a,/b\n" * 5_001, "5000 lignes"),
        (b"a" * 1_000_001, "1 Mo"),
    ],
)
def test_a_file_that_is_none_is_refused(sites, admin, content, message):
    response = admin.post(IMPORT, {"fichier": SimpleUploadedFile("r.csv", content)})
    assert message in response.content.decode()
    assert response.status_code == 200


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_message(content):
    try:
        rows = redirect_import.read(content)
    except redirect_import.FileError:
        return
    assert all(isinstance(row.old, str) for row in rows)


def test_a_plan_that_was_touched_is_refused(sites, admin):
    before = Redirect.objects.count()
    response = admin.post(reverse("home_redirects_confirm"), {"plan": "x:y:z"}, follow=True)
    assert "plus valable" in response.content.decode()
    assert Redirect.objects.count() == before


def test_who_may_not_add_redirects_may_not_import(sites):
    writer = signed_in(member("Rédaction interfede.be"))
    assert writer.get(IMPORT).status_code == 302
    assert writer.post(reverse("home_redirects_confirm"), {"plan": ""}).status_code == 302


def test_the_export_is_safe_for_spreadsheets(sites, admin):
    Redirect.objects.create(old_path="/a", redirect_link="https://example.org/?=1")
    response = admin.get("/gestion/redirects/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert "/a" in [row[0] for row in rows]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_command_reads_and_writes_the_same(page, sites, tmp_path):
    file = tmp_path / "r.csv"
    file.write_text("https://interfede.be/a/,https://interfede.be/cible/\n")
    out = io.StringIO()
    call_command("import_redirects", str(file), stdout=out)
    assert "1 nouvelle(s)" in out.getvalue()
    assert not Redirect.objects.filter(old_path="/a").exists()
    call_command("import_redirects", str(file), write=True, stdout=out)
    assert Redirect.objects.get(old_path="/a").redirect_page_id == page.pk
