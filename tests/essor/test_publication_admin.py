"""What editors do: publish with few fields, keep corrections, manage kinds."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from essor.models import (
    PublicationCorrection,
    PublicationIndexPage,
    PublicationKind,
    PublicationPage,
)
from tests.factories import UserFactory
from tests.factories.publications import PublicationPageFactory

EMPTY_INLINES = {
    f"{name}-{part}": "0"
    for name in ("files", "authors", "corrections")
    for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")
}


@pytest.fixture
def editor(sites, client):
    """Somebody of the group that publishes on interfede.be."""
    user = UserFactory(groups=[Group.objects.get(name="Publication interfede.be")])
    client.force_login(user)
    client.defaults["HTTP_HOST"] = "interfede.localhost"
    return client


@pytest.fixture
def index(sites) -> PublicationIndexPage:
    return PublicationIndexPage.objects.get()


def add(editor, index, **fields):
    """What the form sends; what an editor does not touch is empty."""
    url = reverse("wagtailadmin_pages:add", args=["essor", "publicationpage", index.pk])
    untouched = {
        "slug": "mention",
        "body": streamfield([]),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    data = nested_form_data(untouched) | EMPTY_INLINES | fields
    return editor.post(url, data | {"action-publish": "1"})


def test_a_press_mention_takes_six_fields(editor, index):
    filled = {
        "title": "Un article sur le secteur",
        "publication_kind": str(PublicationKind.objects.get(slug="article-presse").pk),
        "published": "25 juillet 2024",
        "search_description": "Un article paru dans Le Vif.",
        "medium": "Le Vif",
        "external_url": "https://www.levif.be/",
    }
    assert len(filled) <= 6
    response = add(editor, index, **filled)
    assert response.status_code == 302, response.context["form"].errors
    page = PublicationPage.objects.get(slug="mention")
    assert page.live
    assert page.published == "2024-07-25"


def test_title_kind_and_date_are_enough(editor, index):
    kind = PublicationKind.objects.get(slug="communique")
    response = add(editor, index, title="Communiqué", publication_kind=kind.pk, published="2024")
    assert response.status_code == 302


@pytest.mark.parametrize("published", ["", "hier", "31/02/2024"])
def test_a_wrong_date_is_refused_beside_its_field(editor, index, published):
    kind = PublicationKind.objects.get(slug="communique")
    response = add(editor, index, title="Communiqué", publication_kind=kind.pk, published=published)
    assert response.status_code == 200
    assert "published" in response.context["form"].errors
    assert not PublicationPage.objects.exists()


@pytest.mark.parametrize("change", [{"DELETE": "1"}, {"text": "Rien à signaler."}])
def test_a_published_correction_is_kept_and_the_editor_told(editor, index, change):
    page = PublicationPageFactory()
    page.corrections.add(PublicationCorrection(text="Lire 12 et non 21."))
    page.save_revision().publish()
    notice = PublicationCorrection.objects.get()
    sent = {
        "title": page.title,
        "slug": page.slug,
        "publication_kind": page.publication_kind_id,
        "published": "mai 2024",
        **EMPTY_INLINES,
        "corrections-TOTAL_FORMS": "1",
        "corrections-INITIAL_FORMS": "1",
        "corrections-0-id": notice.pk,
        "corrections-0-date": notice.date.isoformat(),
        "corrections-0-text": notice.text,
        "corrections-0-ORDER": "1",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
        **nested_form_data({"body": streamfield([])}),
        **{f"corrections-0-{name}": value for name, value in change.items()},
    }
    response = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)
    assert response.status_code == 200
    assert "ni effacé ni changé" in response.content.decode()
    assert PublicationCorrection.objects.get(pk=notice.pk).text == "Lire 12 et non 21."


def test_the_form_and_its_preview_open(editor, index):
    page = PublicationPageFactory()
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    url = reverse("wagtailadmin_pages:add", args=["essor", "publicationpage", index.pk])
    assert editor.get(url).status_code == 200


def test_kinds_are_records(admin_client, sites):
    url = reverse("wagtailsnippets_essor_publicationkind:add")
    data = {
        "name": "Roman-photo",
        "plural": "Romans-photos",
        "slug": "roman-photo",
        "icon": "book",
        "cited_as": "autre",
        "is_filter": "on",
        "sort_order": "5",
    }
    response = admin_client.post(url, data, headers={"host": "interfede.localhost"})
    assert response.status_code == 302, response.content[:2000]
    assert PublicationKind.objects.get(slug="roman-photo").plural == "Romans-photos"


def test_a_kind_in_use_cannot_be_deleted(index):
    from django.db.models import ProtectedError

    kind = PublicationPageFactory().publication_kind
    with pytest.raises(ProtectedError):
        kind.delete()
