"""States of the pages of L'essor."""

from tests.journeys.state import State

MAGAZINE = "/publications/lessor/"
ISSUE = f"{MAGAZINE}108-formation-des-exdetenus/"
ARTICLE = f"{ISSUE}preparer-la-sortie/"


def seed_magazine(home) -> dict:
    """What the journeys ask for: the key of the magazine, and a link to a draft issue."""
    from essor.models import ArticlePage, IssuePage, MagazinePage, ReviewLink, Rubric

    magazine = MagazinePage.objects.descendant_of(home).get()
    draft = IssuePage(title="Numéro en préparation", number=111, published="2025", live=False)
    magazine.add_child(instance=draft)
    article = ArticlePage(
        title="Article en préparation",
        rubric=Rubric.objects.get(slug="dossier"),
        standfirst="Un brouillon.",
        live=False,
    )
    article.body = [("text", "<p>Un texte de démonstration.</p>")]
    draft.add_child(instance=article)
    article.save_revision()
    draft.save_revision()
    link = ReviewLink.objects.create(issue=draft, reader="Un comité")
    return {"magazine": magazine.pk, "review": f"/relecture/{link.token}/"}


def magazine_states(manifest: dict) -> list[State]:
    """Every state of the magazine's own pages."""
    return [
        State("lessor", "interfede", MAGAZINE),
        State("numero", "interfede", ISSUE),
        State("numero-memorandum", "interfede", f"{MAGAZINE}106-memorandum-sectoriel-2024-2029/"),
        State("numero-pdf", "interfede", f"{MAGAZINE}36-l-isp-des-racines-et-des-ailes/"),
        State("article", "interfede", ARTICLE),
    ]
