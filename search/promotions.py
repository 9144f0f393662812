"""What editors chose for certain words: pages that come first, come last, or do not come.

Words are compared after the French analysis, synonyms included, so that an editor writes one
spelling. A page is shown by the same rule as any hit (`public_pages`): what a visitor may not
read is not promoted either.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from search import french
from search.federated import Candidate
from search.models import Promotion, split_words
from search.public_pages import public_pages
from search.queries import Words


@lru_cache(maxsize=5_000)
def wanted_stems(text: str) -> tuple[frozenset[str], ...]:
    """The stems of each expression of a list with commas."""
    found = (frozenset(french.stems(part)) for part in split_words(text))
    return tuple(each for each in found if each)


def answers(words: Words, expression: Collection[str], *, within: bool) -> bool:
    """True when what was typed says the expression (stems), by itself or by a synonym.

    `within`: other words may stand beside it.
    """
    if not words:
        return False
    wanted = frozenset(expression)
    said = [
        frozenset[str]().union(*(each for each in term.alternatives if wanted.issuperset(each)))
        for term in words.terms
    ]
    return frozenset[str]().union(*said) == wanted and (within or all(said))


@dataclass(frozen=True)
class Steering:
    """What a search does with single pages; a page that is hidden stays so, whatever else is said."""

    first: tuple[int, ...] = ()
    last: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    language: str = "fr"

    def __call__(self, ordered: list[Candidate]) -> list[Candidate]:
        """The candidates, best first, as editors want them."""
        if not (self.first or self.last or self.hidden):
            return ordered
        kept = {each.pk: each for each in ordered if each.pk not in self.hidden}
        chosen = [pk for pk in self.first if pk not in self.hidden]
        missing = [pk for pk in chosen if pk not in kept]
        known = kept | (_read(missing, self.language) if missing else {})
        first = [
            replace(known[pk], is_promoted=True, is_partial=False, score=1.0)
            for pk in chosen
            if pk in known
        ]
        rest = [each for pk, each in kept.items() if pk not in chosen]
        return [
            *first,
            *(each for each in rest if each.pk not in self.last),
            *(each for each in rest if each.pk in self.last),
        ]


def steering_of(
    words: Words, site_id: int, day: date
) -> Callable[[list[Candidate]], list[Candidate]]:
    """What editors want of a search on a site; one query."""
    pages: dict[str, dict[int, None]] = {effect: {} for effect in Promotion.Effect.values}
    rows = Promotion.objects.in_force(site_id, day).values_list("words", "match", "effect", "page")
    for text, match, effect, page_id in rows:
        within = match == Promotion.Match.WITHIN
        if any(answers(words, each, within=within) for each in wanted_stems(text)):
            pages[effect][page_id] = None
    return Steering(
        tuple(pages[Promotion.Effect.FIRST]),
        frozenset(pages[Promotion.Effect.LAST]),
        frozenset(pages[Promotion.Effect.HIDDEN]),
        language=words.language,
    )


def _read(keys: Collection[int], language: str) -> dict[int, Candidate]:
    """Public pages that the index did not bring."""
    pages = public_pages()
    return {
        pk: Candidate(page, is_silent=True)
        for pk in keys
        if (page := pages.get(pk)) and page.language == language
    }
