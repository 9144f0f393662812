"""What the labels of tests/quality name: pages of the three sites, and training sites by a rule.

| label | names |
|---|---|
| `interfede:presse` | the one page of that site whose address ends so; `cisp:/` its home page |
| `interfede:108-formation-des-exdetenus/*` | the pages below that page |
| `métier:Soudure` | training sites with that trade |
| `métier:Soudure@Mons`, `métier:Soudure@Mons~25` | those in the commune or locality; within 25 km |
| `lieu:Mons`, `lieu:Mons~10` | training sites there, whatever they teach |
| `code:7000` | training sites of that postal code |
| `méthode:DéFI` | training sites with an offer of that method |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cisp_map.models import FinderPage, Locality, Method, Trade, TrainingSitePage
from cisp_map.points import Point, Surroundings
from home.themes import Theme
from search import languages
from search.models import IndexedPage

Pages = frozenset[int]


class UnknownLabel(ValueError):
    """A judgement names what does not exist."""


@dataclass(frozen=True)
class TaughtAt:
    """A training site as a rule sees it."""

    pk: int
    names: frozenset[str]
    """locality and commune"""
    postal_code: str
    point: Point
    trades: frozenset[str]
    methods: frozenset[str]


class Labels:
    """Labels of the content that the database holds."""

    def __init__(self) -> None:
        self._known: dict[str, Pages] = {}

    def grades(self, relevant: Mapping[str, int]) -> dict[int, int]:
        """Page → the highest grade of its labels. Raises `UnknownLabel`."""
        grades: dict[int, int] = {}
        for label, grade in relevant.items():
            for pk in self.pages(label):
                grades[pk] = max(grade, grades.get(pk, 0))
        return grades

    def pages(self, label: str) -> Pages:
        """The pages that a label names. Raises `UnknownLabel`."""
        if label not in self._known:
            self._known[label] = frozenset(self._read(label))
        return self._known[label]

    def _read(self, label: str) -> Iterable[int]:
        kind, _, name = label.partition(":")
        if kind in Theme.values:
            return self._by_address(label, kind, name)
        if kind == "métier":
            trade, _, where = name.partition("@")
            if trade not in self._trades:
                raise UnknownLabel(f"{label} : ce métier n’existe pas.")
            taught = [site for site in self._sites if trade in site.trades]
            return self._around(label, where, taught) if where else [site.pk for site in taught]
        if kind == "lieu":
            return self._around(label, name, self._sites)
        if kind == "code":
            if not Locality.objects.filter(postal_code=name).exists():
                raise UnknownLabel(f"{label} : ce code postal n’existe pas.")
            return [site.pk for site in self._sites if site.postal_code == name]
        if kind == "méthode":
            if name not in Method.values:
                raise UnknownLabel(f"{label} : cette méthode n’existe pas.")
            return [site.pk for site in self._sites if name in site.methods]
        raise UnknownLabel(f"{label} : sorte inconnue.")

    def _by_address(self, label: str, site: str, name: str) -> Iterable[int]:
        below = name.endswith("/*")
        name = name.removesuffix("/*").strip("/")
        found = [
            (pk, path)
            for pk, path in self._addresses[site].items()
            if (path == "/" if not name else path.endswith(f"/{name}/"))
        ]
        if len(found) != 1:
            what = "aucune page" if not found else "plusieurs pages"
            raise UnknownLabel(f"{label} : {what} à cette adresse.")
        if not below:
            return [found[0][0]]
        start = found[0][1]
        children = [
            pk
            for pk, path in self._addresses[site].items()
            if path.startswith(start) and path != start
        ]
        if not children:
            raise UnknownLabel(f"{label} : aucune page sous cette adresse.")
        return children

    @staticmethod
    def _around(label: str, where: str, sites: Iterable[TaughtAt]) -> Iterable[int]:
        name, _, km = where.partition("~")
        places = Locality.objects.filter(name=name)
        place = places.filter(kind=Locality.Kind.COMMUNE).first() or places.first()
        if place is None:
            raise UnknownLabel(f"{label} : ce lieu n’existe pas.")
        around = Surroundings(Point(place.lat, place.lng))
        return [
            site.pk
            for site in sites
            if name in site.names or (km and around.km(site.point.lat, site.point.lng) <= float(km))
        ]

    # --- Content, read once ------------------------------------------------------------------

    @cached_property
    def _addresses(self) -> dict[str, dict[int, str]]:
        """Site → page → address below the site's root."""
        rows = IndexedPage.objects.filter(language=languages.FRENCH).values_list(
            "theme", "pk", "page__url_path", "site__root_page__url_path"
        )
        addresses: dict[str, dict[int, str]] = {theme: {} for theme in Theme.values}
        for theme, pk, path, root in rows:
            addresses[theme][pk] = "/" + path[len(root) :]
        return addresses

    @cached_property
    def _trades(self) -> frozenset[str]:
        return frozenset(Trade.objects.in_french().values_list("name", flat=True))

    @cached_property
    def _sites(self) -> list[TaughtAt]:
        page = FinderPage.source()
        if page is None:
            return []
        sites = TrainingSitePage.objects.to_be_shown().filter(locale_id=page.locale_id)
        return [
            TaughtAt(
                site.pk,
                frozenset((site.locality.name, site.locality.commune)),
                site.locality.postal_code,
                site.near,
                frozenset(offer.trade.name for offer in site.offers.all()),
                frozenset(offer.method for offer in site.offers.all()),
            )
            for site in sites.select_related("locality").prefetch_related("offers__trade")
        ]
