"""What the page of a resource shows: files, contents, related pages, structured data."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page, Site

from home.json_ld import json_for_script
from home.models import SiteBranding, SiteDocument
from home.visibility import public_pages
from pedatech.catalogue.glossary import current_glossary
from pedatech.catalogue.kits import kit_contents
from pedatech.catalogue.table import Row, Table, current_table
from pedatech.models import (
    FRAMES,
    CataloguePage,
    KitPage,
    ReferentialPage,
    ResourcePage,
    Vocabulary,
)

RELATED_MIN = 3
RELATED_MAX = 6


def frame_origins(page: ResourcePage) -> list[str]:
    """Origins that the policy of this page must let into frames; none without contents."""
    frames = [each.frame for each in page.embeds.all()]
    return sorted({frame.origin for frame in frames if frame})


def describe_resource(page: ResourcePage, request: HttpRequest) -> dict[str, Any]:
    """Everything that resource_page.html prints beyond the page itself."""
    catalogue = catalogue_of(page)
    table = current_table(catalogue) if catalogue else Table()
    base = (catalogue.get_url(request) if catalogue else "") or "/"
    files = list(page.files.select_related("document"))
    context: dict[str, Any] = {
        "catalogue_url": base,
        "files": files,
        "links": list(page.links.all()),
        "activities": list(page.activities.select_related("package")),
        "embeds": [
            {"embed": each, "frame": each.frame}
            for each in page.embeds.select_related("still")
            if each.frame
        ],
        "facts": facts(page, base),
        "rubrics": [
            {"name": str(rubric), "url": f"{base}rubriques/{rubric.path}/"}
            for rubric in page.rubrics.select_related("parent__parent")
        ],
        "frames": [
            {
                "label": term.label,
                "list": term.get_vocabulary_display(),
                "url": f"{base}reperes/{term.vocabulary}/{term.slug}/",
            }
            for term in page.terms_of(*FRAMES, Vocabulary.PROJECT, Vocabulary.GEP)
        ],
        "versions": page.version_list,
        "related": related(page, table, base, request),
        "list_url": f"{base}liste/?ids={page.pk}" if page.pk else "",
        "glossary": current_glossary(catalogue),
        "kit": None,
        "referential": None,
        "json_ld": json_for_script(
            learning_resource(page, [each.document for each in files], request)
        ),
    }
    if isinstance(page, KitPage):
        context["kit"] = kit_contents(page, request)
    if isinstance(page, ReferentialPage):
        context["referential"] = {
            "source": page.get_source_display(),
            "edition": page.edition,
            "trade": page.trade,
            "newer": page.replaced_by if page.replaced_by and page.replaced_by.live else None,
            "older": list(page.replaces.live().public().order_by("-edition", "pk"))  # type: ignore[attr-defined]
            if page.pk
            else [],
            "places_url": page.places_url(request),
        }
    return context


def catalogue_of(page: ResourcePage) -> CataloguePage | None:
    """The catalogue in which a resource lies; None for a page that is not saved yet."""
    if not page.depth:
        return CataloguePage.objects.first()
    return CataloguePage.objects.ancestor_of(page).first()


def facts(page: ResourcePage, base: str) -> list[dict[str, Any]]:
    """`[{"label", "values": [{"label", "url"}]}]`: what classes the resource, each with a link."""
    found: list[dict[str, Any]] = []

    def add(label: str, parameter: str, values: list[tuple[str, str]]) -> None:
        entries = [
            {"label": text, "url": f"{base}?{parameter}={value}" if parameter else ""}
            for value, text in values
            if text
        ]
        if entries:
            found.append({"label": label, "values": entries})

    for vocabulary in (
        Vocabulary.THEME,
        Vocabulary.CATEGORY,
        Vocabulary.AUDIENCE,
        Vocabulary.LEVEL,
    ):
        add(
            str(vocabulary.label),
            vocabulary.value,
            [(term.slug, term.label) for term in page.terms_of(vocabulary)],
        )
    add("Durée", "", [("", page.duration_label)])
    if page.producer:
        add("Producteur", "producteur", [(page.producer.slug, page.producer.name)])
    add("Auteurs", "", [("", page.authors.replace(";", ","))])
    add("Année", "annee", [(str(page.year or ""), str(page.year or ""))])
    add("Langue", "langue", [(page.language, page.get_language_display())])
    return found


def related(
    page: ResourcePage, table: Table, base: str, request: HttpRequest
) -> list[dict[str, str]]:
    """Pages to see as well: at least RELATED_MIN of them, or none (P-29).

    First those that the editor chose, of any of the three sites, and those whose editors chose
    this one; then the resources that share most terms. Only what anybody may read: chosen pages are asked of `public_pages`, resources
    come from the table of the catalogue.
    """
    chosen_ids = list(page.related.values_list("target_id", flat=True)) if page.pk else []
    chosen_ids += [each.pk for each in page.named_by if each.pk not in chosen_ids]
    chosen = (
        {each.pk: each for each in public_pages().filter(pk__in=chosen_ids)} if chosen_ids else {}
    )
    found = [
        {
            "title": each.title,
            "url": each.get_url(request) or "",
            "kind": _kind(each, table),
            "text": each.search_description,
        }
        for pk in chosen_ids
        if (each := chosen.get(pk))
    ]
    own = frozenset(term.pk for term in page.term_list)
    scored: list[tuple[int, int, Row]] = []
    for number, row in enumerate(table.rows):
        shared = len(own & row.terms)
        if shared and row.pk != page.pk and row.pk not in chosen:
            scored.append((-shared, number, row))
    scored.sort(key=lambda each: each[:2])
    found += [
        {
            "title": row.title,
            "url": f"{base}{row.slug}/",
            "kind": row.kind_label,
            "text": row.summary,
        }
        for _score, _number, row in scored[: max(0, RELATED_MAX - len(found))]
    ]
    return found if len(found) >= RELATED_MIN else []


def _kind(page: Page, table: Table) -> str:
    number = table.row_of.get(page.pk)
    if number is not None:
        return table.rows[number].kind_label
    return getattr(page.cached_content_type.model_class(), "kind", "Page")


# --- Structured data ------------------------------------------------------------------------------


def learning_resource(
    page: ResourcePage, documents: list[SiteDocument], request: HttpRequest
) -> dict[str, Any]:
    """The resource in the words of schema.org's LearningResource, the profile of LRMI.

    An absent fact has no key: no empty strings, no nulls.
    """
    by_list: dict[str, list] = {}
    for term in page.term_list:
        by_list.setdefault(term.vocabulary, []).append(term)
    licence = page.licence_info
    site = Site.find_for_request(request)
    branding = SiteBranding.objects.filter(site=site).first() if site else None
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": page.get_full_url(request) or "",
        "url": page.get_full_url(request) or "",
        "name": page.title,
        "description": page.introduction or page.search_description,
        "inLanguage": page.language,
        "learningResourceType": page.kind_label,
        "educationalLevel": [
            term.label for name in ("niveau", "cfc") for term in by_list.get(name, [])
        ],
        "educationalUse": [term.label for term in by_list.get("categorie", [])],
        "teaches": [
            term.label for name in ("theme", "rectec", "digcomp") for term in by_list.get(name, [])
        ],
        "about": [term.label for term in by_list.get("theme", [])],
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": "teacher"},
            *(
                {
                    "@type": "EducationalAudience",
                    "educationalRole": "student",
                    "audienceType": term.label,
                }
                for term in by_list.get("public", [])
            ),
        ],
        "timeRequired": iso_duration(page.duration),
        "license": (licence.url or licence.sentence) if licence else "",
        "usageInfo": licence.sentence if licence else "",
        "author": _authors(page),
        "publisher": {
            "@type": "Organization",
            "name": branding.organisation if branding else "Interfédération des CISP",
        },
        "dateCreated": str(page.year or ""),
        "datePublished": _iso(page.first_published_at),
        "dateModified": _iso(page.last_published_at or page.latest_revision_created_at),
        "isAccessibleForFree": True,
        "accessibilitySummary": page.accessibility_notes,
        "isPartOf": {"@type": "Periodical", "name": page.source_title} if page.source_title else "",
        "educationalAlignment": [
            {
                "@type": "AlignmentObject",
                "alignmentType": "educationalLevel" if name == Vocabulary.CFC else "teaches",
                "educationalFramework": Vocabulary(name).label,
                "targetName": term.label,
                **({"targetUrl": term.url} if term.url else {}),
            }
            for name in FRAMES
            for term in by_list.get(name, [])
        ],
        "encoding": [
            {
                "@type": "MediaObject",
                "name": document.title,
                "contentUrl": request.build_absolute_uri(document.url),
                "encodingFormat": document.content_type,
                **({"contentSize": str(document.file_size)} if document.file_size else {}),
            }
            for document in documents
        ],
        "version": page.version_list[0].number if page.version_list else "",
    }
    return {key: value for key, value in data.items() if value not in ("", [], None)}


def iso_duration(minutes: int | None) -> str:
    """«PT1H30M», "" without a duration."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _authors(page: ResourcePage) -> list[dict[str, str]]:
    people = [each.strip() for each in page.authors.split(";") if each.strip()]
    if people:
        return [{"@type": "Person", "name": each} for each in people]
    if page.producer:
        return [{"@type": "Organization", "name": page.producer.name}]
    return []
