"""The memorandum as structure: counts, anchors that stay, filter, permalinks, print."""

import pytest

from essor.models import Axis, Measure, MemorandumPage, Proposal, PublicationIndexPage
from essor.models.publications import PublicationKind
from tests.support import Html

URL = "/publications/memorandum-2024-2029/"


@pytest.fixture
def memorandum(sites):
    """Two axes with two measures each; the first measure has two proposals."""
    home = sites["interfede"].root_page.specific
    page = MemorandumPage(
        title="Mémorandum",
        slug="memorandum-2024-2029",
        publication_kind=PublicationKind.objects.get(slug="memorandum"),
        published="2023",
    )
    page.axes = [
        Axis(
            title=f"Axe {letter}",
            sort_order=at,
            measures=[
                Measure(title=f"Mesure {letter}{number}", sort_order=number) for number in (1, 2)
            ],
        )
        for at, letter in enumerate("AB")
    ]
    first = page.axes.all()[0].measures.all()[0]
    first.proposals = [
        Proposal(text="Ouvrir l’accueil le soir", sort_order=0),
        Proposal(text="Payer les trajets", sort_order=1),
    ]
    PublicationIndexPage.objects.child_of(home).get().add_child(instance=page)
    page.save_revision().publish()
    return MemorandumPage.objects.get(pk=page.pk)


def anchors(page) -> dict[str, str]:
    page = MemorandumPage.objects.get(pk=page.pk)
    return {measure.title: measure.anchor for measure in Measure.objects.filter(axis__page=page)}


def test_the_demo_holds_four_axes_and_twelve_measures(demo, interfede_client):
    page = MemorandumPage.objects.get(slug="memorandum-2024-2029")
    assert Axis.objects.filter(page=page).count() == 4
    assert Measure.objects.filter(axis__page=page).count() == 12
    assert Proposal.objects.count() == 0, "no proposal is invented"
    html = Html(interfede_client.get(URL))
    assert len(html.all("h2", "axis__title")) == 4
    assert len(html.all("h3", "measure__title")) == 12
    assert "Lever les freins à la mobilité" in html.one("h3", id="mesure-1-2").text


def test_every_part_has_its_anchor(memorandum):
    assert anchors(memorandum) == {
        "Mesure A1": "mesure-1-1",
        "Mesure A2": "mesure-1-2",
        "Mesure B1": "mesure-2-1",
        "Mesure B2": "mesure-2-2",
    }
    assert set(Proposal.objects.values_list("anchor", flat=True)) == {
        "proposition-1-1-1",
        "proposition-1-1-2",
    }


def test_anchors_survive_another_order_and_another_title(memorandum):
    for axis in memorandum.axes.all():
        axis.sort_order = 1 - axis.sort_order
        axis.title = f"{axis.title}, autrement dit"
        axis.save()
    page = MemorandumPage.objects.get(pk=memorandum.pk)
    page.title = "Autre titre"
    page.save_revision().publish()
    assert anchors(page)["Mesure B1"] == "mesure-2-1"
    first, second = Axis.objects.filter(page=page).order_by("sort_order")
    assert (first.anchor, second.anchor) == ("axe-2", "axe-1")


def test_the_anchor_of_a_deleted_part_is_never_given_again(memorandum):
    axis = memorandum.axes.get(anchor="axe-2")
    axis.measures = [each for each in axis.measures.all() if each.anchor != "mesure-2-2"]
    axis.save()
    page = MemorandumPage.objects.get(pk=memorandum.pk)
    axis = page.axes.all().get(anchor="axe-2")
    axis.measures = [*axis.measures.all(), Measure(title="Nouvelle", sort_order=9)]
    page.axes = [page.axes.all().get(anchor="axe-1"), axis]
    page.save_revision().publish()
    assert anchors(page)["Nouvelle"] == "mesure-2-3"


@pytest.mark.parametrize("anchor", ["axe-1", "mesure-1-1", "mesure-2-2"])
def test_each_part_answers_at_its_address(memorandum, interfede_client, anchor):
    interfede_client.get(URL)  # the cache of the sites is warm
    response = interfede_client.get(f"{URL}{anchor}/")
    assert response.status_code == 200
    assert Html(response).one("link", rel="canonical").attrs["href"].endswith(f"/{anchor}/")
    assert len(interfede_client.queries) <= 15


def test_a_proposal_leads_to_its_place(memorandum, interfede_client):
    response = interfede_client.get(f"{URL}proposition-1-1-2/")
    assert response.status_code == 302
    assert response["Location"] == f"{URL}mesure-1-1/#proposition-1-1-2"
    html = Html(interfede_client.get(f"{URL}mesure-1-1/"))
    assert "Payer les trajets" in html.one("li", id="proposition-1-1-2").text


@pytest.mark.parametrize("anchor", ["mesure-9-9", "axe", "x"])
def test_an_unknown_part_is_not_found(memorandum, interfede_client, anchor):
    assert interfede_client.get(f"{URL}{anchor}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Mesure A1", "Mesure A2", "Mesure B1", "Mesure B2"]),
        ({"axe": "axe-2"}, ["Mesure B1", "Mesure B2"]),
        ({"q": "TRAJETS"}, ["Mesure A1"]),
        ({"q": "lACCUEIL"}, []),
        ({"q": "accueil SOIR"}, ["Mesure A1"]),
        ({"axe": "axe-2", "q": "trajets"}, []),
    ],
)
def test_the_filter(memorandum, interfede_client, query, found):
    html = Html(interfede_client.get(URL, query))
    # «Mesure 1.1 Mesure A1»: the number is read out before the title.
    titles = [each.text.split(" ", 2)[-1] for each in html.all("h3", "measure__title")]
    assert titles == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"axe": "axe-77"}, "Cet axe n’existe pas"),
        ({"q": "x" * 81}, "80 signes au plus"),
    ],
)
def test_bad_input_is_told_beside_the_field(memorandum, interfede_client, query, message):
    response = interfede_client.get(URL, query)
    assert response.status_code == 200
    assert any(message in each.text for each in Html(response).all("p", "field__error"))


def test_the_print_view_holds_everything(memorandum, interfede_client):
    html = Html(interfede_client.get(f"{URL}impression/"))
    assert len(html.all("h3", "measure__title")) == 4
    assert html.meta("robots") == "noindex"


def test_the_number_of_queries_does_not_grow_with_the_proposals(memorandum, interfede_client):
    interfede_client.get(URL)
    interfede_client.get(URL)
    few = len(interfede_client.queries)
    measure = Measure.objects.first()
    for number in range(40):
        Proposal.objects.create(
            measure=measure, text=f"P{number}", anchor=f"proposition-1-1-{number + 9}"
        )
    interfede_client.get(URL)
    assert len(interfede_client.queries) == few


@pytest.mark.parametrize("state", ["engage", "obtenu", "refuse"])
def test_a_state_is_dated_and_sourced(state):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as error:
        Proposal(text="x", state=state).clean()
    assert set(error.value.message_dict) == {"state_on", "state_source"}
    Proposal(text="x", state="demande").clean()
