"""What the order and the facets of the search need of every public page, kept in memory.

A frequent word is found on thousands of pages. To read them from the database for each search took
longer than everything else on the page; what is kept here is some hundred bytes per page, and is
read anew after each change of the content (home.content), as kept pages are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from home import content
from search.models import IndexedPage


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page that every visitor may see."""

    pk: int
    site: str
    language: str
    kind: str
    year: int | None
    topics: tuple[str, ...]
    title: str
    description: str
    keywords: str
    date: date | None

    def values(self, facet: str) -> tuple[str, ...]:
        """Values of the page in one facet: "type", "theme" or "annee"."""
        if facet == "type":
            return (self.kind,)
        if facet == "theme":
            return self.topics
        return (str(self.year),) if self.year else ()


@content.kept
def public_pages() -> Mapping[int, PublicPage]:
    """Page id → page, of all sites and languages."""
    rows = IndexedPage.objects.visible().values_list(
        "pk", "theme", "language", "kind", "year", "topics", "title", "description", "keywords",
        "date",
    )  # fmt: skip
    return {
        pk: PublicPage(
            pk, site, language, kind, year, tuple(topics), title, description, keywords, when
        )
        for pk, site, language, kind, year, topics, title, description, keywords, when in rows
    }
