"""Links to the pages of a list, as components/pagination.html prints them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator


@dataclass(frozen=True)
class PageLink:
    """A link to one page of a list."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class PageLinks:
    """Where one is in a list, and the way to its other pages."""

    number: int
    num_pages: int
    previous_url: str
    next_url: str
    links: list[PageLink | None]
    """None stands for a gap"""


def page_links(page: Page, url: Callable[[int], str]) -> PageLinks:
    """Links around `page`; `url` gives the address of a page by its number."""
    paginator = page.paginator
    return PageLinks(
        number=page.number,
        num_pages=paginator.num_pages,
        previous_url=url(page.number - 1) if page.has_previous() else "",
        next_url=url(page.number + 1) if page.has_next() else "",
        links=[
            None
            if number == Paginator.ELLIPSIS
            else PageLink(str(number), url(int(number)), number == page.number)
            for number in paginator.get_elided_page_range(page.number, on_each_side=1)
        ],
    )
