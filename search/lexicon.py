"""Words and titles of the public pages, kept in memory for suggestions and spelling.

Each process asks the database for the state of the index, one small query, before it uses what it
keeps: a page that was taken off line a second ago is suggested no more.
"""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max
from rapidfuzz import process
from rapidfuzz.distance import OSA
from wagtail.models import PageViewRestriction

from home.languages import FRENCH
from search import french
from search.models import IndexedPage, Synonym, split_words
from search.snippets import _TOKEN
from search.sources import Suggestion, all_suggestions

MAX_RESULTS = 8
MIN_TYPED = 2
LONGEST_ACRONYM = 6
SHORTEST_CORRECTED = 4
LONG_WORD = 8
ACRONYM = "Sigle"


@dataclass(frozen=True)
class Entry:
    """A suggestion with its folded words."""

    suggestion: Suggestion
    folded: str
    words: tuple[str, ...]


@dataclass
class Lexicon:
    """Everything that may be meant."""

    entries: list[Entry] = field(default_factory=list)
    prefixes: list[tuple[str, int]] = field(default_factory=list)
    """(word, number of the entry), sorted"""
    frequency: Counter[str] = field(default_factory=Counter)
    """folded word → number of labels that hold it"""
    spelled: dict[str, str] = field(default_factory=dict)
    """folded word → as it is written"""
    stems: set[str] = field(default_factory=set)
    by_sound: dict[str, list[str]] = field(default_factory=dict)

    # --- Suggestions -----------------------------------------------------------------------

    def suggest(self, text: str, theme: str, limit: int = MAX_RESULTS) -> list[Suggestion]:
        """Suggestions in which each typed word begins a word; those of this site first."""
        typed = french.words(text)
        if not typed or len("".join(typed)) < MIN_TYPED:
            return []
        key = max(typed, key=len)
        start = bisect_left(self.prefixes, (key, -1))
        found: dict[int, None] = {}
        for word, number in self.prefixes[start:]:
            if not word.startswith(key):
                break
            found[number] = None
        whole = french.fold(text)
        hits = [
            entry
            for entry in (self.entries[number] for number in found)
            if all(any(word.startswith(each) for word in entry.words) for each in typed)
            and (entry.suggestion.theme == theme or not entry.suggestion.only_here)
        ]
        hits.sort(
            key=lambda entry: (
                entry.suggestion.theme != theme,
                not entry.folded.startswith(whole),
                len(entry.folded),
                entry.folded,
            )
        )
        unique: dict[tuple[str, str], Suggestion] = {}
        for hit in hits:
            unique.setdefault((hit.folded, hit.suggestion.kind), hit.suggestion)
        return list(unique.values())[:limit]

    # --- Spelling --------------------------------------------------------------------------

    def correct(self, text: str) -> str:
        """The text with its unknown words corrected; "" when there is nothing to correct."""
        parts: list[str] = []
        end = 0
        changed = False
        for match in _TOKEN.finditer(text):
            better = self.correct_word(match.group())
            parts += [text[end : match.start()], better or match.group()]
            end = match.end()
            changed = changed or bool(better)
        return "".join([*parts, text[end:]]) if changed else ""

    def correct_word(self, word: str) -> str:
        """The likeliest known word for an unknown one; "" for a known one or without a likely one."""
        folded = french.fold(word)
        if (
            len(folded) < SHORTEST_CORRECTED
            or not folded.isalpha()
            or folded in french.STOP_WORDS
            or folded in self.frequency
            or french.stem(folded) in self.stems
        ):
            return ""
        furthest = 2 if len(folded) >= LONG_WORD else 1
        near = process.extract(
            folded, self.frequency.keys(), scorer=OSA.distance, score_cutoff=furthest, limit=12
        )
        sound = french.sound(word)
        candidates = {found: float(distance) for found, distance, _ in near}
        for found in self.by_sound.get(sound, ()) if sound else ():
            candidates[found] = min(candidates.get(found, 9.0) - 0.5, 1.0)
        if not candidates:
            return ""
        best = min(
            candidates,
            key=lambda each: (
                candidates[each],
                each[0] != folded[0],
                abs(len(each) - len(folded)),
                -self.frequency[each],
                each,
            ),
        )
        return self.spelled[best]


def build(suggestions: Iterable[Suggestion]) -> Lexicon:
    """Index suggestions by the beginnings of their words."""
    lexicon = Lexicon()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for number, each in enumerate(suggestions):
        text = f"{each.label} {each.words}"
        words = tuple(dict.fromkeys(french.words(text)))
        lexicon.entries.append(Entry(each, french.fold(each.label), words))
        lexicon.prefixes += [(word, number) for word in words]
        for token in dict.fromkeys(_TOKEN.findall(text)):
            folded = french.fold(token)
            if len(folded) >= SHORTEST_CORRECTED and folded.isalpha():
                lexicon.frequency[folded] += 1
                forms[folded][token.lower()] += 1
    lexicon.prefixes.sort()
    lexicon.spelled = {folded: seen.most_common(1)[0][0] for folded, seen in forms.items()}
    lexicon.stems = {french.stem(word) for word in lexicon.frequency}
    by_sound: dict[str, list[str]] = defaultdict(list)
    for folded, written in lexicon.spelled.items():
        sound = french.sound(written)
        if sound:
            by_sound[sound].append(folded)
    lexicon.by_sound = dict(by_sound)
    return lexicon


_lock = threading.Lock()
_kept: dict[str, tuple[Hashable, Lexicon]] = {}
"""language → (state, lexicon)"""


def current_lexicon(language: str = "fr") -> Lexicon:
    """The lexicon as the public pages are now."""
    others_state, others = all_suggestions()
    pages = IndexedPage.objects.aggregate(Max("updated_at"), Count("pk"))
    private = PageViewRestriction.objects.aggregate(Max("pk"), Count("pk"))
    synonyms = Synonym.objects.aggregate(Max("updated_at"), Count("pk"))
    state = (language, others_state, *pages.values(), *private.values(), *synonyms.values())
    with _lock:
        kept = _kept.get(language)
        if kept is None or kept[0] != state:
            more = [each for each in others if each.language == language]
            if language == FRENCH:
                more = [*_acronyms(), *more]
            kept = _kept[language] = (state, build([*_titles(language), *more]))
        return kept[1]


def forget_lexicon() -> None:
    """Read everything anew (tests)."""
    with _lock:
        _kept.clear()


def _titles(language: str) -> list[Suggestion]:
    if language != FRENCH:
        entries = IndexedPage.objects.visible().filter(language=language).order_by("pk")
        return [
            Suggestion(entry.title, entry.kind, parts[2], entry.theme)
            for entry in entries.select_related("page")
            if (parts := entry.page.get_url_parts()) and parts[2]
        ]
    rows = (
        IndexedPage.objects.visible()
        .filter(language=language)
        .order_by("pk")
        .values_list("title", "kind", "page__url_path", "site__root_page__url_path", "theme")
    )
    return [
        Suggestion(title, kind, "/" + path[len(root) :], theme)
        for title, kind, path, root, theme in rows
    ]


def _acronyms() -> list[Suggestion]:
    """Acronyms of the synonyms, told with what they stand for; they lead to a search."""
    rows = Synonym.objects.filter(site=None, direction=Synonym.Direction.BOTH).values_list(
        "typed", "found"
    )
    found = []
    for typed, stands_for in rows:
        long_form = next((each for each in split_words(stands_for) if " " in each), "")
        found += [
            Suggestion(f"{each.upper()} : {long_form}", ACRONYM, "", "", each)
            for each in split_words(typed)
            if long_form and len(each) <= LONGEST_ACRONYM and " " not in each
        ]
    return found
