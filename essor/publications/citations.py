"""How a publication is cited: the line to copy, RIS and BibTeX (I-27)."""

import re
from dataclasses import dataclass

import bibtexparser
import rispy
from bibtexparser.model import Entry, Field
from django.http import HttpRequest
from django.utils.text import slugify

from essor.models import PublicationKind, PublicationPage
from search.french import fold

PUBLISHER = "Interfédération des CISP"
CitedAs = PublicationKind.CitedAs

RIS_TYPES = {
    CitedAs.REPORT: "RPRT",
    CitedAs.ARTICLE: "MGZN",
    CitedAs.NEWS: "NEWS",
    CitedAs.LEGAL: "STAT",
    CitedAs.OTHER: "GEN",
}
BIBTEX_TYPES = {
    CitedAs.REPORT: "techreport",
    CitedAs.ARTICLE: "article",
    CitedAs.NEWS: "article",
    CitedAs.LEGAL: "misc",
    CitedAs.OTHER: "misc",
}
# What LaTeX reads as a command; UTF-8 letters need nothing.
_LATEX = re.compile(r"[\\{}$&#%_^~]")
_LATEX_NAMES = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
_MEDIUM_AT_END = re.compile(r"\s*\([^()]*\)$")


class _RisWriter(rispy.RisWriter):
    """Without the number that rispy writes before each reference: RIS starts with TY."""

    def set_header(self, count: int) -> str:  # noqa: ARG002
        """No line before a reference."""
        return ""


@dataclass(frozen=True)
class Citation:
    """What every form of a citation is made of."""

    title: str
    people: list[tuple[str, str]]
    """(family name, given name) of those who sign"""
    bodies: list[str]
    """full names of the organisations that speak, when no person signs"""
    kind: str
    cited_as: CitedAs
    published: str
    """ISO date of reduced precision"""
    date_label: str
    publisher: str
    medium: str
    number: str
    url: str
    pdf_url: str
    language: str

    @property
    def year(self) -> str:
        """Four digits."""
        return self.published[:4]

    @property
    def line(self) -> str:
        """One line of text, as a French bibliography has it."""
        names = [", ".join(part for part in pair if part) for pair in self.people] or self.bodies
        authors = "; ".join(names).replace(";", "\u00a0;") if names else self.publisher
        parts = [f"{authors} ({self.year}). {self.title.rstrip('.')}"]
        if self.medium:
            number = f", n°\u00a0{self.number}" if self.number else ""
            date = f", {self.date_label}" if len(self.published) > 4 else ""
            parts.append(f"{self.medium}{number}{date}")
        else:
            parts.append(f"{self.kind}{'' if authors == self.publisher else ', ' + self.publisher}")
        return f"{'. '.join(parts)}. {self.url}"


def citation_of(page: PublicationPage, request: HttpRequest) -> Citation:
    """Read a publication's citation; absolute addresses."""
    first_pdf = next((each for each in page.documents if each.file_extension == "pdf"), None)
    return Citation(
        title=page.title,
        people=[
            (each.author.family_name, each.author.given_name)
            for each in page.authors.select_related("author")
        ],
        bodies=[body.name for body in page.bodies.all()],
        kind=page.publication_kind.name,
        cited_as=CitedAs(page.publication_kind.cited_as),
        published=page.published,
        date_label=page.date_label,
        publisher=PUBLISHER,
        medium=page.medium,
        number=page.issue_number,
        url=page.get_full_url(request) or "",
        pdf_url=request.build_absolute_uri(first_pdf.url) if first_pdf else "",
        language=(first_pdf.language if first_pdf else "") or "fr",
    )


def ris(citation: Citation) -> str:
    """The citation in RIS, as reference managers read it."""
    entry: dict[str, object] = {
        "type_of_reference": RIS_TYPES[citation.cited_as],
        "title": citation.title,
        "authors": _names(citation),
        "year": citation.year,
        "date": "/".join([*citation.published.split("-"), "", ""][:3]) + "/",
        "publisher": citation.medium or citation.publisher,
        "language": citation.language,
        "urls": [url for url in (citation.url, citation.pdf_url) if url],
    }
    if citation.medium:
        entry["secondary_title"] = citation.medium
        entry["number"] = citation.number
    return rispy.dumps(
        [{name: value for name, value in entry.items() if value}], implementation=_RisWriter
    )


def bibtex(citation: Citation) -> str:
    """The citation in BibTeX."""
    year, month = (*citation.published.split("-"), "")[:2]
    fields = {
        "title": citation.title,
        "author": _bibtex_authors(citation),
        "year": year,
        "month": month.lstrip("0"),
        "url": citation.url,
        "language": "french" if citation.language == "fr" else citation.language,
    }
    kind = BIBTEX_TYPES[citation.cited_as]
    if kind == "article":
        fields |= {"journal": citation.medium or citation.publisher, "number": citation.number}
    elif kind == "techreport":
        fields |= {"institution": citation.publisher, "type": citation.kind}
    else:
        fields |= {"howpublished": citation.kind, "publisher": citation.publisher}
    raw = {"author", "url", "year", "month"}
    entry = Entry(
        kind,
        _key(citation),
        [
            # Two pairs of braces: the title keeps its capitals.
            Field(
                name,
                f"{{{{{_latex(value)}}}}}"
                if name == "title"
                else f"{{{value if name in raw else _latex(value)}}}",
            )
            for name, value in fields.items()
            if value
        ],
    )
    return bibtexparser.write_string(bibtexparser.Library([entry]), unparse_stack=[])


def _names(citation: Citation) -> list[str]:
    people = [", ".join(part for part in pair if part) for pair in citation.people]
    return people or citation.bodies or [citation.publisher]


def _bibtex_authors(citation: Citation) -> str:
    """Bodies stand in braces, or BibTeX would make a family name of their last word."""
    names = [
        f"{_latex(family)}, {_latex(given)}" if given else f"{{{_latex(family)}}}"
        for family, given in citation.people
    ]
    bodies = citation.bodies or [citation.publisher]
    return " and ".join(names or [f"{{{_latex(body)}}}" for body in bodies])


def _latex(text: str) -> str:
    return _LATEX.sub(lambda match: _LATEX_NAMES.get(match[0], f"\\{match[0]}"), text)


def _key(citation: Citation) -> str:
    """«amac2024»: the first word of the title and the year."""
    words = slugify(fold(_MEDIUM_AT_END.sub("", citation.title))).split("-")
    word = next((each for each in words if len(each) > 3), words[0] or "publication")
    return f"{word}{citation.year}"
