"""What a result shows: one card for a training site, in the list and in the API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from cisp_map.finder import Hit
from cisp_map.models import FinderPage, TrainingSitePage
from cisp_map.models.pages import describe_start
from cisp_map.places import Place
from cisp_map.points import Point, geodesic_km
from cisp_map.vocabulary import Vocabulary
from home.phones import phone_uri

MAX_TRADES = 4
"""Trades named on a card; the rest is counted."""


def card_text(trades: Iterable[str], town: str) -> str:
    """What a card of the joint search says of a site (`search_description`)."""
    names = ", ".join(trades)
    return (f"{names} à {town}" if names else f"Centre de formation à {town}")[:300]


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
    french_trades: frozenset[str] = frozenset()
    """names of trades that are not translated"""

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


SITE_COLUMNS = (
    "pk",
    "slug",
    "title",
    "address",
    "phone",
    "lat",
    "lng",
    "near_lat",
    "near_lng",
    "centre__name",
    "centre__phone",
    "centre__is_demo",
    "centre__federation_id",
    "locality__postal_code",
    "locality__name",
    "locality__commune",
)
OFFER_COLUMNS = (
    "offers__trade_id",
    "offers__method",
    "offers__start_kind",
    "offers__starts_on",
    "offers__start_confirmed_on",
)


def make_cards(
    hits: Sequence[Hit],
    origin: Place | None,
    finder: FinderPage,
    vocabulary: Vocabulary,
    request: HttpRequest | None = None,
) -> list[ResultCard]:
    """Cards of `hits` in their order; one query for any number of them.

    Columns, not pages: building whole pages with their centres costs twice the rest of a search.
    """
    wanted = [hit.site_id for hit in hits]
    sites: dict[int, dict] = {}
    offers: dict[int, list[dict]] = {}
    rows = (
        TrainingSitePage.objects.to_be_shown()
        .filter(pk__in=wanted)
        .order_by("pk", "offers__sort_order", "offers__pk")
    )
    for row in rows.values(*SITE_COLUMNS, *OFFER_COLUMNS):
        sites[row["pk"]] = row
        of_site = offers.setdefault(row["pk"], [])
        if row["offers__trade_id"] is not None:
            of_site.append(row)
    base = finder.get_url(request) or "/"
    start = Point(origin.lat, origin.lng) if origin else None
    # A site that left since the search, or that an index still holds, is left out.
    return [
        _card(sites[hit.site_id], offers[hit.site_id], hit, start, base, vocabulary)
        for hit in hits
        if hit.site_id in sites
    ]


def _card(
    site: dict, offers: list[dict], hit: Hit, start: Point | None, base: str, vocabulary: Vocabulary
) -> ResultCard:
    asked = {trade_id: number for number, trade_id in enumerate(hit.trade_ids)}
    offers = sorted(offers, key=lambda offer: asked.get(offer["offers__trade_id"], len(asked)))
    trades = [
        vocabulary.trades[pk] for pk in dict.fromkeys(each["offers__trade_id"] for each in offers)
    ]
    taught = {trade.category for trade in trades}
    federation = vocabulary.federations.get(site["centre__federation_id"])
    phone = site["phone"] or site["centre__phone"]
    today = timezone.localdate()
    starts = (
        describe_start(
            offer["offers__start_kind"],
            offer["offers__starts_on"],
            offer["offers__start_confirmed_on"],
            today,
        )
        for offer in offers
        if not asked or offer["offers__trade_id"] in asked
    )
    km = None
    if start:
        km = round(geodesic_km(start, Point(site["near_lat"], site["near_lng"])), 1)
    return ResultCard(
        id=site["pk"],
        url=f"{base}{site['slug']}/",
        title=site["title"],
        trades=tuple(trade.name for trade in trades),
        all_trades_count=len(trades),
        categories=tuple(
            label for value, label in vocabulary.categories.items() if value in taught
        ),
        methods=tuple(
            sorted({offer["offers__method"] for offer in offers if offer["offers__method"]})
        ),
        centre=site["centre__name"],
        federation=federation[1] if federation else "",
        address=site["address"],
        postal_code=site["locality__postal_code"],
        locality=site["locality__name"],
        commune=site["locality__commune"],
        distance_km=km,
        next_start=next((each for each in starts if each), ""),
        phone=phone,
        phone_uri=phone_uri(phone),
        lat=site["lat"],
        lng=site["lng"],
        is_demo=site["centre__is_demo"],
        french_trades=frozenset(trade.name for trade in trades if trade.is_french),
    )
