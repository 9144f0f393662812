"""The catalogue's page: bad input, addresses, rubrics, terms, states."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from pedatech.models import Rubric, Term
from tests.factories.pedatech import ResourcePageFactory, RubricFactory, TermFactory
from tests.support import Html

BAD = (
    ("theme=nimporte", "Ce choix n’existe pas dans « Thème » : « nimporte »."),
    ("page=99", "Cette page de la liste n’existe pas."),
    ("page=abc", "Cette page de la liste n’existe pas."),
    ("tri=au-hasard", "Choisissez un ordre de la liste."),
    ("tri=titre&tri=recent", "Cette réponse est donnée deux fois."),
    ("liste=a,b", "Cette adresse de liste est abîmée"),
    ("liste=" + ",".join(map(str, range(1, 90))), "Une liste tient 60 ressources au plus."),
    ("q=" + "mot" * 90, "Ce texte est trop long"),
    ("q=%00", "Ce texte contient des signes illisibles."),
)


@pytest.mark.parametrize(("query", "message"), BAD)
def test_bad_input_gets_a_sentence_and_a_list(catalogue, pedatech_client, query, message):
    ResourcePageFactory(title="Toujours là")
    response = pedatech_client.get(f"/catalogue/?{query}")
    assert response.status_code == 200
    text = " ".join(response.content.decode().split())
    assert message in text
    assert "Toujours là" in text


def test_an_empty_catalogue_says_so(catalogue, pedatech_client):
    assert "encore vide" in pedatech_client.get("/catalogue/").content.decode()
    assert pedatech_client.get("/").status_code == 200


def test_no_result_tells_the_way_out(catalogue, pedatech_client):
    ResourcePageFactory()
    response = pedatech_client.get("/catalogue/?q=introuvable")
    assert "Aucune ressource pour" in Html(response).one(id="resultats").text
    assert "revoyez tout le catalogue" in response.content.decode()


def test_each_filter_is_removed_by_a_link(catalogue, pedatech_client):
    ResourcePageFactory(terms=[TermFactory(name="Alpha")])
    html = Html(pedatech_client.get("/catalogue/?theme=alpha&genre=outil&q=essai&tri=titre"))
    links = {each.text: each.attrs["href"] for each in html.all("a", "chip")}
    assert links["Enlever le filtre Alpha"] == "/catalogue/?q=essai&genre=outil&tri=titre"
    assert (
        links["Enlever le filtre Outil pédagogique"] == "/catalogue/?q=essai&theme=alpha&tri=titre"
    )


@pytest.mark.parametrize(
    ("order", "wanted"),
    [("titre", ["Âne", "Bois", "Zèbre"]), ("duree", ["Zèbre", "Âne", "Bois"])],
)
def test_orders(catalogue, pedatech_client, order, wanted):
    for title, duration in (("Bois", None), ("Zèbre", 10), ("Âne", 60)):
        ResourcePageFactory(title=title, duration=duration)
    html = Html(pedatech_client.get(f"/catalogue/?tri={order}"))
    assert [each.text for each in html.all("h3") if each.inside(class_="tool")] == wanted


def test_pages_are_links_that_keep_the_search(catalogue, pedatech_client):
    for _ in range(25):
        ResourcePageFactory()
    html = Html(pedatech_client.get("/catalogue/?genre=outil"))
    assert len(html.all("li", "tool")) == 20
    following = html.one("a", rel="next").attrs["href"]
    assert following == "/catalogue/?genre=outil&page=2"
    assert len(Html(pedatech_client.get(following)).all("li", "tool")) == 5


def test_the_path_of_three_levels_has_its_address_and_breadcrumbs(catalogue, pedatech_client):
    section = RubricFactory(name="Outils pédagogiques")
    rubric = RubricFactory(name="Validation des compétences", parent=section)
    last = RubricFactory(name="Productions", parent=rubric)
    ResourcePageFactory(title="Dedans", rubrics=[last])
    ResourcePageFactory(title="Dehors")
    address = "/catalogue/rubriques/outils-pedagogiques/validation-des-competences/productions/"
    html = Html(pedatech_client.get(address))
    steps = [each.text for each in html.all("li") if each.inside(class_="breadcrumbs")]
    assert steps == ["Accueil", "Catalogue", section.name, rubric.name, last.name]
    assert [each.text for each in html.all("h3") if each.inside(class_="tool")] == ["Dedans"]
    assert html.one("h1").text == "Productions"
    above = Html(pedatech_client.get("/catalogue/rubriques/outils-pedagogiques/"))
    assert above.one(id="resultats").text == "1 ressource dans Outils pédagogiques"
    assert pedatech_client.get("/catalogue/rubriques/rien/").status_code == 404
    assert address in pedatech_client.get("/sitemap.xml").content.decode()


def test_rubrics_have_three_levels_no_circle_and_one_address(catalogue):
    first = RubricFactory(name="Un")
    second = RubricFactory(name="Deux", parent=first)
    third = RubricFactory(name="Trois", parent=second)
    with pytest.raises(ValidationError, match="Trois niveaux"):
        Rubric(name="Quatre", parent=third).full_clean(exclude=["path"])
    first.parent = third
    with pytest.raises(ValidationError, match="dans elle-même"):
        first.full_clean(exclude=["path"])
    with pytest.raises(ValidationError, match="déjà cette adresse"):
        Rubric(name="Deux", parent=Rubric.objects.get(pk=first.pk)).full_clean(exclude=["path"])
    second.slug = "autre"
    second.save()
    third.refresh_from_db()
    assert third.path == "un/autre/trois"


def test_a_term_has_a_page_with_its_resources(catalogue, pedatech_client):
    term = TermFactory(vocabulary="rome", code="F1703", name="Maçonnerie")
    ResourcePageFactory(title="Monter un mur", terms=[term])
    assert pedatech_client.get("/catalogue/reperes/").status_code == 200
    html = Html(pedatech_client.get("/catalogue/reperes/rome/f1703-maconnerie/"))
    assert html.one("h1").text == "F1703 – Maçonnerie"
    assert [each.text for each in html.all("h3")][:1] == ["Monter un mur"]
    for path in ("rome/rien", "nimporte/f1703-maconnerie"):
        assert pedatech_client.get(f"/catalogue/reperes/{path}/").status_code == 404
    with pytest.raises(ValidationError):
        Term(vocabulary="rome", code="F1703", name="Maçonnerie").full_clean()


def test_old_addresses_lead_to_the_catalogue(catalogue, pedatech_client, interfede_client):
    response = pedatech_client.get("/login/index.php")
    assert (response.status_code, response["Location"].split("/", 3)[3]) == (301, "catalogue/")
    assert interfede_client.get("/fiches-outils-orientation/").status_code == 301


def test_the_address_of_an_htmx_answer_has_no_empty_field(catalogue, pedatech_client):
    ResourcePageFactory()
    response = pedatech_client.get(
        "/catalogue/?q=&tri=pertinence&genre=outil", headers={"HX-Request": "true"}
    )
    assert response["HX-Push-Url"] == "/catalogue/?genre=outil"
    assert "HX-Request" in response["Vary"]


def test_no_cookie_for_visitors(catalogue, pedatech_client):
    for path in ("/", "/catalogue/", "/catalogue/liste/?ids=1"):
        assert not pedatech_client.get(path).cookies
