"""The point of a place whose file gives none: its street, else the centre of its locality.

The street is asked of Nominatim when `settings.GEOCODER` says so, once: the answer stays in a
table. Without it every place stands at the centre of its locality, and is listed to be checked.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cisp_map import nominatim
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.gazetteer.names import fold
from cisp_map.gazetteer.typed import read
from cisp_map.listing.checking import Facts
from cisp_map.models import FoundAddress, ListedSite, Locality
from cisp_map.models.pages import FURTHEST_FROM_LOCALITY_KM
from cisp_map.points import Point, geodesic_km

DOUBTFUL_KM = 5
"""A street farther from the centre of its locality may be one of the same name elsewhere."""
UNKNOWN_KEPT = timedelta(days=30)
"""A street that nobody knew is asked again after this time."""
MAX_FAILURES = 3
"""In a row: then the service is taken to be down."""

Confidence = ListedSite.Confidence


@dataclass(frozen=True)
class Located:
    """A point, where it comes from, and a French remark for the editor."""

    point: Point
    confidence: str
    note: str = ""


def address_of(facts: Facts) -> str:
    """The address as one asks for it; "" without a street."""
    street = facts.values.get("address", "")
    if not street or not read(street).has_street:
        return ""
    return f"{street}, {facts.locality.postal_code} {facts.locality.name}"[:320]


def key_of(address: str) -> str:
    """The key of an address in the table: writing it otherwise changes nothing."""
    return hashlib.sha256(fold(address).encode()).hexdigest()


class Points:
    """What is known of the addresses of a file, read in one query."""

    def __init__(self, facts: Iterable[Facts]) -> None:
        wanted = {
            key_of(address): address
            for each in facts
            if each.point is None and (address := address_of(each))
        }
        self.known = _known(wanted)
        self.wanted = wanted if nominatim.enabled() else {}

    @property
    def to_ask(self) -> dict[str, str]:
        """Key → address of what is to be asked."""
        oldest = timezone.now() - UNKNOWN_KEPT
        return {
            key: address
            for key, address in self.wanted.items()
            if key not in self.known
            or (self.known[key].lat is None and self.known[key].asked_at < oldest)
        }

    def ask(self, progress: Callable[[int, int], bool]) -> None:
        """Ask for all that is unknown; `progress(done, total)` returns False to stop early."""
        waiting = self.to_ask
        failures = 0
        for done, (key, address) in enumerate(waiting.items()):
            if not progress(done, len(waiting)):
                return
            point = nominatim.look_up(address)
            if point is None and nominatim.has_failed(address):
                failures += 1
                if failures == MAX_FAILURES:
                    break  # the service is down: the next import asks again
                continue
            failures = 0
            self.known[key], _ = FoundAddress.objects.update_or_create(
                key=key,
                defaults={
                    "address": address,
                    "lat": point[0] if point else None,
                    "lng": point[1] if point else None,
                    "asked_at": timezone.now(),
                },
            )
        progress(len(waiting), len(waiting))

    def locate(self, facts: Facts) -> Located:
        """The point of a row."""
        centre = Point(facts.locality.lat, facts.locality.lng)
        if facts.point is not None:
            return _measured(facts.point, facts.locality, Confidence.FILE)
        address = address_of(facts)
        found = self.known.get(key_of(address)) if address else None
        if found is None or found.lat is None or found.lng is None:
            note = "Rue inconnue du service d’adresses." if found else ""
            if not address:
                note = "Le fichier ne donne pas de rue."
            return Located(centre, Confidence.LOCALITY, note)
        point = Point(round(found.lat, 6), round(found.lng, 6))
        if in_area(point.lat, point.lng) is None:
            return Located(centre, Confidence.LOCALITY, "La rue a été trouvée hors de Wallonie.")
        located = _measured(point, facts.locality, Confidence.STREET)
        if geodesic_km(point, centre) > FURTHEST_FROM_LOCALITY_KM:
            return Located(centre, Confidence.LOCALITY, f"Rue trouvée {located.note}.")
        return located


def _measured(point: Point, locality: Locality, confidence: str) -> Located:
    km = geodesic_km(point, Point(locality.lat, locality.lng))
    if km > DOUBTFUL_KM:
        return Located(point, Confidence.FAR, f"à {km:.0f} km du centre de {locality.name}")
    return Located(point, confidence)


def _known(wanted: dict[str, str]) -> dict[str, FoundAddress]:
    keys = list(wanted)
    found: dict[str, FoundAddress] = {}
    for start in range(0, len(keys), 500):
        found |= FoundAddress.objects.in_bulk(keys[start : start + 500], field_name="key")
    return found
