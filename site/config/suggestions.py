"""What the rooms let the search suggest and answer: the search itself knows none of them."""

from collections.abc import Iterable
from urllib.parse import urlencode

from cisp_map.answers import answers
from cisp_map.models import FinderPage, Locality, Trade
from cisp_map.trade_words import parse_synonyms
from home.languages import FRENCH
from home.themes import Theme
from home.translations import untranslated
from search.sources import Source, Suggestion, register, register_reader


def trades() -> Iterable[Suggestion]:
    """Trades in each language, with the everyday words for them; they lead to its finder."""
    finders = {
        each.locale_id: (each.locale.language_code, parts[2])
        for each in FinderPage.objects.live().select_related("locale")
        if (parts := each.get_url_parts())
    }
    waiting = untranslated(Trade)
    for trade in Trade.objects.order_by("pk"):
        if trade.locale_id not in finders or (trade.translation_key, trade.locale_id) in waiting:
            continue
        language, finder = finders[trade.locale_id]
        yield Suggestion(
            trade.name,
            "Métier",
            f"{finder}?{urlencode({'q': trade.name})}",
            Theme.CISP,
            " ".join(phrase for phrase, _ in parse_synonyms(trade.words)),
            language=language,
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
