"""The territories of the sector: ten platforms, nine basins, and the communes.

A platform is a meeting of the centres of a sub-region; a basin (« bassin Enseignement qualifiant –
Formation – Emploi », IBEFE) is the territory of the employment policy. Platform and basin are two
different things: Mons and Centre share the basin Hainaut-Centre. Both follow the administrative
arrondissements, which are the first two digits of a commune's NIS code (Statbel).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Territory:
    """A landing page: its address, its name, and the communes that lie in it."""

    slug: str
    name: str
    kind: str
    """plateforme, bassin or commune"""
    nis_prefixes: tuple[str, ...]
    """beginnings of the NIS codes of its communes; a whole code for a commune"""

    @property
    def full_name(self) -> str:
        """The name with its kind where a platform has the same: « Liège (commune) »."""
        return f"{self.name} (commune)" if self.kind == "commune" else self.name


def _platform(slug: str, name: str, *prefixes: str) -> Territory:
    return Territory(slug, name, "plateforme", prefixes)


PLATFORMS = (
    _platform("brabant-wallon", "Brabant wallon", "25"),
    _platform("centre", "Centre (La Louvière)", "55", "58"),
    _platform("charleroi", "Charleroi (Hainaut-Sud)", "52", "56"),
    _platform("huy-waremme", "Huy-Waremme", "61", "64"),
    _platform("liege", "Liège", "62"),
    _platform("luxembourg", "Luxembourg", "81", "82", "83", "84", "85"),
    _platform("mons", "Mons", "53"),
    _platform("namur", "Namur", "91", "92", "93"),
    _platform("verviers", "Verviers", "63"),
    _platform("wallonie-picarde", "Wallonie picarde", "51", "54", "57"),
)

BASINS = (
    *(
        Territory(f"bassin-{each.slug}", f"Bassin {each.name}", "bassin", each.nis_prefixes)
        for each in PLATFORMS
        if each.slug not in ("centre", "mons", "charleroi")
    ),
    Territory("bassin-hainaut-centre", "Bassin Hainaut-Centre", "bassin", ("53", "55", "58")),
    Territory("bassin-hainaut-sud", "Bassin Hainaut-Sud", "bassin", ("52", "56")),
)


def platform_of(nis_code: str) -> Territory | None:
    """The platform of a commune; None in Brussels."""
    return next((each for each in PLATFORMS if nis_code.startswith(each.nis_prefixes)), None)


def basin_of(nis_code: str) -> Territory | None:
    """The basin of a commune; None in Brussels."""
    return next((each for each in BASINS if nis_code.startswith(each.nis_prefixes)), None)
