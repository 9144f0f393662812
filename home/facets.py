"""A filtered list as it stands in an address, and what components/facet.html and
components/active_filters.html print of it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class FacetOption:
    """One value of a facet; `count` is the number of results once it is chosen too."""

    value: str
    label: str
    count: int
    selected: bool
    disabled: bool
    """the list would stay the same"""
    url: str = ""
    is_french: bool = False
    """its label, in a list of another language"""


@dataclass(frozen=True)
class Facet:
    """A group of choices."""

    key: str
    label: str
    options: list[FacetOption]
    open: bool
    noun: str = ""
    """what the numbers count, for those who hear the page; «lieu» without it"""


@dataclass(frozen=True)
class ActiveFilter:
    """A choice that is in force, and the same list without it."""

    label: str
    remove_url: str
    is_french: bool = False
    """its label, in a list of another language"""


class AddressState:
    """Addresses of a list with a choice more or less. A list gives `path` and `state`."""

    SAFE = ""
    """signs that stand unescaped in the parameters"""

    path: str
    """address without parameters"""
    state: list[tuple[str, str]]
    """the list as parameters, defaults left out, in a fixed order"""

    def query_string(
        self, without: tuple[str, str] | str | None = None, **changes: str | int
    ) -> str:
        """The parameters with some changed or left out: one pair, or all of a name."""
        pairs = [
            (name, value)
            for name, value in self.state
            if without not in (name, (name, value)) and name not in changes
        ]
        pairs += [(name, str(value)) for name, value in changes.items() if value != ""]
        return urlencode(pairs, safe=self.SAFE)

    def url(self, without: tuple[str, str] | str | None = None, **changes: str | int) -> str:
        """Address with changes (see `query_string`); always the first page."""
        query = self.query_string(without, **changes)
        return f"{self.path}?{query}" if query else self.path

    def url_with(self, name: str, value: str) -> str:
        """Address with one more value of a facet."""
        return f"{self.path}?{urlencode([*self.state, (name, value)], safe=self.SAFE)}"

    def page_url(self, number: int) -> str:
        """Address of a page of the list."""
        return self.url(page=number if number > 1 else "")
