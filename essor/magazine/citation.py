"""How an article of the magazine is cited (I-27): the same forms as a publication."""

from django.http import HttpRequest

from essor.models import ArticlePage, PublicationKind
from essor.publications.citations import PUBLISHER, Citation


def citation_of(article: ArticlePage, request: HttpRequest) -> Citation | None:
    """What the citation of an article is made of; None for an article without an issue."""
    issue = article.get_issue()
    if issue is None or not issue.published:
        return None
    return Citation(
        title=article.title,
        people=[(each.family_name, each.given_name) for each in article.authors],
        bodies=[],
        kind="Article",
        cited_as=PublicationKind.CitedAs.ARTICLE,
        published=issue.published,
        date_label=issue.date_label,
        publisher=PUBLISHER,
        medium=issue.magazine_title,
        number=str(issue.number),
        url=article.get_full_url(request) or "",
        pdf_url="",
        language="fr",
    )


def highwire(
    article: ArticlePage, citation: Citation, request: HttpRequest
) -> list[tuple[str, str]]:
    """The `citation_…` tags that Google Scholar and Zotero read."""
    magazine = article.get_magazine()
    issue = article.get_issue()
    people = [", ".join(part for part in pair if part) for pair in citation.people]
    pdf = request.build_absolute_uri(issue.pdf.url) if issue and issue.pdf else ""
    tags = [
        ("citation_title", citation.title),
        *(("citation_author", name) for name in people or [citation.publisher]),
        ("citation_publication_date", citation.published.replace("-", "/")),
        ("citation_journal_title", citation.medium),
        ("citation_issue", citation.number),
        ("citation_issn", magazine.issn_online or magazine.issn_print if magazine else ""),
        ("citation_language", citation.language),
        ("citation_fulltext_html_url", citation.url),
        ("citation_pdf_url", pdf),
    ]
    return [(name, value) for name, value in tags if value]
