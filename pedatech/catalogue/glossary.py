"""The glossary's page, and acronyms marked in texts (P-08)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import escape

from pedatech.catalogue.forms import WordsField
from pedatech.models import CataloguePage, GlossaryPage, GlossaryTerm
from search.french import fold

TAG = re.compile(r"(<[^>]*>)")
TAG_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
LEFT_ALONE = {"a", "abbr", "button", "code", "h1", "h2", "h3", "h4", "pre", "script", "summary"}
"""Elements whose text is not marked: links, headings, controls."""


@dataclass(frozen=True)
class Glossary:
    """Acronyms that texts explain: the address of the glossary, and word → (slug, long form)."""

    url: str = ""
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    pattern: re.Pattern[str] | None = None

    def mark(self, html: str) -> str:
        """`html` with the first occurrence of each word turned into a link to its explanation.

        The long form stands in the link's `<abbr title>` and, for those who do not see titles, in
        the glossary one tap away: nothing depends on a pointer that hovers.
        """
        if self.pattern is None or not self.url:
            return html
        seen: set[str] = set()
        closed_by: list[str] = []

        def replace(match: re.Match[str]) -> str:
            word = match[0]
            if word in seen:
                return word
            seen.add(word)
            slug, long_form = self.words[word]
            title = f' title="{escape(long_form)}"' if long_form else ""
            return f'<a class="term" href="{self.url}#{slug}"><abbr{title}>{word}</abbr></a>'

        parts = TAG.split(html)
        for number, part in enumerate(parts):
            if part.startswith("<"):
                name = TAG_NAME.match(part)
                tag = name[1].lower() if name else ""
                if tag in LEFT_ALONE:
                    if part.startswith("</"):
                        if tag in closed_by:
                            closed_by.remove(tag)
                    elif not part.endswith("/>"):
                        closed_by.append(tag)
            elif part and not closed_by:
                parts[number] = self.pattern.sub(replace, part)
        return "".join(parts)


def make_glossary(url: str, terms: Iterable[tuple[str, str, str]]) -> Glossary:
    """A glossary of `(word, slug, long form)`."""
    words = {str(escape(name)): (slug, long_form) for name, slug, long_form in terms}
    if not words:
        return Glossary(url)
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    alternatives = "|".join(re.escape(word) for word in longest_first)
    return Glossary(url, words, re.compile(rf"(?<![\w+&-])(?:{alternatives})(?![\w+-])"))


_kept: tuple[str, Glossary] | None = None


def current_glossary(catalogue: CataloguePage | None) -> Glossary:
    """The glossary as it stands now; no query while the catalogue's token stays the same."""
    global _kept  # noqa: PLW0603
    if catalogue is None:
        return Glossary()
    if _kept is None or _kept[0] != catalogue.token:
        page = GlossaryPage.objects.live().public().first()
        terms = GlossaryTerm.objects.filter(marked_in_texts=True)
        made = make_glossary(
            (page.get_url() or "") if page else "",
            terms.values_list("name", "slug", "long_form"),
        )
        _kept = (catalogue.token, made)
    return _kept[1]


def glossary_view(request: HttpRequest, page: GlossaryPage) -> HttpResponse:
    """Every term under its letter; `q` keeps those that hold the words."""
    error = ""
    try:
        words = WordsField().clean(request.GET.get("q", ""))
    except ValidationError as problem:
        words = ""
        error = " ".join(problem.messages)
    terms = list(GlossaryTerm.objects.all())
    wanted = fold(words).split()
    found = [
        term
        for term in terms
        if all(word in fold(f"{term.name} {term.long_form} {term.definition}") for word in wanted)
    ]
    # An acronym that is typed whole comes first.
    found.sort(key=lambda term: (fold(term.name) != fold(words), term.slug))
    groups: dict[str, list[GlossaryTerm]] = {}
    for term in sorted(found, key=lambda term: term.slug) if not words else found:
        groups.setdefault("" if words else term.letter, []).append(term)
    context = page.get_context(request)
    if "q" in request.GET:
        context["seo"]["robots"] = "noindex, follow"
    context.update(
        words=words,
        typed=request.GET.get("q", "")[:200] if not error else "",
        error=error,
        groups=[{"letter": letter, "terms": each} for letter, each in groups.items()],
        total=len(found),
        has_terms=bool(terms),
    )
    return TemplateResponse(request, "pedatech/glossary_page.html", context)
