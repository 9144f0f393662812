"""What a result shows: one card for a training site, in the list and in the API."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from cisp_map.finder import Hit
from cisp_map.models import FinderPage, TrainingSitePage
from cisp_map.places import Place
from cisp_map.points import Point, geodesic_km
from cisp_map.vocabulary import Vocabulary
from home.phones import phone_uri

MAX_TRADES = 4
"""Trades named on a card; the rest is counted."""


@dataclass(frozen=True)
class ResultCard:
    """One training site, ready to be printed. Distances are geodesic kilometres."""

    id: int
    url: str
    title: str
    trades: tuple[str, ...]
    all_trades_count: int
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    centre: str
    federation: str
    address: str
    postal_code: str
    locality: str
    commune: str
    distance_km: float | None
    next_start: str
    phone: str
    phone_uri: str
    lat: float | None
    lng: float | None
    is_demo: bool

    @property
    def has_point(self) -> bool:
        """True when the site is on the map."""
        return self.lat is not None

    @property
    def more_trades(self) -> int:
        """Number of trades that the card does not name."""
        return max(0, self.all_trades_count - MAX_TRADES)

    @property
    def shown_trades(self) -> tuple[str, ...]:
        """The trades that the card names."""
        return self.trades[:MAX_TRADES]


def make_cards(
    hits: Sequence[Hit],
    origin: Place | None,
    finder: FinderPage,
    vocabulary: Vocabulary,
    request: HttpRequest | None = None,
) -> list[ResultCard]:
    """Cards of `hits` in their order; two queries for any number of them."""
    pages = TrainingSitePage.objects.select_related("centre", "locality").in_bulk(
        [hit.site_id for hit in hits]
    )
    prefetch_related_objects(list(pages.values()), "offers")
    base = finder.get_url(request) or "/"
    start = Point(origin.lat, origin.lng) if origin else None
    cards = []
    for hit in hits:
        # Unpublished between the two queries: leave it out.
        if page := pages.get(hit.site_id):
            cards.append(_card(page, hit, start, f"{base}{page.slug}/", vocabulary))
    return cards


def _card(
    page: TrainingSitePage, hit: Hit, start: Point | None, url: str, vocabulary: Vocabulary
) -> ResultCard:
    offers = list(page.offers.all())
    asked = {trade_id: number for number, trade_id in enumerate(hit.trade_ids)}
    offers.sort(key=lambda offer: asked.get(offer.trade_id, len(asked)))
    trades = [vocabulary.trades[pk] for pk in dict.fromkeys(offer.trade_id for offer in offers)]
    near = Point(page.near_lat, page.near_lng)
    centre = page.centre
    phone = page.phone or centre.phone
    federation = vocabulary.federations.get(centre.federation_id)
    starts = (offer.next_start for offer in offers if not asked or offer.trade_id in asked)
    return ResultCard(
        id=page.pk,
        url=url,
        title=page.title,
        trades=tuple(trade.name for trade in trades),
        all_trades_count=len(trades),
        categories=tuple(
            label
            for value, label in vocabulary.categories.items()
            if any(trade.category == value for trade in trades)
        ),
        methods=tuple(sorted({offer.method for offer in offers if offer.method})),
        centre=centre.name,
        federation=federation[1] if federation else "",
        address=page.address,
        postal_code=page.locality.postal_code,
        locality=page.locality.name,
        commune=page.locality.commune,
        distance_km=round(geodesic_km(start, near), 1) if start else None,
        next_start=next((start for start in starts if start), ""),
        phone=phone,
        phone_uri=phone_uri(phone),
        lat=page.lat,
        lng=page.lng,
        is_demo=centre.is_demo,
    )
