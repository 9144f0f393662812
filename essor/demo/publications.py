"""Publications for the demonstration: real titles and dates, short neutral texts, real PDFs."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image, ImageDraw, ImageFont
from wagtail.models import Collection, Page

from essor.demo.pdfs import make_pdf
from essor.models import (
    Project,
    ProjectFunder,
    PublicationCorrection,
    PublicationFile,
    PublicationIndexPage,
    PublicationKind,
    PublicationPage,
    PublicationPartPage,
    Topic,
)
from essor.partial_dates import first_day, label
from home.documents import process
from home.models import HomePage, Organisation, SiteDocument, SiteImage

DATA = Path(__file__).resolve().parents[1] / "data" / "publications.csv"
AMAC = "amac-abandon-mobilisation-et-accroche-des-stagiaires-en-cisp"
RARE_WORD = "phosphorescence"
RARE_PAGE = 7
"""The word stands in no other text of the three sites, on this page of the AMAC study only."""
AMAC_PARTS = (
    ("Première partie", "partie-1", "Ce que la première partie de l’étude observe."),
    ("Deuxième partie", "partie-2", "Ce que la deuxième partie de l’étude analyse."),
    ("Troisième partie", "partie-3", "Ce que la troisième partie de l’étude conclut."),
    ("Pistes d’actions", "pistes-d-actions", "Les pistes d’actions compilées en fin de rapport."),
)
DOWNLOAD = "Télécharger le document"
CORRECTED = "stagiaires-et-offre-de-formation-2021-2022"
ALIASES = {
    "précarité": "pauvreté\nexclusion",
    "décrochage": "abandon\narrêt de formation",
    "statistiques": "chiffres\nétudes statistiques",
    "orientation": "projet professionnel",
    "référentiels": "référentiel métier\nSFMQ",
    "formation des travailleurs": "formation continue\nformateurs",
    "réglementation": "arrêté\ndécret",
    "politique": "gouvernement\nparlement",
}
PROJECT = {
    "slug": "orientation-en-cisp",
    "name": "Orientation en CISP",
    "reference": "A000441",
    "mention": "Avec le soutien du Fonds social européen plus.",
    "description": "Un projet pour l’orientation des stagiaires dans les CISP.",
}


def load(home: HomePage) -> int:
    """Make the missing publications under the home page of interfede.be; returns how many."""
    index = PublicationIndexPage.objects.child_of(home).first()
    if index is None:
        return 0
    _add_project()
    return sum(_add(index, row) for row in _rows())


def _rows() -> Iterator[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _add(index: PublicationIndexPage, row: dict[str, str]) -> int:
    """One row of the file with its files, parts and corrections; 0 when it exists."""
    if index.get_children().filter(slug=row["slug"]).exists():
        return 0
    kind = PublicationKind.objects.get(slug=row["kind"])
    page = PublicationPage(
        title=row["title"],
        slug=row["slug"],
        publication_kind=kind,
        published=row["published"],
        reference_period=row["period"],
        medium=row["medium"],
        issue_number=row["number"],
        external_url=row["url"],
        search_description=row["summary"],
        replaces=PublicationPage.objects.child_of(index).filter(slug=row["replaces"]).first(),
        first_published_at=_morning(first_day(row["published"])),
    )
    page.body = [] if row["kind"] == "article-presse" else _body()
    page.topics = [topic(name) for name in row["topics"].split("|") if name]
    page.bodies = list(Organisation.objects.filter(acronym__in=row["bodies"].split("|")))
    if int(row["pages"]):
        page.files.add(PublicationFile(document=_document(row, kind), label=DOWNLOAD, sort_order=0))
    if row["slug"] == CORRECTED:
        page.corrections.add(
            PublicationCorrection(
                date=date(2024, 10, 7),
                text="Correctif de démonstration : la page disait « 2020-2021 » ; la période "
                "étudiée est bien 2021-2022.",
            )
        )
    index.add_child(instance=page)
    page.save_revision().publish()
    return 1 + (_add_parts(page) if row["slug"] == AMAC else 0)


def _add_parts(study: Page) -> int:
    for title, slug, summary in AMAC_PARTS:
        part = PublicationPartPage(title=title, slug=slug, search_description=summary)
        part.body = _body()
        study.add_child(instance=part)
        part.save_revision().publish()
    return len(AMAC_PARTS)


def topic(name: str) -> Topic:
    """The topic of that name, made when it is missing."""
    found, _ = Topic.objects.get_or_create(
        slug=slugify(name),
        defaults={"name": name[0].upper() + name[1:], "aliases": ALIASES.get(name, "")},
    )
    return found


def _body() -> list[tuple[str, object]]:
    return [
        (
            "text",
            "<p>Ce texte est une démonstration : le titre et la date sont réels, "
            "le texte de la publication d’origine n’est pas encore repris ici.</p>",
        ),
        ("heading", {"text": "À propos de ce texte", "level": "2"}),
        (
            "text",
            "<p>La page est la version de référence. Un fichier, quand il y en a un, dit la même "
            "chose sous une autre forme.</p>",
        ),
    ]


def _document(row: dict[str, str], kind: PublicationKind) -> SiteDocument:
    """The PDF of a row, read at once so that its text is searchable and its cover drawn."""
    pages = int(row["pages"])
    words = {RARE_PAGE: RARE_WORD} if row["slug"] == AMAC else None
    content = make_pdf(row["title"], kind.name, label(row["published"]), pages, words)
    document = SiteDocument(
        title=row["title"][:255],
        file=ContentFile(content, name=f"{row['slug'][:60]}.pdf"),
        collection=_collection(),
    )
    document.save()
    process(document)
    return document


def _collection() -> Collection:
    """Files of interfede.be stand in its collection."""
    return (
        Collection.objects.filter(name="interfede.be").first() or Collection.get_first_root_node()
    )


def _add_project() -> None:
    """A project with its funder, for the editors: which publications it paid for is theirs to say."""
    project, is_new = Project.objects.get_or_create(slug=PROJECT["slug"], defaults={**PROJECT})
    funder = Organisation.objects.filter(acronym="FSE+").first()
    if is_new and funder:
        if funder.logo is None:
            funder.logo = _plate(funder)
            funder.save()
        ProjectFunder.objects.create(project=project, organisation=funder, sort_order=0)


def _plate(organisation: Organisation) -> SiteImage:
    """A plate with the acronym: it holds the place of the logo, which has an owner."""
    picture = Image.new("RGB", (480, 200), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((8, 8, 471, 191), outline="#211d1a", width=4)
    draw.text(
        (240, 100),
        organisation.acronym,
        fill="#211d1a",
        anchor="mm",
        font=ImageFont.load_default(size=96),
    )
    out = BytesIO()
    picture.save(out, "PNG")
    return SiteImage.objects.create(
        title=f"Emplacement du logo {organisation.acronym}",
        description=f"{organisation.acronym} (emplacement du logo)",
        file=ContentFile(out.getvalue(), name=f"logo-{organisation.slug}.png"),
        collection=_collection(),
    )


def _morning(day: date) -> datetime:
    """Nine in the morning of that day, here."""
    return timezone.make_aware(datetime.combine(day, time(9)))
