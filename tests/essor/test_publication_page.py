"""A publication: what it says, how it is cited, its parts, corrections, versions, funders."""

import json

import bibtexparser
import pytest
import rispy
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from essor.demo.publications import AMAC, RARE_PAGE, RARE_WORD
from essor.models import (
    PublicationCorrection,
    PublicationIndexPage,
    PublicationPage,
)
from essor.publications import citations
from essor.publications.citations import Citation, CitedAs
from home.documents import process
from tests.factories.publications import (
    AuthorFactory,
    OrganisationFactory,
    ProjectFactory,
    PublicationPageFactory,
    PublicationPartPageFactory,
    TopicFactory,
)
from tests.files import make_document, make_pdf
from tests.support import Html, examples


@pytest.fixture
def index(sites) -> PublicationIndexPage:
    return PublicationIndexPage.objects.get()


def path_of(page) -> str:
    return "/" + page.get_url().split("/", 3)[3]


def show(client, page) -> Html:
    response = client.get(path_of(page))
    assert response.status_code == 200
    return Html(response)


def html_json(html: Html) -> dict:
    return json.loads("".join(html.one("script", type="application/ld+json").parts))


# --- The page ------------------------------------------------------------------------------------


def test_tells_kind_date_people_and_the_weight_of_its_file(index, interfede_client):
    document = make_document(make_pdf(["un", "deux"]))
    process(document)
    page = PublicationPageFactory(
        published="2024-09-17",
        people=[AuthorFactory(given_name="Ada", family_name="Exemple")],
        bodies=[OrganisationFactory(name="Organisme d’essai")],
        documents=[document],
    )
    html = show(interfede_client, page)
    text = html.one("main").text.replace("\u00a0", " ")
    for words in ("Étude", "17 septembre 2024", "Ada Exemple", "Organisme d’essai", "2 pages"):
        assert words in text
    link = html.one("a", "file-link")
    assert link.attrs["href"] == document.url
    assert "PDF" in link.text


def test_three_clicks_from_home_to_file(index, interfede_client):
    """Home → publications → study → file; each address stands on the page before."""
    document = make_document()
    process(document)
    study = PublicationPageFactory(documents=[document])
    home = Html(interfede_client.get("/"))
    assert any(each.attrs.get("href") == "/publications/" for each in home.all("a"))
    listed = Html(interfede_client.get("/publications/"))
    assert any(each.attrs.get("href", "").endswith(path_of(study)) for each in listed.all("a"))
    file = show(interfede_client, study).one("a", "file-link").attrs["href"]
    response = interfede_client.get(file)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_the_demo_pdf_is_real_and_the_word_stands_on_one_page_only(demo):
    document = PublicationPage.objects.get(slug=AMAC).documents[0]
    assert document.page_count >= 10
    pages = [at for at, text in enumerate(document.page_texts, start=1) if RARE_WORD in text]
    assert pages == [RARE_PAGE]
    assert document.language == "fr"
    assert "œ" in document.text


def test_demo_makes_nothing_twice(demo):
    from essor.demo import publications

    home = PublicationIndexPage.objects.get().get_parent().specific
    before = PublicationPage.objects.count()
    assert publications.load(home) == 0
    assert PublicationPage.objects.count() == before


def test_press_is_a_link_without_a_copy(demo):
    press = PublicationPage.objects.filter(publication_kind__slug="article-presse")
    assert press
    for page in press:
        assert page.external_url
        assert not page.documents


def test_a_script_in_a_title_stays_text(index, interfede_client):
    page = PublicationPageFactory(title="</script><script>alert(1)</script>", slug="script")
    response = interfede_client.get(path_of(page))
    assert b"<script>alert" not in response.content
    assert html_json(Html(response))["name"] == page.title


def test_related_publications_share_a_topic_and_are_not_replaced(index, interfede_client):
    topic = TopicFactory()
    page = PublicationPageFactory(topics=[topic])
    other = PublicationPageFactory(title="Voisine", topics=[topic])
    old = PublicationPageFactory(title="Ancienne", topics=[topic])
    PublicationPageFactory(title="Nouvelle", topics=[topic], replaces=old)
    PublicationPageFactory(title="Ailleurs", topics=[TopicFactory()])
    html = show(interfede_client, page)
    shown = {each.text for each in html.all("h3", "pub__title")}
    assert shown == {other.title, "Nouvelle"}


# --- Citations -----------------------------------------------------------------------------------


def test_highwire_tags_and_json_ld(index, interfede_client):
    document = make_document()
    process(document)
    page = PublicationPageFactory(
        title="Étude d’essai",
        published="2024-04",
        people=[
            AuthorFactory(given_name="Ada", family_name="Exemple"),
            AuthorFactory(given_name="Bo", family_name="Modèle"),
        ],
        documents=[document],
    )
    html = show(interfede_client, page)
    authors = [each.attrs["content"] for each in html.all("meta", name="citation_author")]
    assert authors == ["Exemple, Ada", "Modèle, Bo"]
    assert html.meta("citation_title") == "Étude d’essai"
    assert html.meta("citation_publication_date") == "2024/04"
    assert html.meta("citation_pdf_url").endswith(document.url)
    data = html_json(html)
    assert data["@type"] == "Report"
    assert data["datePublished"] == "2024-04"
    assert [each["name"] for each in data["author"]] == ["Ada Exemple", "Bo Modèle"]


def test_ris_and_bibtex_are_read_back(index, interfede_client):
    page = PublicationPageFactory(
        title="Coûts & bénéfices : 100 % {accolades}",
        published="2024-04-12",
        people=[AuthorFactory(given_name="Ada", family_name="Exemple")],
    )
    response = interfede_client.get(f"{path_of(page)}citation.ris")
    assert response["Content-Type"].startswith("application/x-research-info-systems")
    (reference,) = rispy.loads(response.content.decode())
    assert reference["title"] == page.title
    assert reference["authors"] == ["Exemple, Ada"]
    assert reference["year"] == "2024"
    assert reference["type_of_reference"] == "RPRT"

    response = interfede_client.get(f"{path_of(page)}citation.bib")
    library = bibtexparser.parse_string(response.content.decode())
    assert not library.failed_blocks
    (entry,) = library.entries
    assert entry.entry_type == "techreport"
    assert entry["author"] == "Exemple, Ada"
    assert entry["year"] == "2024"
    assert "Coûts" in entry["title"]


@given(
    title=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1
    ).filter(str.strip),
    kind=st.sampled_from(list(CitedAs)),
    medium=st.sampled_from(["", "Le Soir", "A & B"]),
)
@settings(max_examples=examples(60))
def test_any_title_gives_citations_that_parse(title: str, kind: CitedAs, medium: str):
    citation = Citation(
        title=title,
        people=[],
        bodies=["Interfédération des CISP"],
        kind="Étude",
        cited_as=kind,
        published="2024-04",
        date_label="avril 2024",
        publisher="Interfédération des CISP",
        medium=medium,
        number="12" if medium else "",
        url="https://interfede.be/publications/x/",
        pdf_url="",
        language="fr",
    )
    (reference,) = rispy.loads(citations.ris(citation))
    assert reference["year"] == "2024"
    library = bibtexparser.parse_string(citations.bibtex(citation))
    assert not library.failed_blocks
    assert len(library.entries) == 1
    assert "2024" in citation.line


def test_a_private_page_keeps_its_citation_private(index, interfede_client):
    page = PublicationPageFactory()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    for route in ("", "citation.ris", "citation.bib"):
        response = interfede_client.get(f"{path_of(page)}{route}")
        assert response.status_code == 302, route
        assert page.title.encode() not in response.content


def test_a_draft_has_no_citation(index, interfede_client):
    page = PublicationPageFactory(live=False)
    for route in ("", "citation.ris", "citation.bib"):
        assert interfede_client.get(f"{path_of(page)}{route}").status_code == 404


# --- Parts ---------------------------------------------------------------------------------------


def test_parts_follow_one_another(index, interfede_client):
    whole = PublicationPageFactory(title="Étude")
    first, second, third = (
        PublicationPartPageFactory(parent=whole, title=title) for title in ("Un", "Deux", "Trois")
    )
    PublicationPartPageFactory(parent=whole, title="Brouillon", live=False)
    html = show(interfede_client, whole)
    assert [each.text for each in html.all("a") if each.inside(class_="contents")] == [
        "Un",
        "Deux",
        "Trois",
    ]
    html = show(interfede_client, second)
    assert html.one("a", rel="prev").attrs["href"].endswith(path_of(first))
    assert html.one("a", rel="next").attrs["href"].endswith(path_of(third))
    assert not show(interfede_client, first).all("a", rel="prev")
    assert not show(interfede_client, third).all("a", rel="next")


# --- Versions ------------------------------------------------------------------------------------


def test_the_old_version_stays_readable_and_names_the_new_one(index, interfede_client):
    old = PublicationPageFactory(title="Chiffres 2022", published="2024")
    new = PublicationPageFactory(title="Chiffres 2023", published="2025", replaces=old)
    assert (
        "Cette version est remplacée par Chiffres 2023"
        in show(interfede_client, old).one("div", "message").text
    )
    assert any(
        each.attrs.get("href", "").endswith(path_of(old)) and each.inside(class_="sheet")
        for each in show(interfede_client, new).all("a")
    )
    new.unpublish()
    assert not show(interfede_client, old).all("div", "message")


def test_no_version_replaces_itself(index):
    first = PublicationPageFactory()
    second = PublicationPageFactory(replaces=first)
    first.replaces = second
    with pytest.raises(ValidationError) as refused:
        first.full_clean()
    assert "replaces" in refused.value.message_dict


# --- Corrections ---------------------------------------------------------------------------------


def correct(page: PublicationPage, text: str) -> PublicationCorrection:
    page.corrections.add(PublicationCorrection(text=text))
    page.save_revision().publish()
    return PublicationCorrection.objects.get(page=page, text=text)


def test_a_correction_is_dated_and_stands_on_the_page(index, interfede_client):
    page = PublicationPageFactory()
    notice = correct(page, "Lire 12 et non 21.")
    assert notice.published_at is not None
    html = show(interfede_client, page)
    assert "Lire 12 et non 21." in html.one("div", "correction", id=f"correctif-{notice.pk}").text


def test_an_older_revision_does_not_take_a_correction_away(index):
    page = PublicationPageFactory()
    before = page.save_revision()
    notice = correct(PublicationPage.objects.get(pk=page.pk), "Lire 12 et non 21.")
    before.publish()
    kept = PublicationCorrection.objects.get(page_id=page.pk)
    assert (kept.text, kept.uid) == (notice.text, notice.uid)


def test_a_correction_cannot_be_rewritten_by_code_of_the_page_either(index):
    page = PublicationPageFactory()
    notice = correct(page, "Lire 12 et non 21.")
    page = PublicationPage.objects.get(pk=page.pk)
    changed = list(page.corrections.all())
    changed[0].text = "Rien à signaler."
    page.corrections.set(changed)
    page.save_revision().publish()
    assert PublicationCorrection.objects.get(pk=notice.pk).text == "Lire 12 et non 21."


# --- Projects ------------------------------------------------------------------------------------


def test_the_funder_is_named_on_the_page_of_its_project(index, interfede_client):
    project = ProjectFactory(name="Projet d’essai", slug="essai")
    page = PublicationPageFactory(title="Payée", project=project)
    funder = project.funders.get().organisation.name
    assert funder in show(interfede_client, page).one("section", "funders").text
    html = Html(interfede_client.get("/publications/projets/essai/"))
    assert html.one("h1").text == "Projet d’essai"
    assert funder in html.one("section", "funders").text
    assert html.one("h3", "pub__title").text == "Payée"


def test_a_project_without_publications_has_no_page(index, interfede_client):
    ProjectFactory(slug="vide")
    assert interfede_client.get("/publications/projets/vide/").status_code == 404
    assert interfede_client.get("/publications/projets/inconnu/").status_code == 404
