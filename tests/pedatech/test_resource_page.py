"""A resource: what publication asks, what the page tells, structured data, contents of others."""

from __future__ import annotations

import json

import jsonschema
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import PageViewRestriction

from pedatech import licences
from pedatech.embeds import frame_for
from pedatech.models import (
    RelatedPage,
    ResourceEmbed,
    ResourceFile,
    ResourceLink,
    ResourcePage,
    ResourceVersion,
)
from pedatech.models.resources import duration_class, duration_label
from tests.factories import UserFactory
from tests.factories.pedatech import ReferentialPageFactory, ResourcePageFactory, TermFactory
from tests.files import make_document
from tests.support import Html

PROFILE = {
    "type": "object",
    "required": [
        *("@context", "@type", "url", "name", "description", "inLanguage"),
        *("learningResourceType", "educationalLevel", "teaches", "timeRequired", "audience"),
        *("license", "author", "dateModified", "publisher", "educationalAlignment"),
    ],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "LearningResource"},
        "url": {"type": "string", "pattern": "^http"},
        "name": {"type": "string", "minLength": 1},
        "description": {"type": "string", "minLength": 1},
        "inLanguage": {"enum": ["fr", "nl", "de", "en", "mul", "zxx"]},
        "educationalLevel": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "teaches": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "timeRequired": {"type": "string", "pattern": r"^PT(\d+H)?(\d+M)?$"},
        "license": {"type": "string", "minLength": 1},
        "author": {
            "type": "array",
            "minItems": 1,
            "items": {"required": ["@type", "name"]},
        },
        "dateModified": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT"},
        "audience": {
            "type": "array",
            "minItems": 1,
            "items": {"properties": {"@type": {"const": "EducationalAudience"}}},
        },
        "educationalAlignment": {
            "type": "array",
            "items": {"required": ["@type", "alignmentType", "educationalFramework", "targetName"]},
        },
    },
}


def json_ld(response) -> dict:
    return json.loads(Html(response).one("script", type="application/ld+json").text)


def test_the_structured_data_keep_the_profile(catalogue, pedatech_client):
    page = ResourcePageFactory(
        title="Monter </script> un mur",
        duration=90,
        authors="Nom, Prénom; Autre, Nom",
        terms=[
            TermFactory(name="Bâtiment"),
            TermFactory(vocabulary="niveau", name="Premiers pas"),
            TermFactory(vocabulary="public", name="Stagiaires"),
            TermFactory(vocabulary="rome", code="F1703", name="Maçonnerie"),
        ],
    )
    page.save_revision().publish()
    data = json_ld(pedatech_client.get(f"/catalogue/{page.slug}/"))
    jsonschema.validate(data, PROFILE)
    assert data["name"] == page.title
    assert data["timeRequired"] == "PT1H30M"
    assert [each["name"] for each in data["author"]] == ["Nom, Prénom", "Autre, Nom"]
    assert data["educationalAlignment"][0]["targetName"] == "F1703 – Maçonnerie"


def test_every_resource_of_the_demo_keeps_the_profile_as_far_as_it_is_known(demo, pedatech_client):
    known = {**PROFILE, "required": ["@type", "name", "learningResourceType", "license", "author"]}
    pages = ResourcePage.objects.listed().order_by("pk")
    assert pages.count() >= 60
    for page in pages:
        response = pedatech_client.get(f"/catalogue/{page.slug}/")
        assert response.status_code == 200, page
        jsonschema.validate(json_ld(response), known)


@pytest.mark.parametrize("name", ["licence", "introduction", "producer", "year", "resource_kind"])
def test_what_is_live_has_its_obligatory_fields(catalogue, name):
    page = ResourcePageFactory()
    setattr(page, name, None if name in ("producer", "year") else "")
    with pytest.raises(ValidationError) as raised:
        page.save()
    assert name in raised.value.message_dict
    page.live = False
    page.save()  # a draft may have holes


def test_a_digital_tool_answers_six_questions(catalogue, pedatech_client):
    page = ResourcePageFactory()
    page.resource_kind = "outil-numerique"
    with pytest.raises(ValidationError) as raised:
        page.save()
    assert set(raised.value.message_dict) == set(ResourcePage.TOOL_FIELDS)
    for name in ResourcePage.TOOL_FIELDS:
        setattr(page, name, "ne-sait-pas")
    page.save()
    assert list(ResourcePage.objects.to_complete()) == [page]
    text = pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    assert text.count("Ne sait pas") == 6


def test_a_resource_without_anything_to_open_stays_a_draft(catalogue):
    with pytest.raises(ValidationError, match="rien à ouvrir"):
        ResourcePageFactory(body=[])
    page = ResourcePageFactory(body=[], can_be_borrowed=True)
    assert page.live


def test_the_form_says_in_french_what_is_missing(catalogue, client, admin_user):
    """Draft: saved. Publication: refused, with a message beside the field."""
    client.force_login(admin_user)
    url = reverse("wagtailadmin_pages:add", args=["pedatech", "resourcepage", catalogue.pk])
    data = {
        "title": "Un brouillon",
        "slug": "un-brouillon",
        "resource_kind": "outil",
        "introduction": "",
        "language": "fr",
        "licence": "",
        "body-count": "0",
    }
    for name in ("files", "links", "embeds", "activities", "versions", "related", "comments"):
        data |= {
            f"{name}-TOTAL_FORMS": "0",
            f"{name}-INITIAL_FORMS": "0",
            f"{name}-MIN_NUM_FORMS": "0",
            f"{name}-MAX_NUM_FORMS": "1000",
        }
    host = {"headers": {"host": "pedatech.localhost"}}
    refused = client.post(url, {**data, "action-publish": "1"}, **host)
    assert refused.status_code == 200
    assert not ResourcePage.objects.exists()
    errors = refused.context["form"].errors
    assert {"licence", "introduction", "producer", "year"} <= set(errors)
    assert errors["licence"] == ["Champ requis."]
    kept = client.post(url, data, **host)
    assert kept.status_code == 302
    assert not ResourcePage.objects.get().live


@pytest.fixture
def admin_user(db):
    return UserFactory(username="chef", is_staff=True, is_superuser=True)


def test_reserved_addresses(catalogue):
    with pytest.raises(ValidationError, match="se sert déjà"):
        ResourcePageFactory(slug="liste")


@pytest.mark.parametrize("licence", licences.LICENCES)
def test_each_licence_has_its_sentence(catalogue, pedatech_client, licence):
    page = ResourcePageFactory(licence=licence.key)
    assert licence.sentence in pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()


def test_files_links_versions_review_and_citation(catalogue, pedatech_client):
    page = ResourcePageFactory(authors="Nom, Prénom", source_title="Revue", year=2021)
    page.files = [ResourceFile(document=make_document(title="Le guide"))]
    page.links = [ResourceLink(url="https://example.org/", label="Ailleurs")]
    page.versions = [ResourceVersion(number="1.1", changes="Page 3 corrigée")]
    page.save()
    text = " ".join(pedatech_client.get(f"/catalogue/{page.slug}/").content.decode().split())
    for wanted in (
        "Télécharger Le guide",
        "(PDF, ",
        "https://example.org/",
        "Page 3 corrigée",
        "Pas encore évalué.",
        f"Nom, Prénom (2021). {page.title}. Revue.",
    ):
        assert wanted in text
    page.review_relevance, page.review_text, page.is_favourite = 4, "Très utile.", True
    page.save()
    text = pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    assert "Très bon" in text
    assert "Coup de cœur" in text
    assert "Pas encore évalué" not in text


def test_three_related_pages_or_none_and_never_a_private_one(catalogue, pedatech_client):
    term = TermFactory()
    page = ResourcePageFactory(title="Ici", terms=[term])
    others = [ResourcePageFactory(terms=[term]) for _ in range(2)]
    private = ResourcePageFactory(title="Secrète", terms=[term])
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = ResourcePageFactory(title="Pas prête", live=False)
    page.related = [RelatedPage(target=private), RelatedPage(target=draft)]
    page.save()
    assert "À voir aussi" not in pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    others.append(ResourcePageFactory(terms=[term]))
    text = pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    assert "À voir aussi" in text
    assert all(other.title in text for other in others)
    assert "Secrète" not in text
    assert "Pas prête" not in text


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube-nocookie.com/embed/"),
        ("https://youtu.be/abcdefghijk?t=3", "https://www.youtube-nocookie.com/embed/"),
        ("https://view.genially.com/64a1b2c3d4e5f60011223344/x", "https://view.genially.com/"),
        ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789"),
    ],
)
def test_known_hosts_show_in_a_frame(url, frame):
    assert frame_for(url).frame_url.startswith(frame)


@pytest.mark.parametrize(
    "url",
    [
        *("http://youtu.be/abcdefghijk", "https://evil.example/watch?v=abcdefghijk"),
        *("https://youtube.com.evil.example/watch?v=abcdefghijk", "javascript:alert(1)"),
        *("https://www.youtube.com/watch?v=%22onload", "https://[bad", ""),
    ],
)
def test_other_hosts_do_not(url):
    assert frame_for(url) is None


def test_contents_of_others_ask_for_a_click_and_open_the_policy_here_only(
    catalogue, pedatech_client
):
    plain = ResourcePageFactory()
    page = ResourcePageFactory()
    page.embeds = [ResourceEmbed(url="https://youtu.be/abcdefghijk", title="Un film")]
    page.save()
    response = pedatech_client.get(f"/catalogue/{page.slug}/")
    html = Html(response)
    assert not html.all("iframe")
    assert (
        html.one("figure", "embed").attrs["data-embed"].startswith("https://www.youtube-nocookie")
    )
    assert "Charger le contenu de YouTube" in response.content.decode()
    assert any(
        each.attrs["href"] == "https://www.youtube.com/watch?v=abcdefghijk"
        for each in html.all("a")
    )
    policy = response["Content-Security-Policy"]
    assert "frame-src 'self' https://www.youtube-nocookie.com" in policy
    other = pedatech_client.get(f"/catalogue/{plain.slug}/")
    assert "youtube" not in other["Content-Security-Policy"]
    with pytest.raises(ValidationError, match="Ce site n’est pas dans la liste"):
        ResourceEmbed(page=page, url="https://evil.example/x", title="Non").full_clean()


def test_a_referential_tells_its_editions_and_leads_to_the_places(catalogue, pedatech_client):
    new = ReferentialPageFactory(title="Référentiel maçon")
    old = ReferentialPageFactory(title="Référentiel maçon ancien", edition="2019", replaced_by=new)
    text = " ".join(pedatech_client.get(f"/catalogue/{old.slug}/").content.decode().split())
    assert "Cette édition est remplacée par" in text
    assert f"/catalogue/{new.slug}/" in text
    text = pedatech_client.get(f"/catalogue/{new.slug}/").content.decode()
    assert f"/catalogue/{old.slug}/" in text
    assert "http://cisp.localhost/formations/?q=Ma%C3%A7onnerie+%2F+gros+%C5%93uvre" in text
    new.replaced_by = old
    with pytest.raises(ValidationError, match="se remplacent"):
        new.save()


def test_fifteen_referentials_of_interfede_in_the_demo(demo, pedatech_client, cisp_client):
    from pedatech.models import ReferentialPage

    pages = ReferentialPage.objects.listed().filter(source="interfede", replaced_by=None)
    assert pages.count() == 15
    for page in pages:
        answer = cisp_client.get("/formations/", {"q": page.trade})
        assert answer.status_code == 200
        assert "Nous avons compris" in answer.content.decode(), page.trade


def test_durations():
    assert [duration_class(each) for each in (None, 0, 29, 30, 60, 61, 180, 400, 900)] == [
        *("", "", "moins-de-30-min", "30-a-60-min", "30-a-60-min"),
        *("1-a-3-h", "1-a-3-h", "journee", "plus-d-un-jour"),
    ]
    assert [duration_label(each) for each in (None, 45, 60, 95)] == [
        *("", "45\u00a0min", "1\u00a0h", "1\u00a0h\u00a035"),
    ]


def test_queries_of_a_page_do_not_grow_with_its_terms_and_files(catalogue, pedatech_client):
    page = ResourcePageFactory(terms=[TermFactory()])
    pedatech_client.get(f"/catalogue/{page.slug}/")
    pedatech_client.get(f"/catalogue/{page.slug}/")
    few = len(pedatech_client.queries)
    page.terms = [TermFactory() for _ in range(20)]
    page.links = [ResourceLink(url="https://example.org/", label=str(n)) for n in range(9)]
    page.save()
    pedatech_client.get(f"/catalogue/{page.slug}/")
    pedatech_client.get(f"/catalogue/{page.slug}/")
    assert len(pedatech_client.queries) == few
