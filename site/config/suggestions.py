"""What the rooms let the search suggest and answer: the search itself knows none of them."""

from collections.abc import Iterable
from urllib.parse import urlencode

from cisp_map.answers import answers
from cisp_map.models import FinderPage, Locality, Trade
from cisp_map.trade_words import parse_synonyms
from home.languages import FRENCH
from home.themes import Theme
from search.sources import Source, Suggestion, register, register_reader


def trades() -> Iterable[Suggestion]:
    """Trades, with the everyday words for them; they lead to the finder."""
    for trade in Trade.objects.in_french().order_by("pk"):
        words = " ".join(phrase for phrase, _ in parse_synonyms(trade.words))
        yield Suggestion(
            trade.name, "Métier", f"/formations/?{urlencode({'q': trade.name})}", Theme.CISP, words
        )


def places() -> Iterable[Suggestion]:
    """Localities with their postal code; they lead to what is taught around them."""
    for name, code in Locality.objects.order_by("pk").values_list("name", "postal_code"):
        label = f"{name} ({code})"
        url = f"/formations/?{urlencode({'lieu': label})}"
        yield Suggestion(label, "Lieu", url, Theme.CISP, only_here=True)


def register_all() -> None:
    """Called once, when the applications are ready."""
    register(
        Source(
            "trades",
            trades,
            lambda: (
                FinderPage.objects.filter(locale__language_code=FRENCH)
                .values_list("vocabulary_token", flat=True)
                .first()
            ),
        )
    )
    register(Source("places", places, Locality.objects.count))
    register_reader(Theme.CISP, answers)
