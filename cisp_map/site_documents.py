"""A training site in the search engine: what its document holds beside Wagtail's fields.

An offer is written as tokens `trade|method|schedule`, each part also as `*`: one list of terms then
asks for sites with one offer that answers several choices at once, without nested documents.
"""

from collections.abc import Collection, Iterable
from itertools import product
from typing import Any

from cisp_map.points import Point

PART = "training"
"""The object of the document that holds all of it."""
ANY = "*"

PROPERTIES: dict[str, Any] = {
    PART: {
        "properties": {
            "id": {"type": "long"},
            "title": {"type": "keyword"},
            "point": {"type": "geo_point"},
            "nis": {"type": "keyword"},
            "federation": {"type": "long"},
            "digistart": {"type": "boolean"},
            "wheelchair": {"type": "boolean"},
            "offers": {"type": "keyword"},
        }
    }
}


def document(
    *,
    site_id: int,
    title: str,
    near: Point,
    nis: str,
    federation: int | None,
    digistart: bool,
    wheelchair: bool,
    offers: Iterable[tuple[int, str, str]],
) -> dict[str, Any]:
    """The values of PROPERTIES; `offers` are `(trade, method, schedule)`."""
    tokens = {
        "|".join(parts)
        for trade, method, schedule in offers
        for parts in product((str(trade), ANY), (method, ANY), (schedule, ANY))
    }
    return {
        PART: {
            "id": site_id,
            "title": title.casefold(),
            "point": {"lat": near.lat, "lon": near.lng},
            "nis": nis,
            "federation": federation,
            "digistart": digistart,
            "wheelchair": wheelchair,
            "offers": sorted(tokens),
        }
    }


def offer_tokens(
    trades: Collection[int] | None,
    methods: Collection[str] | None,
    schedules: Collection[str] | None,
) -> list[str]:
    """Tokens of the offers that answer; None does not ask."""
    parts = (
        [ANY] if each is None else sorted(str(value) for value in each)
        for each in (trades, methods, schedules)
    )
    return ["|".join(each) for each in product(*parts)]


def offers_of(part: dict[str, Any]) -> list[tuple[int, str, str]]:
    """`[(trade, method, schedule)]` of a document."""
    split = (token.split("|") for token in part["offers"])
    return [
        (int(trade), method, hours)
        for trade, method, hours in split
        if ANY not in (trade, method, hours)
    ]
