"""What machines read of a publication: Highwire tags and schema.org."""

from essor.publications.citations import PUBLISHER, Citation, CitedAs

SCHEMA_TYPES = {
    CitedAs.REPORT: "Report",
    CitedAs.ARTICLE: "Article",
    CitedAs.NEWS: "NewsArticle",
    CitedAs.LEGAL: "Legislation",
    CitedAs.OTHER: "Article",
}


def highwire_tags(citation: Citation) -> list[tuple[str, str]]:
    """`(name, content)` of the meta tags that Google Scholar and Zotero read."""
    people = [", ".join(part for part in pair if part) for pair in citation.people]
    tags = [("citation_title", citation.title)]
    tags += [("citation_author", name) for name in people or citation.bodies]
    tags.append(("citation_publication_date", citation.published.replace("-", "/")))
    tags.append(("citation_language", citation.language))
    if citation.cited_as is CitedAs.REPORT:
        tags.append(("citation_technical_report_institution", citation.publisher))
    if citation.medium:
        tags.append(("citation_journal_title", citation.medium))
        if citation.number:
            tags.append(("citation_issue", citation.number))
    else:
        tags.append(("citation_publisher", citation.publisher))
    tags.append(("citation_abstract_html_url", citation.url))
    if citation.pdf_url:
        tags.append(("citation_pdf_url", citation.pdf_url))
    return tags


def json_ld(
    citation: Citation, summary: str, updated: str, funders: list[str], topics: list[str]
) -> dict[str, object]:
    """The publication as schema.org has it; `updated` is an ISO date or ""."""
    people = [
        {"@type": "Person", "name": f"{given} {family}".strip()}
        if given
        else {"@type": "Organization", "name": family}
        for family, given in citation.people
    ]
    bodies = [{"@type": "Organization", "name": name} for name in citation.bodies]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES[citation.cited_as],
        "headline": citation.title,
        "name": citation.title,
        "description": summary,
        "datePublished": citation.published,
        "dateModified": updated,
        "inLanguage": citation.language,
        "url": citation.url,
        "mainEntityOfPage": citation.url,
        "isAccessibleForFree": True,
        "author": people or bodies or [{"@type": "Organization", "name": PUBLISHER}],
        "publisher": {"@type": "Organization", "name": citation.medium or PUBLISHER},
        "keywords": topics,
        "funder": [{"@type": "Organization", "name": name} for name in funders],
    }
    if citation.pdf_url:
        data["encoding"] = {
            "@type": "MediaObject",
            "encodingFormat": "application/pdf",
            "contentUrl": citation.pdf_url,
        }
    return {name: value for name, value in data.items() if value not in ("", [])}
