"""From what is typed to what is asked of an index. Nothing here can fail: text is only text."""

import re
from dataclasses import dataclass, field

from wagtail.search.query import MATCH_NONE, And, Or, SearchQuery

from search import french, languages
from search.backends.terms import StemPhrase, Stems
from search.synonyms import Expression, Thesaurus

MAX_WORDS = 12
MAX_LENGTH = 200
QUOTES = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "\u00a0": " "})
# «n°107», «N° 107», «no 107» and «numéro 107» are one thing.
_NUMBER_SIGN = re.compile(r"\b(?:n\s*[°ºo]|nr|num[ée]ro)\.?\s*(?=\d)", re.IGNORECASE)

FILLERS = french.word_set(
    "cherche cherchent veux veut veulent voudrais voudrait aimerais dire signifie faut peux besoin"
)
"""Words of a question, not of its answer: left out where something else is asked."""


def clean_words(text: str, *, quotes: bool = False) -> str:
    """Make any input safe to search for: no control characters, at most MAX_LENGTH and MAX_WORDS.

    NUL bytes would make PostgreSQL refuse the query, and nobody reads a hit on a thirteenth word.
    Quotation marks go, unless `quotes`: then every kind of them becomes «"».
    """
    text = text[: MAX_LENGTH * 4].translate(QUOTES)
    printable = "".join(
        char if char.isprintable() and (quotes or char != '"') else " " for char in text
    )
    return " ".join(printable[:MAX_LENGTH].split()[:MAX_WORDS])


@dataclass(frozen=True)
class Term:
    """One thing that is asked for: what was typed first, then what counts as the same."""

    alternatives: tuple[Expression, ...]
    is_quoted: bool = False

    @property
    def typed(self) -> Expression:
        """The stems that were typed."""
        return self.alternatives[0]

    @property
    def is_number(self) -> bool:
        """A year, a number, a postal code."""
        return all(stem.isdigit() for stem in self.typed)

    def query(self) -> SearchQuery:
        """Any of the alternatives."""
        parts = [
            Stems(each[0]) if len(each) == 1 else StemPhrase(" ".join(each))
            for each in self.alternatives
        ]
        return parts[0] if len(parts) == 1 else Or(parts)


@dataclass(frozen=True)
class Words:
    """What was typed, understood."""

    text: str
    """cleaned, as it is shown again"""
    terms: tuple[Term, ...] = field(default=())
    language: str = languages.FRENCH

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def stems(self) -> frozenset[str]:
        """Every stem that makes a page a hit, synonyms included."""
        return frozenset(
            stem for term in self.terms for alternative in term.alternatives for stem in alternative
        )

    def query(self, *, any_term: bool = False) -> SearchQuery:
        """All terms, or any of them."""
        parts = [term.query() for term in self.terms]
        if not parts:
            return MATCH_NONE
        if len(parts) == 1:
            return parts[0]
        return Or(parts) if any_term else And(parts)


def understand(
    text: str, synonyms: Thesaurus | None = None, language: str = languages.FRENCH
) -> Words:
    """Read what was typed: words, "exact phrases", and the synonyms of both, which are French."""
    text = clean_words(text, quotes=True)
    synonyms = synonyms if synonyms and language == languages.FRENCH else Thesaurus()
    terms: list[Term] = []
    parts = _NUMBER_SIGN.sub(" ", text).split('"')
    if len(parts) % 2 == 0:  # a quotation mark without its pair is none
        parts[-2:] = [" ".join(parts[-2:])]
    asks_more = any(word not in FILLERS for part in parts for word in french.tokens(part))
    for position, part in enumerate(parts):
        if position % 2 and (phrase := languages.stems(part, language)):
            terms.append(Term((tuple(phrase),), is_quoted=True))
            continue
        if language == languages.FRENCH and asks_more:
            stems = [french.stem(word) for word in french.tokens(part) if word not in FILLERS]
        else:
            stems = languages.stems(part, language)
        start = 0
        while start < len(stems):
            typed, others = synonyms.at(stems, start)
            if len(typed) == 1 or others:
                terms.append(Term((typed, *others)))
            start += len(typed)
    return Words(text, tuple(dict.fromkeys(terms)), language)
