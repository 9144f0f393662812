"""States of the memorandum, the figures, the press review, the agenda and the directory."""

from tests.journeys.state import State

MEMORANDUM = "/publications/memorandum-2024-2029/"
FIGURES = "/publications/chiffres-cles/"


def seed_memorandum(home) -> dict:
    """A memorandum with proposals in every state, and a press review with a dead link."""
    from datetime import date

    from essor.models import (
        Axis,
        Measure,
        MemorandumPage,
        PressMention,
        Proposal,
        PublicationIndexPage,
        PublicationKind,
    )

    page = MemorandumPage(
        title="Mémorandum d’essai",
        slug="memorandum-d-essai",
        publication_kind=PublicationKind.objects.get(slug="memorandum"),
        published="2019",
        search_description="Un mémorandum de test, avec des propositions dans tous les états.",
    )
    proposals = [
        Proposal(
            text=f"Une proposition de test, qui est longue et qui sert à voir « {label} ».",
            state=state,
            state_on=date(2024, 5, 1),
            state_source="Un texte de test",
            state_url="https://www.wallonie.be/" if state == "obtenu" else "",
            sort_order=place,
        )
        for place, (state, label) in enumerate([("", "Sans suivi"), *Proposal.State.choices])
    ]
    measures = [
        Measure(
            title="Une mesure au titre interminable pour l’accompagnement socioprofessionnel",
            introduction="<p>Une phrase d’introduction de la mesure.</p>",
            sort_order=0,
            proposals=proposals,
        ),
        Measure(title="Une autre mesure", sort_order=1),
    ]
    page.axes = [Axis(title="Un axe de test", sort_order=0, measures=measures)]
    PublicationIndexPage.objects.child_of(home).get().add_child(instance=page)
    page.save_revision().publish()
    known = PressMention.objects.order_by("pk").first()
    PressMention.objects.create(
        date=date(2024, 7, 3),
        medium=known.medium,
        title="Un article de test dont le lien n’existe plus, avec un titre sur plusieurs lignes",
        url="https://www.wallonie.be/parti",
        link_is_dead=True,
        about="Un centre de test",
    )
    return {"proposals": page.get_url()}


def memorandum_states(manifest: dict) -> list[State]:
    """Every state of these pages."""
    proposals = manifest["proposals"]
    return [
        State("memorandum", "interfede", MEMORANDUM),
        State("memorandum-filtre", "interfede", MEMORANDUM, {"axe": "axe-2", "q": "formation"}),
        State("memorandum-rien", "interfede", MEMORANDUM, {"q": "xyzzyq"}),
        State("memorandum-mauvais-choix", "interfede", MEMORANDUM, {"axe": "axe-99"}),
        State("memorandum-axe", "interfede", f"{MEMORANDUM}axe-2/"),
        State("memorandum-impression", "interfede", f"{MEMORANDUM}impression/"),
        State("propositions", "interfede", proposals),
        State("propositions-mesure", "interfede", f"{proposals}mesure-1-1/"),
        State("chiffres-cles", "interfede", FIGURES),
        State("chiffres-cles-remplaces", "interfede", f"{FIGURES}2023/"),
        State("presse", "interfede", "/presse/"),
        State("agenda", "interfede", "/agenda/"),
        State("agenda-archives", "interfede", "/agenda/archives/"),
        State("annuaire", "interfede", "/annuaire/"),
        State("organe", "interfede", "/annuaire/assemblee-generale/"),
        State("federations", "interfede", "/federations/"),
        State("carrefours", "interfede", "/carrefours-et-cites-des-metiers/"),
        State("carrefours", "cisp", "/carrefours-et-cites-des-metiers/"),
    ]
