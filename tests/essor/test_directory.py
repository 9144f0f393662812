"""Bodies, mandates with their dates, federations."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from essor.models import BodyPage, DirectoryPage, FederationsPage, Mandate
from home.models import Organisation
from home.visibility import is_public
from tests.factories import SiteImageFactory
from tests.support import Html


@pytest.fixture
def body(sites):
    directory = DirectoryPage(title="Qui fait quoi", slug="annuaire")
    sites["interfede"].root_page.add_child(instance=directory)
    page = BodyPage(title="Assemblée", slug="assemblee")
    directory.add_child(instance=page)
    return page


def mandate(body, person: str, start: int | None = None, end: int | None = None) -> Mandate:
    """Dates in days from today."""
    today = timezone.localdate()
    return Mandate.objects.create(
        page=body,
        role="Membre",
        person=person,
        starts_on=None if start is None else today + timedelta(days=start),
        ends_on=None if end is None else today + timedelta(days=end),
    )


def test_only_the_mandates_of_today_are_shown(body, interfede_client):
    mandate(body, "Sansdate")
    mandate(body, "Dernierjour", -9, 0)
    mandate(body, "Premierjour", 0, 9)
    mandate(body, "Finihier", -9, -1)
    mandate(body, "Demain", 1, 9)
    for path in ("/annuaire/", "/annuaire/assemblee/"):
        text = interfede_client.get(path).content.decode()
        assert all(name in text for name in ("Sansdate", "Dernierjour", "Premierjour"))
        assert "Finihier" not in text
        assert "Demain" not in text


def test_a_removed_person_is_nowhere(body, interfede_client):
    held = mandate(body, "Zoraïde Exemple")
    assert "Zoraïde" in interfede_client.get("/annuaire/assemblee/").content.decode()
    held.delete()
    for path in ("/annuaire/", "/annuaire/assemblee/"):
        assert "Zoraïde" not in interfede_client.get(path).content.decode()
    # The search repeats the words that were typed; it leads to nothing.
    found = interfede_client.get("/recherche/?q=Zoraïde+Exemple").content.decode()
    assert "/annuaire/assemblee/" not in found
    assert not any("mandate" in str(field.field_name) for field in BodyPage.search_fields)


def test_a_mandate_has_a_holder_and_dates_in_order():
    with pytest.raises(ValidationError):
        Mandate(role="x").clean()
    today = timezone.localdate()
    with pytest.raises(ValidationError) as error:
        Mandate(role="x", person="y", starts_on=today, ends_on=today - timedelta(days=1)).clean()
    assert "ends_on" in error.value.message_dict


def test_the_number_of_queries_does_not_grow(body, interfede_client, commit):
    with commit():
        mandate(body, "Un")
    interfede_client.get("/annuaire/")
    interfede_client.get("/annuaire/")
    one = len(interfede_client.queries)
    parent = DirectoryPage.objects.get()
    with commit():
        for number in range(20):
            page = BodyPage(title=f"Comité {number}", slug=f"comite-{number}")
            parent.add_child(instance=page)
            mandate(page, f"N{number}")
    interfede_client.get("/annuaire/")
    interfede_client.get("/annuaire/")
    assert len(interfede_client.queries) == one <= 8


def test_the_five_federations_with_their_sites(demo, interfede_client):
    interfede_client.get("/federations/")  # the cache of the sites is warm
    html = Html(interfede_client.get("/federations/"))
    names = [each.text for each in html.all("h2") if each.inside(class_="federation")]
    assert names == ["AID", "ALEAP", "CAIPS", "Lire et Écrire", "UNESSA"]
    links = {each.attrs["href"] for each in html.all("a", "arrow-link", rel="external")}
    wanted = Organisation.objects.filter(kind="federation").values_list("website", flat=True)
    assert links == set(wanted)
    assert len(interfede_client.queries) <= 12


def test_the_logo_of_a_federation_is_seen_while_their_page_is(sites):
    logo = SiteImageFactory()
    organisation = Organisation.objects.create(
        acronym="FFF", slug="fff", name="Une fédération", kind="federation", logo=logo
    )
    page = FederationsPage.objects.first() or sites["interfede"].root_page.add_child(
        instance=FederationsPage(title="Fédérations", slug="les-federations")
    )
    assert is_public(logo)
    page.unpublish()
    assert not is_public(logo)
    page.save_revision().publish()
    Organisation.objects.filter(pk=organisation.pk).update(kind="media")
    assert not is_public(logo)
