"""States of the search that need editors' choices, and what the report of searches shows."""

from tests.journeys.state import State

NAME = "search"
WORDS = "coordonnées de l’équipe"


def seed(home) -> dict:
    """A page chosen for words that it does not say, and a month of searches."""
    from datetime import timedelta

    from django.utils import timezone
    from wagtail.models import Site

    from home.models import DailyCount
    from search import recorded
    from search.models import Promotion

    site = Site.objects.get(root_page=home)
    page = home.get_children().live().order_by("path").first()
    Promotion.objects.create(words=WORDS, page=page, site=site)
    today = timezone.localdate()
    words = {"cuisine": (9, 0), "mécano": (4, 4), "garde d’enfants le soir": (3, 1)}
    for age in range(30):
        for rank, (text, (searches, nothing)) in enumerate(words.items()):
            number = searches + (age * 7 + rank) % 5
            counts = {
                recorded.SEARCHES: number,
                recorded.NOTHING: min(nothing, number),
                recorded.RESULTS: 0 if nothing == searches else number * 3,
                recorded.CLICKS: number // 2 if nothing != searches else 0,
            }
            DailyCount.objects.bulk_create(
                DailyCount(
                    day=today - timedelta(days=age),
                    kind=kind,
                    key=recorded.kept_words(text),
                    site=site.pk,
                    count=count,
                )
                for kind, count in counts.items()
                if count
            )
    return {"chosen": page.title}


def states(manifest: dict) -> list[State]:
    """Every state of the room's pages."""
    return [State("recherche-choisi", "interfede", "/recherche/", {"q": WORDS})]
