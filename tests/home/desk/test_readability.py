"""Plain French: the measure, our own texts, the question before a publication (C-36)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail.rich_text import RichText

from home.desk.readability import AIM, ASK_BELOW, score, score_of, syllables
from home.models import SiteImage, StandardPage
from home.visibility import public_pages
from tests.home.desk.conftest import member, signed_in

HARD = (
    "L’accompagnement socioprofessionnel individualisé des bénéficiaires nécessite "
    "l’opérationnalisation concertée de méthodologies pluridisciplinaires, conformément aux "
    "dispositions réglementaires susmentionnées et à l’institutionnalisation progressive des "
    "dispositifs territoriaux de gouvernance partenariale, indépendamment des considérations "
    "administratives préalablement communiquées aux différents opérateurs conventionnés."
)
PLAIN = (
    "Vous cherchez un travail. Un centre peut vous aider. La formation est gratuite. "
    "Vous venez au centre. On parle avec vous. Vous dites ce que vous aimez. "
    "Puis vous faites un essai. Si cela vous plaît, vous restez."
)
KEY_PAGES = (
    "/",
    "/comment-ca-se-passe/",
    "/est-ce-pour-moi/",
    "/infos/contact/",
    "/infos/vie-privee/",
)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("formation", 3),
        ("centre", 1),
        ("lieu", 1),
        ("gratuite", 2),
        ("école", 2),
        ("insertion", 3),
        ("socioprofessionnelle", 6),
        ("qualité", 3),
        ("aujourd’hui", 3),
        ("stagiaire", 2),
        ("l’eau", 1),
        ("pays", 1),
    ],
)
def test_syllables_as_one_says_them(word, number):
    assert syllables(word) == number


def test_the_formula_is_kandel_and_moles():
    found = score(PLAIN)
    assert found.sentences == 8
    assert found.flesch == pytest.approx(
        min(100, 207 - 1.015 * found.words / 8 - 73.6 * found.syllables / found.words)
    )


def test_hard_and_plain_texts_are_told_apart():
    assert score(HARD).flesch < 20
    assert score(PLAIN).flesch > 85
    assert score(HARD).longest[0].startswith("L’accompagnement")
    assert score("Trop court.").flesch == 100


@given(st.text(max_size=400))
def test_any_text_has_a_score(text):
    assert 0 <= score(text).flesch <= 100


def test_our_own_texts_are_plain(demo):
    """Mend the text, not the measure."""
    root = demo.get_parent()
    scores = {}
    for path in KEY_PAGES:
        page = public_pages().get(url_path=root.url_path.rstrip("/") + path)
        scores[path] = score_of(page.specific).rounded
    assert {path: found for path, found in scores.items() if found < AIM} == {}


def test_the_training_sites_are_plain(demo):
    hard = [
        page.title for page in demo.get_children().live().specific() if score_of(page).flesch < AIM
    ]
    assert hard == []


def test_a_page_with_an_image_is_measured_by_its_text(sites):
    """A block with an image has that image as its value, not a table of values."""
    image = SiteImage.objects.create(title="Atelier", file=get_test_image_file())
    image.decorative, image.contextual_alt_text = False, HARD
    page = StandardPage(
        title="Images",
        slug="images",
        body=[
            ("figure", {"image": image, "caption": "Un atelier"}),
            ("figure", {"image": None, "caption": ""}),
            ("text", RichText(f"<p>{PLAIN}</p>")),
        ],
    )
    sites["cisp"].root_page.add_child(instance=page)
    page = StandardPage.objects.get(pk=page.pk)
    assert score_of(page) == score(PLAIN)


# --- The question ------------------------------------------------------------------------------


def form_data(title, slug, text):
    return {
        "title": title,
        "slug": slug,
        "introduction": "",
        "body-count": "1",
        "body-0-type": "quote",
        "body-0-order": "0",
        "body-0-deleted": "",
        "body-0-id": "",
        "body-0-value-quote": text,
        "body-0-value-source": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }


def publish(client, page, text):
    data = form_data(page.title, page.slug, text)
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


@pytest.fixture
def page(sites):
    return sites["cisp"].root_page.add_child(instance=StandardPage(title="Aide", slug="aide"))


def test_a_hard_text_asks_and_keeps_the_draft(page, admin, cisp_client):
    response = publish(admin, page, HARD)
    text = response.content.decode()
    assert response.status_code == 200
    assert "sur 100" in text
    assert "Publier quand même" in text
    assert "individualisé" not in cisp_client.get("/aide/").content.decode()
    draft = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert HARD in str(draft.body)


def test_a_new_hard_text_is_not_public_before_the_answer(sites, admin, cisp_client):
    """Published straight from the form of a new page: it is written before the question is asked."""
    home = sites["cisp"].root_page
    address = reverse("wagtailadmin_pages:add", args=["home", "standardpage", home.pk])
    response = admin.post(address, form_data("Nouveau", "nouveau", HARD))
    assert "Publier quand même" in response.content.decode()
    page = Page.objects.get(slug="nouveau")
    assert not page.live
    assert cisp_client.get("/nouveau/").status_code == 404
    admin.post(reverse("home_publish_anyway", args=[page.pk]))
    assert "individualisé" in cisp_client.get("/nouveau/").content.decode()


def test_a_new_plain_text_is_public_at_once(sites, admin, cisp_client):
    home = sites["cisp"].root_page
    address = reverse("wagtailadmin_pages:add", args=["home", "standardpage", home.pk])
    assert admin.post(address, form_data("Facile", "facile", PLAIN)).status_code == 302
    page = Page.objects.get(slug="facile")
    assert (page.live, page.has_unpublished_changes) == (True, False)
    assert cisp_client.get("/facile/").status_code == 200


def test_the_second_click_publishes(page, admin, cisp_client):
    publish(admin, page, HARD)
    response = admin.post(reverse("home_publish_anyway", args=[page.pk]))
    assert response.status_code == 302
    assert "individualisé" in cisp_client.get("/aide/").content.decode()


def test_a_plain_text_is_published_at_once(page, admin, cisp_client):
    assert publish(admin, page, PLAIN).status_code == 302
    assert "Un centre peut vous aider" in cisp_client.get("/aide/").content.decode()


def test_other_sites_are_not_asked(sites, admin, interfede_client):
    page = sites["interfede"].root_page.add_child(instance=StandardPage(title="Aide", slug="aide"))
    assert publish(admin, page, HARD).status_code == 302
    assert "individualisé" in interfede_client.get("/aide/").content.decode()


def test_who_may_not_publish_cannot_by_this_way(page, admin, cisp_client):
    publish(admin, page, HARD)
    address = reverse("home_publish_anyway", args=[page.pk])
    for groups in (("Rédaction cisp.be",), ("Publication interfede.be",)):
        signed_in(member(*groups)).post(address)
    admin.get(address)
    assert "individualisé" not in cisp_client.get("/aide/").content.decode()


def test_the_limits_are_those_of_the_charter():
    assert (ASK_BELOW, AIM) == (60, 70)
