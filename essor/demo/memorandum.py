"""The memorandum, key figures, press, events and directory for the demonstration: real facts only."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Page

from essor.demo.pdfs import make_pdf
from essor.models import (
    Audience,
    AudienceLink,
    Axis,
    BodyPage,
    DirectoryPage,
    FederationsPage,
    FigureGroup,
    FigureSeries,
    FigureValue,
    KeyFiguresPage,
    Mandate,
    Measure,
    MemorandumPage,
    MemorandumRelatedPage,
    PressMention,
    PublicationFile,
    PublicationIndexPage,
    PublicationKind,
)
from home.documents import process
from home.events import EventType
from home.models import EventIndexPage, EventPage, HomePage, Organisation, SiteDocument

DATA = Path(__file__).resolve().parents[1] / "data"
MEMORANDUM = "memorandum-2024-2029"
MEMORANDUM_TITLE = (
    "Mémorandum 2024-2029 : pour une politique d’insertion sociale et professionnelle durable "
    "et de qualité"
)
DEMO_EVENT_IN = timedelta(days=60)


def load(home: HomePage) -> int:
    """Make the missing pages under the home page of interfede.be; returns how many."""
    load_figures()
    load_press()
    made = add_memorandum(home) + add_figures_page(home) + add_events(home) + add_directory(home)
    load_audiences(home)
    return made


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _has(parent: Page, slug: str) -> bool:
    return parent.get_children().filter(slug=slug).exists()


def _publish(parent: Page, page: Page) -> int:
    parent.add_child(instance=page)
    page.save_revision().publish()
    return 1


def _pdf(title: str, kind: str, day: str, pages: int) -> SiteDocument:
    """A real PDF of neutral text."""
    found = SiteDocument.objects.filter(title=title).first()
    if found:
        return found
    content = make_pdf(title, kind, day, pages)
    document = SiteDocument(title=title, file=ContentFile(content, name=f"{MEMORANDUM}.pdf"))
    document.file_size = len(content)
    document.save()
    process(document)
    return document


def add_memorandum(home: HomePage) -> int:
    """Four axes, twelve measures, in the words of the sector; no proposal is invented."""
    index = PublicationIndexPage.objects.child_of(home).first()
    if index is None or _has(index, MEMORANDUM):
        return 0
    page = MemorandumPage(
        title=MEMORANDUM_TITLE,
        slug=MEMORANDUM,
        publication_kind=PublicationKind.objects.get(slug="memorandum"),
        published="2023",
        reference_period="2024-2029",
        search_description="Quatre axes et douze mesures pour l’insertion sociale et "
        "professionnelle en Wallonie, proposés par le secteur des CISP pour 2024-2029.",
    )
    page.body = [
        (
            "text",
            "<p>Le mémorandum a paru dans L’essor n° 106. Chaque axe et chaque mesure a ici son "
            "adresse, que l’on peut citer.</p>",
        )
    ]
    axes: dict[str, list[str]] = {}
    for row in _rows("memorandum.csv"):
        axes.setdefault(row["axis"], []).append(row["measure"])
    page.axes.set(
        [
            Axis(
                title=title,
                sort_order=place,
                measures=[Measure(title=each, sort_order=at) for at, each in enumerate(measures)],
            )
            for place, (title, measures) in enumerate(axes.items())
        ]
    )
    page.bodies = list(Organisation.objects.filter(kind=Organisation.Kind.INTERFEDE)[:1])
    page.files.set(
        [
            PublicationFile(
                document=_pdf("Mémorandum 2024-2029", "Mémorandum", "2023", 6),
                label="Télécharger le mémorandum",
            )
        ]
    )
    return _publish(index, page)


def link_to_issue(home: HomePage) -> None:
    """The memorandum leads to the issue of L'essor that presented it, once both exist."""
    page = MemorandumPage.objects.descendant_of(home).filter(slug=MEMORANDUM).first()
    if page is None or page.related_pages.exists():
        return
    issue = (
        Page.objects.descendant_of(home)
        .filter(url_path__contains="/publications/lessor/", slug__startswith="106")
        .order_by("depth", "path")
        .first()
    )
    if issue is not None:
        page.related_pages.set([MemorandumRelatedPage(related=issue)])
        page.save_revision().publish()


def load_figures() -> None:
    """The series and their values; what exists stays."""
    for row in _rows("key_figures.csv"):
        group, _ = FigureGroup.objects.get_or_create(
            title=row["group"], defaults={"sort_order": FigureGroup.objects.count()}
        )
        series, _ = FigureSeries.objects.get_or_create(
            label=row["label"],
            defaults={
                "unit": row["unit"],
                "group": group,
                "in_chart": bool(row["in_chart"]),
                "sort_order": FigureSeries.objects.count(),
            },
        )
        FigureValue.objects.get_or_create(
            series=series,
            year=int(row["year"]),
            defaults={
                "text": row["text"],
                "number": Decimal(row["number"]) if row["number"] else None,
                "as_of": row["as_of"],
                "source": row["source"],
                "note": row["note"],
            },
        )


def add_figures_page(home: HomePage) -> int:
    """The page of the key figures, under the publications."""
    index = PublicationIndexPage.objects.child_of(home).first()
    if index is None or KeyFiguresPage.objects.exists():
        return 0
    page = KeyFiguresPage(
        title="Chiffres-clés",
        slug="chiffres-cles",
        show_in_menus=True,
        introduction="Les centres, les formations et les stagiaires en chiffres, avec leur année "
        "et leur source.",
        search_description="Les chiffres du secteur des CISP par année : centres, filières, "
        "stagiaires. Graphiques, tableaux et fichier CSV.",
    )
    return _publish(index, page)


def load_press() -> None:
    """Articles that name the sector, from public sources."""
    for row in _rows("press.csv"):
        medium, _ = Organisation.objects.get_or_create(
            acronym=row["medium"],
            defaults={
                "name": row["medium"],
                "slug": row["medium"].lower().replace(" ", "-").replace("’", "-"),
                "kind": Organisation.Kind.MEDIA,
            },
        )
        PressMention.objects.get_or_create(
            date=date.fromisoformat(row["date"]),
            medium=medium,
            defaults={"title": row["title"], "url": row["url"], "about": row["about"]},
        )


def add_events(home: HomePage) -> int:
    """The round table of 2024, the mobilisation of 2025, and a coming event that says it is a demo."""
    agenda = EventIndexPage.objects.child_of(home).first()
    if agenda is None:
        return 0
    made = 0
    if not _has(agenda, "table-ronde-politique"):
        page = EventPage(
            title="Table ronde politique",
            slug="table-ronde-politique",
            event_type=EventType.ROUND_TABLE,
            starts_at=_at(date(2024, 3, 14)),
            place="Bourse de Namur",
            introduction="Le secteur des CISP et les partis politiques autour de la même table.",
            search_description="Table ronde politique du 14 mars 2024 à la Bourse de Namur.",
        )
        document = _pdf(
            "Allocution inaugurale de la table ronde politique", "Discours", "14 mars 2024", 3
        )
        page.body = [
            ("text", "<p>L’allocution a ouvert la table ronde.</p>"),
            ("files", {"title": "Documents", "files": [document]}),
        ]
        made += _publish(agenda, page)
    if not _has(agenda, "mobilisation-du-22-mai-2025"):
        page = EventPage(
            title="Mobilisation du secteur CISP",
            slug="mobilisation-du-22-mai-2025",
            event_type=EventType.MOBILISATION,
            starts_at=_at(date(2025, 5, 22)),
            introduction="Le secteur des CISP s’est mobilisé le 22 mai 2025.",
            search_description="Mobilisation du secteur des CISP, le 22 mai 2025.",
        )
        made += _publish(agenda, page)
    if not _has(agenda, "rencontre-de-demonstration"):
        day = timezone.localdate() + DEMO_EVENT_IN
        page = EventPage(
            title="Rencontre de démonstration",
            slug="rencontre-de-demonstration",
            event_type=EventType.MEETING,
            starts_at=_at(day, 9),
            ends_at=_at(day, 12),
            place="Namur",
            introduction="Un événement inventé : il montre comment l’agenda présente ce qui vient.",
            search_description="Un événement de démonstration de l’agenda.",
        )
        made += _publish(agenda, page)
    return made


def _at(day: date, hour: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def add_directory(home: HomePage) -> int:
    """The bodies, whose seats are held by organisations, and the five federations."""
    made = 0
    directory = DirectoryPage.objects.child_of(home).first()
    if directory is None:
        directory = DirectoryPage(
            title="Qui fait quoi",
            slug="annuaire",
            introduction="Les organes de l’Interfédé et les cinq fédérations qui la composent.",
            search_description="Organes de l’Interfédé et fédérations des CISP.",
        )
        made += _publish(home, directory)
    federations = list(
        Organisation.objects.filter(kind=Organisation.Kind.FEDERATION).order_by("acronym")
    )
    for slug, title, sort, introduction in (
        (
            "assemblee-generale",
            "Assemblée générale",
            BodyPage.Sort.ASSEMBLY,
            "Les représentants des cinq fédérations. Ils étaient 49 en 2024.",
        ),
        (
            "organe-administration",
            "Organe d’administration",
            BodyPage.Sort.BOARD,
            "Il conduit l’Interfédé entre deux assemblées générales.",
        ),
    ):
        if _has(directory, slug):
            continue
        body = BodyPage(
            title=title,
            slug=slug,
            sort=sort,
            introduction=introduction,
            search_description=introduction,
        )
        body.mandates.set(
            [
                Mandate(organisation=each, role="Fédération membre", sort_order=place)
                for place, each in enumerate(federations)
            ]
        )
        made += _publish(directory, body)
    if not _has(home, "federations"):
        page = FederationsPage(
            title="Les cinq fédérations",
            slug="federations",
            introduction="Chaque centre est membre d’une fédération. Les cinq fédérations forment "
            "l’Interfédé.",
            search_description="AID, ALEAP, CAIPS, Lire et Écrire et UNESSA : les fédérations des "
            "CISP.",
        )
        made += _publish(home, page)
    return made


AUDIENCES = (
    (
        "Partenaires",
        "Connaître le secteur et travailler avec lui.",
        ("publications", "publications/chiffres-cles", "federations"),
    ),
    (
        "Presse",
        "Des chiffres sourcés et une personne à appeler.",
        ("presse", "publications/chiffres-cles", "infos/contact"),
    ),
    (
        "Politique",
        "Ce que le secteur demande, mesure par mesure.",
        (f"publications/{MEMORANDUM}", "publications/chiffres-cles", "agenda"),
    ),
    (
        "Travailleurs du secteur",
        "Lire, écouter, se former.",
        ("publications/lessor", "podcasts", "carrefours-et-cites-des-metiers", "agenda"),
    ),
)


def load_audiences(home: HomePage) -> None:
    """The entrances of the home page; links only to what exists."""
    for place, (title, introduction, paths) in enumerate(AUDIENCES):
        audience, created = Audience.objects.get_or_create(
            title=title, defaults={"introduction": introduction, "sort_order": place}
        )
        if not created:
            continue
        for at, path in enumerate(paths):
            target = Page.objects.filter(url_path=f"{home.url_path}{path}/").first()
            if target is not None:
                AudienceLink.objects.create(audience=audience, target=target, sort_order=at)
