"""The search page of each site, and what is suggested while typing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page, Site

from home import languages, visits
from home.branding import all_brandings
from home.models import SiteBranding
from home.origins import from_this_site
from home.page_cache import may_keep_text
from home.pagination import page_links
from home.seo import view_seo
from home.themes import Theme
from search.engine import is_incomplete
from search.federated import FACETS, Candidate, Choices, Found, find
from search.lexicon import ACRONYM, current_lexicon
from search.models import IndexedPage, Passage
from search.promotions import steering_of
from search.queries import Words, clean_words, understand
from search.recorded import MARK, count_click, mark_of
from search.snippets import marked, quote
from search.synonyms import thesaurus

PER_PAGE = 10
ELSEWHERE = 3
MAX_CHOICES = 20
EVERYWHERE = "tous"
FACET_LABELS = {
    "type": gettext_lazy("Type"),
    "theme": gettext_lazy("Thème"),
    "annee": gettext_lazy("Année"),
}
FEW_VALUES = 8
MAX_PASSAGES = 400


def said_of(facet: str, value: str) -> str:
    """A value of a facet as it is shown: kinds of pages are said in the language of the answer."""
    return _(value) if facet == "type" and not languages.is_french() else value


@dataclass(frozen=True)
class PassageResult:
    """A place inside a result: a page of a PDF, a moment of a recording."""

    label: str
    url: str
    excerpt: SafeString


@dataclass(frozen=True)
class Result:
    """One page found, ready for the template."""

    title: SafeString
    url: str
    kind: str
    site_label: str
    date: Any
    date_label: str
    excerpt: SafeString
    passage: PassageResult | None
    pk: int
    is_promoted: bool
    language: str = ""
    """of its text, when it is another one than that of the answer"""


@dataclass(frozen=True)
class Option:
    """A value of a facet, and the address with or without it."""

    label: str
    count: int
    url: str
    is_chosen: bool
    is_french: bool = False
    """its label, in an answer of another language"""


@dataclass(frozen=True)
class Facet:
    """A group of values."""

    key: str
    label: str
    options: list[Option]

    @property
    def is_open(self) -> bool:
        """Laid open when something is chosen in it."""
        return any(option.is_chosen for option in self.options)


@dataclass(frozen=True)
class Elsewhere:
    """What another site has."""

    label: str
    count: int
    url: str
    results: list[Result]


@dataclass
class Search:
    """A search as it stands in an address: `q`, `sites`, `type`, `theme`, `annee`, `page`."""

    request: HttpRequest
    brandings: tuple[SiteBranding, ...] = field(init=False)
    site: Site | None = field(init=False)

    def __post_init__(self) -> None:
        self.brandings = all_brandings()
        self.site = Site.find_for_request(self.request)

    @cached_property
    def theme(self) -> str:
        """The site of the visitor."""
        return next(
            (each.theme for each in self.brandings if self.site and each.site_id == self.site.pk),
            "",
        )

    @cached_property
    def text(self) -> str:
        """What was typed, safe to show and to search."""
        return clean_words(self.request.GET.get("q", ""), quotes=True)

    @cached_property
    def words(self) -> Words:
        """What was typed, understood."""
        return understand(
            self.text, thesaurus(self.site.pk if self.site else None), languages.current()
        )

    @cached_property
    def choices(self) -> Choices:
        """What is kept; a site that does not exist is left out."""

        def chosen(name: str) -> frozenset[str]:
            values = self.request.GET.getlist(name)[:MAX_CHOICES]
            return frozenset(value for each in values if (value := clean_words(each)))

        sites = chosen("sites")
        if EVERYWHERE in sites:
            sites = frozenset(Theme.values)
        return Choices(
            sites=sites & frozenset(Theme.values),
            **{facet: chosen(facet) for facet in FACETS},
        )

    @cached_property
    def found(self) -> Found:
        """The answer of the index."""
        steer = None
        if self.site and self.words:
            steer = steering_of(self.words, self.site.pk, timezone.localdate())
        return find(self.words, self.theme, self.choices, steer=steer)

    def with_choices(self, **changes: frozenset[str]) -> str:
        """Address of this search with other choices."""
        return self.url(choices=replace(self.choices, **changes))

    def url(self, text: str = "", page: int = 1, choices: Choices | None = None) -> str:
        """Address of this search with another text, page or choices."""
        choices = choices or self.choices
        pairs: list[tuple[str, str]] = [("q", text or self.text)]
        if choices.sites == frozenset(Theme.values):
            pairs.append(("sites", EVERYWHERE))
        elif choices.sites - {self.theme}:
            pairs += [("sites", each) for each in sorted(choices.sites)]
        for facet in FACETS:
            pairs += [(facet, each) for each in sorted(getattr(choices, facet))]
        if page > 1:
            pairs.append(("page", str(page)))
        return f"{self.request.path}?{urlencode(pairs)}"

    # --- What the page shows ---------------------------------------------------------------

    @cached_property
    def site_links(self) -> list[Option]:
        """The own site, each other site, and all of them, with the number of their pages."""
        counts = self.found.per_site
        sites = self.choices.sites or frozenset({self.theme})
        own = [each for each in self.brandings if each.theme == self.theme]
        others = [each for each in self.brandings if each.theme != self.theme]
        links = [
            Option(
                _("Ce site") if each.theme == self.theme else each.site_name,
                counts[each.theme],
                self.with_choices(sites=frozenset({each.theme})),
                sites == {each.theme},
            )
            for each in (*own, *others)
        ]
        everywhere = frozenset(Theme.values)
        total = sum(counts.values())
        return [
            *links,
            Option(
                _("Les trois sites"),
                total,
                self.with_choices(sites=everywhere),
                sites == everywhere,
            ),
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets that still make a difference, each value with its count after the click."""
        facets = []
        for key in FACETS:
            chosen: frozenset[str] = getattr(self.choices, key)
            counts = self.found.facets[key]
            values = _in_order(key, {*counts, *chosen}, counts)
            if len(values) < 2 and not chosen:
                continue
            facets.append(
                Facet(
                    key,
                    str(FACET_LABELS[key]),
                    [
                        Option(
                            said_of(key, value),
                            counts[value],
                            self.with_choices(**{key: chosen ^ {value}}),
                            value in chosen,
                            key == "theme",
                        )
                        for value in values
                    ],
                )
            )
        return facets

    @cached_property
    def active_filters(self) -> list[dict[str, str]]:
        """`[{"label", "remove_url"}]` of the choices in force."""
        return [
            {
                "label": f"{FACET_LABELS[key]} : {said_of(key, value)}",
                "remove_url": self.with_choices(**{key: getattr(self.choices, key) - {value}}),
            }
            for key in FACETS
            for value in sorted(getattr(self.choices, key))
        ]

    def correction(self) -> dict[str, str] | None:
        """`{"text", "url"}` of «Vouliez-vous dire», only where nothing holds all words."""
        if not self.words or self.found.complete:
            return None
        better = current_lexicon(languages.current()).correct(self.text)
        return {"text": better, "url": self.url(better)} if better else None

    def results(self, *lists: Iterable[Candidate]) -> list[list[Result]]:
        """The candidates of each list as results, in two queries for all of them."""
        wanted = [list(each) for each in lists]
        pks = [each.pk for candidates in wanted for each in candidates]
        entries = IndexedPage.objects.visible().select_related("page").in_bulk(pks)
        # A page that editors chose and that says nothing of the words has no passage either.
        silent = {each.pk for candidates in wanted for each in candidates if each.is_silent}
        passages = self._passages(entry for pk, entry in entries.items() if pk not in silent)
        labels = {each.theme: each for each in self.brandings}
        in_language: dict[int, Page] = {}
        if not languages.is_french():
            in_language = {page.pk: page for page in Page.objects.filter(pk__in=pks).specific()}
        return [
            [
                self._result(
                    entries[each.pk], labels, passages.get(each.pk), each.is_promoted, in_language
                )
                for each in candidates
                if each.pk in entries
            ]
            for candidates in wanted
        ]

    def _result(
        self,
        entry: IndexedPage,
        brandings: dict[str, SiteBranding],
        passage: Passage | None,
        is_promoted: bool,
        in_language: Mapping[int, Page],
    ) -> Result:
        branding = brandings[entry.theme]
        root = "" if entry.theme == self.theme else branding.site.root_url
        path = "/" + entry.page.url_path[len(branding.site.root_page.url_path) :]
        if entry.pk in in_language:
            # In another language the address is that of the translation, or of the page of data.
            root, path = "", in_language[entry.pk].get_url(self.request) or path
        stems = self.words.stems
        described, said = (
            quote(each, stems, language=entry.language) for each in (entry.description, entry.text)
        )
        # The editor's own description, unless the text holds more of the words.
        excerpt = said if said.hits > described.hits or not described.text else described
        return Result(
            title=marked(entry.title, stems, entry.language),
            url=f"{root}{path}",
            kind=said_of("type", entry.kind),
            language="" if entry.language == languages.current() else entry.language,
            site_label=branding.site_name,
            date=entry.date,
            date_label=entry.date_label,
            excerpt=marked(excerpt.text, stems, entry.language),
            passage=PassageResult(
                passage.label,
                f"{root}{passage.url}" if passage.url.startswith("/") else passage.url,
                marked(
                    quote(passage.text, stems, language=entry.language).text, stems, entry.language
                ),
            )
            if passage
            else None,
            pk=entry.pk,
            is_promoted=is_promoted,
        )

    @property
    def mark(self) -> str:
        """What is counted of this search; "" for a choice within one that was counted."""
        if (
            not self.words
            or self.site is None
            or any(getattr(self.choices, facet) for facet in FACETS)
        ):
            return ""
        found = self.found
        return mark_of(
            self.site.pk,
            found.per_site[self.theme],
            is_nothing=not found.candidates,
            is_partly=found.is_partial,
        )

    def _passages(self, entries: Iterable[IndexedPage]) -> dict[int, Passage]:
        """Entry → the passage that says what neither its title nor its text says."""
        missing: dict[int, frozenset[str]] = {}
        for entry in entries:
            shown = f"{entry.title} {entry.description} {entry.keywords} {entry.text}"
            lacking = frozenset(
                stem
                for term in self.words.terms
                if not any(_holds(shown, alternative) for alternative in term.alternatives)
                for alternative in term.alternatives
                for stem in alternative
            )
            if lacking:
                missing[entry.pk] = lacking
        if not missing:
            return {}
        best: dict[int, tuple[int, Passage]] = {}
        for passage in Passage.objects.holding(missing)[:MAX_PASSAGES]:
            hits = sum(f" {stem} " in passage.words for stem in self.words.stems)
            if passage.entry_id not in best or hits > best[passage.entry_id][0]:
                best[passage.entry_id] = (hits, passage)
        return {pk: passage for pk, (_hits, passage) in best.items()}


def _in_order(facet: str, values: Iterable[str], counts: Counter[str]) -> list[str]:
    """Years from the last one on, other values from the most frequent one on."""
    if facet == "annee":
        return sorted(values, key=lambda each: (len(each), each), reverse=True)
    return sorted(values, key=lambda each: (-counts[each], each))


def _holds(text: str, stems: tuple[str, ...]) -> bool:
    return quote(text, stems, language=languages.current()).hits == len(set(stems))


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/recherche/?q=&sites=tous&type=&theme=&annee=&page=`."""
    search = Search(request)
    paginator: Paginator = Paginator(search.found.own if search.words else [], PER_PAGE)
    try:
        page = paginator.page(_number(request.GET.get("page", "1")))
    except EmptyPage:
        page = paginator.page(paginator.num_pages)
    elsewhere = list(search.found.elsewhere.items()) if search.words else []
    shown = elsewhere if page.number == 1 else []
    results, *others = search.results(
        list(page), *(candidates[:ELSEWHERE] for _, candidates in shown)
    )
    names = {each.theme: each.site_name for each in search.brandings}
    context = {
        "query": search.text,
        "has_words": bool(search.words),
        "results": results,
        "total": paginator.count,
        "is_incomplete": is_incomplete(),
        "is_partial": bool(search.words) and search.found.is_partial,
        "shows_sites": len(search.choices.sites) > 1,
        "site_links": search.site_links if search.words else [],
        "facets": search.facets if search.words else [],
        "active_filters": search.active_filters,
        "clear_url": search.with_choices(**dict.fromkeys(FACETS, frozenset())),
        "correction": search.correction(),
        "everywhere": search.choices.sites == frozenset(Theme.values),
        "elsewhere": [
            Elsewhere(
                names[theme],
                len(candidates),
                search.with_choices(sites=frozenset({theme})),
                found,
            )
            for (theme, candidates), found in zip(shown, others, strict=True)
        ],
        "pages": page_links(page, lambda number: search.url(page=number)),
        "seo": view_seo(
            request,
            _("Recherche : %(words)s") % {"words": search.text} if search.text else _("Recherche"),
        ),
        "breadcrumbs": [
            {"title": _("Accueil"), "url": languages.home_url()},
            {"title": _("Recherche"), "url": ""},
        ],
    }
    response = TemplateResponse(request, "search/search_page.html", context)
    if page.number == 1 and (mark := search.mark):
        response[MARK] = mark
    if not context["is_incomplete"]:
        may_keep_text(request)
    return response


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """`/api/suggestions/?q=` → `{"results": [{"label", "kind", "site", "url"}]}`, at most 8."""
    search = Search(request)
    roots = {each.theme: each for each in search.brandings}
    results = []
    for each in current_lexicon(languages.current()).suggest(search.text, search.theme):
        url = each.url
        if each.kind == ACRONYM:
            url = f"/recherche/?{urlencode({'q': each.label.partition(' : ')[2]})}"
        elif each.theme != search.theme and each.theme in roots:
            url = roots[each.theme].site.root_url + each.url
        site = roots[each.theme].site_name if each.theme in roots else ""
        results.append(
            {
                "label": each.label,
                "kind": said_of("type", each.kind),
                "site": "" if each.theme == search.theme else site,
                "url": url,
            }
        )
    return JsonResponse({"results": results})


@csrf_exempt  # no cookie to protect, and a beacon sends no token: the origin is asked instead
@require_POST
def note_click(request: HttpRequest) -> HttpResponse:
    """`/api/recherche/clic/` (mots, page): a result was opened. 204, or a French message in JSON."""
    if not from_this_site(request):
        return JsonResponse(
            {"message": "Cette adresse ne répond qu’aux pages du site."}, status=403
        )
    search = Search(request)
    words = understand(clean_words(request.POST.get("mots", ""), quotes=True))
    page = request.POST.get("page", "")
    if (
        not words
        or search.site is None
        or not (page.isascii() and page.isdigit() and len(page) < 10)
    ):
        return JsonResponse({"message": "Donnez des mots et le numéro d’une page."}, status=400)
    if not IndexedPage.objects.visible().filter(pk=int(page)).exists():
        return JsonResponse({"message": "Cette page n’est pas dans la recherche."}, status=404)
    if not visits.says_no(request) and not count_click(words.text, search.site.pk):
        return JsonResponse({"message": "Trop de clics en une minute."}, status=429)
    return HttpResponse(status=204)
