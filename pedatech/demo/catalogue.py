"""Demo resources, kits, référentiels, glossary and label.

Titles of `real_title` rows are those of real resources; every text and file is a short neutral
demonstration, and each page says so. What exists stays: an editor's words win.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer
from wagtail.models import Collection

from home.documents import process
from home.models import HomePage, Organisation, SiteDocument
from pedatech.catalogue.signals import glossary_changed
from pedatech.models import (
    CataloguePage,
    GlossaryPage,
    GlossaryTerm,
    IdentityLine,
    KitPage,
    KitPart,
    KitStep,
    QualityCriterion,
    QualityLabelPage,
    QualityProcess,
    ReferentialPage,
    ResourceEmbed,
    ResourceFile,
    ResourceKind,
    ResourceLink,
    ResourcePage,
    ResourceVersion,
    Rubric,
    Term,
    Vocabulary,
)
from pedatech.models.catalogue import address_of

DATA = Path(__file__).resolve().parents[1] / "data"
FIRST_DAY = date(2024, 1, 8)
CRITERIA = (4, 3, 3, 4, 3, 3)
"""Criteria of each of the six processes: twenty in all. The real ones are not known here."""


def load(home: HomePage) -> int:
    """Resources and what surrounds them; returns the number of pages made."""
    catalogue = CataloguePage.objects.child_of(home).get()
    load_vocabularies()
    loader = _Loader(catalogue)
    made = loader.resources() + loader.referentials() + loader.kit()
    made += _glossary(home) + _label(home)
    CataloguePage.renew_token()
    return made


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a file of `data/`."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_vocabularies() -> None:
    """Rubrics, terms and words of the glossary. Idempotent."""
    for order, row in enumerate(rows("rubriques.csv")):
        if Rubric.objects.filter(path=row["path"]).exists():
            continue
        above, _, slug = row["path"].rpartition("/")
        Rubric.objects.create(
            name=row["name"],
            slug=slug,
            description=row["description"],
            parent=Rubric.objects.get(path=above) if above else None,
            sort_order=10 * (order + 1),
        )
    for order, row in enumerate(rows("termes.csv")):
        Term.objects.get_or_create(
            vocabulary=row["vocabulary"],
            slug=address_of(f"{row['code']} {row['name']}"),
            defaults={
                "name": row["name"],
                "code": row["code"],
                "url": row["url"],
                "description": row["description"],
                "sort_order": 10 * (order + 1),
            },
        )
    for row in rows("glossaire.csv"):
        GlossaryTerm.objects.get_or_create(
            name=row["name"],
            defaults={"long_form": row["long_form"], "definition": row["definition"]},
        )


def make_pdf(title: str, pages: int) -> bytes:
    """A small PDF of `pages` pages that says what it is."""
    styles = getSampleStyleSheet()
    story: list = [Paragraph(title, styles["Title"]), Spacer(1, 12)]
    for number in range(1, pages + 1):
        if number > 1:
            story += [PageBreak(), Paragraph(f"{title}, page {number}", styles["Heading2"])]
        story.append(
            Paragraph(
                "Ce fichier est une démonstration. Il montre comment une ressource se télécharge "
                "depuis le catalogue de Péda Tech CISP : le lien dit le format, le poids et le "
                "nombre de pages.",
                styles["BodyText"],
            )
        )
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=title,
        author="Péda Tech CISP (démonstration)",
        lang="fr-BE",
        invariant=1,
    )
    document.build(story)
    return buffer.getvalue()


class _Loader:
    """Makes the pages of one catalogue."""

    def __init__(self, catalogue: CataloguePage) -> None:
        self.catalogue = catalogue
        self.existing = set(catalogue.get_children().values_list("slug", flat=True))
        self.rubrics = {each.path: each for each in Rubric.objects.all()}
        self.terms = {(each.vocabulary, each.slug): each for each in Term.objects.all()}
        self.producers = {each.slug: each for each in Organisation.objects.all()}
        self.collection = (
            Collection.objects.filter(name="pedatechcisp.be").first()
            or Collection.get_first_root_node()
        )
        self.made = 0

    def resources(self) -> int:
        """The plain resources of `ressources.csv`; returns the number of pages made."""
        return sum(self._resource(row) for row in rows("ressources.csv"))

    def _resource(self, row: dict[str, str]) -> int:
        slug = address_of(row["title"])
        if slug in self.existing:
            return 0
        page = ResourcePage(
            title=row["title"],
            slug=slug,
            resource_kind=row["kind"],
            introduction=row["introduction"],
            body=self._body(row["kind"]),
            duration=int(row["duration"]) if row["duration"] else None,
            language=row["language"],
            year=int(row["year"]),
            producer=self.producers[row["producer"]],
            source_title=row["source"],
            authors="Démonstration, Auteur" if row["source"] else "",
            licence=row["licence"],
            can_be_borrowed=row["borrow"] == "1",
            is_favourite=row["favourite"] == "1",
            accessibility_notes="Texte lisible par un lecteur d’écran. Images décrites."
            if row["pdf_pages"] != "0"
            else "",
            is_demo=True,
        )
        if row["tool"]:
            values = row["tool"].split("|")
            for name, value in zip(ResourcePage.TOOL_FIELDS, values, strict=True):
                setattr(page, name, value)
        if page.is_favourite:
            page.review_relevance, page.review_pedagogy = 4, 3
            page.review_form, page.review_ease = 3, 4
            page.review_text = "Avis d’exemple : simple à préparer, utile dès la première séance."
        page.rubrics = [self.rubrics[path] for path in row["rubrics"].split("|")]
        page.terms = self._terms(row)
        if row["link"]:
            page.links = [ResourceLink(url=row["link"], label="Ouvrir la ressource (exemple)")]  # type: ignore[misc]
        if row["embed"]:
            page.embeds = [  # type: ignore[misc]
                ResourceEmbed(
                    url=row["embed"], title=row["title"], is_360=row["kind"] == "immersif"
                )
            ]
        if pages := int(row["pdf_pages"]):
            page.files = [ResourceFile(document=self._document(row["title"], pages))]  # type: ignore[misc]
            if pages > 2:
                page.versions = [  # type: ignore[misc]
                    ResourceVersion(
                        number="1.1", date=date(2024, 9, 2), changes="Exemple de mise à jour."
                    ),
                    ResourceVersion(
                        number="1.0", date=date(2024, 1, 15), changes="Première version."
                    ),
                ]
        self._publish(page)
        return 1

    @staticmethod
    def _body(kind: str) -> list[tuple[str, object]]:
        body: list[tuple[str, object]] = [
            (
                "text",
                "<p>Ce texte est une démonstration. Il montre où l’équipe décrit une ressource : "
                "ce qu’on y travaille en CISP, avec qui, et comment la faire reconnaître (VDC, "
                "SFMQ).</p>",
            )
        ]
        if kind in ("fiche", "outil", "jeu"):
            body.append(("heading", {"text": "Comment faire ?", "level": "2"}))
            body.append(
                (
                    "text",
                    "<ol><li>Présentez le but en une phrase.</li><li>Lancez l’activité par groupes "
                    "de trois.</li><li>Faites le point : qu’avons-nous appris ?</li></ol>",
                )
            )
        return body

    def _terms(self, row: dict[str, str]) -> list[Term]:
        wanted = [
            (vocabulary, slug)
            for vocabulary, column in (
                (Vocabulary.THEME, "themes"),
                (Vocabulary.CATEGORY, "categories"),
                (Vocabulary.AUDIENCE, "audiences"),
                (Vocabulary.LEVEL, "level"),
            )
            for slug in row[column].split("|")
            if slug
        ]
        wanted += [tuple(each.split(":", 1)) for each in row["terms"].split("|") if each]  # type: ignore[misc]
        return [self.terms[str(vocabulary), slug] for vocabulary, slug in wanted]

    def _document(self, title: str, pages: int) -> SiteDocument:
        document = SiteDocument.objects.create(
            title=title,
            file=ContentFile(make_pdf(title, pages), name=f"{address_of(title)}.pdf"),
            collection=self.collection,
        )
        process(document)
        return document

    def _publish(self, page: ResourcePage) -> None:
        """Pages follow each other by a day, so that «the newest» means something."""
        moment = timezone.make_aware(
            timezone.datetime.combine(  # type: ignore[attr-defined]
                FIRST_DAY + timedelta(days=len(self.existing)),
                timezone.datetime.min.time(),  # type: ignore[attr-defined]
            )
        )
        page.first_published_at = page.last_published_at = moment
        self.catalogue.add_child(instance=page)
        self.existing.add(page.slug)

    def referentials(self) -> int:
        """15 référentiels of Interfédé, two of SFMQ, and an edition that was replaced."""
        made = 0
        for number, row in enumerate(rows("referentiels.csv")):
            source = ReferentialPage.Source(row["source"])
            page = self._referential(row, source, "2024")
            if page is not None:
                made += 1
            if number == 0 and page is not None:
                older = self._referential(row, source, "2019", replaced_by=page)
                made += older is not None
        return made

    def _referential(
        self,
        row: dict[str, str],
        source: ReferentialPage.Source,
        edition: str,
        replaced_by: ReferentialPage | None = None,
    ) -> ReferentialPage | None:
        title = f"Référentiel {row['trade']}"
        slug = address_of(f"referentiel {row['trade']} {source} {edition}")
        if slug in self.existing:
            return None
        rome = next(
            term
            for (vocabulary, _slug), term in self.terms.items()
            if vocabulary == Vocabulary.ROME and term.code == row["rome"]
        )
        page = ReferentialPage(
            title=title,
            slug=slug,
            resource_kind=ResourceKind.REFERENTIAL,
            introduction=f"Ce qu’il faut savoir faire en {row['trade'].lower()}, par activité. "
            "Page de démonstration : le référentiel lui-même n’est pas repris ici.",
            body=self._body("referentiel"),
            trade=row["trade"],
            source=source,
            edition=edition,
            replaced_by=replaced_by,
            year=int(edition),
            producer=self.producers["interfede" if source == "interfede" else "sfmq"],
            licence="cisp" if source == "interfede" else "droits-reserves",
            language="fr",
            is_demo=True,
        )
        page.rubrics = [self.rubrics[f"referentiels-sectoriels/{source}"]]
        page.terms = [
            self.terms[Vocabulary.THEME.value, "referentiels"],
            self.terms[Vocabulary.CATEGORY.value, "professionnalisante"],
            self.terms[Vocabulary.AUDIENCE.value, "formatrices-et-formateurs"],
            self.terms[Vocabulary.LEVEL.value, "niveau-moyen"],
            self.terms[Vocabulary.CFC.value, f"niveau-{row['cfc']}"],
            rome,
        ]
        self._publish(page)
        return page

    def kit(self) -> int:
        """The kit «CISP Quesako»: steps, two files of its own, and resources of the catalogue."""
        slug = "kit-cisp-quesako"
        if slug in self.existing:
            return 0
        page = KitPage(
            title="Kit de formation « CISP Quesako »",
            slug=slug,
            resource_kind=ResourceKind.KIT,
            introduction="Tout pour présenter les CISP à un groupe en une demi-journée : "
            "le déroulement, les fiches et les liens.",
            body=self._body("kit"),
            duration=210,
            language="fr",
            year=2024,
            producer=self.producers["interfede"],
            licence="cc-by-nc-sa",
            preparation="Un ordinateur, un projecteur, une table pour quatre personnes.",
            is_demo=True,
        )
        page.rubrics = [self.rubrics["formations-en-ligne-et-kits/kits-de-formation"]]
        page.terms = [
            self.terms["theme", "secteur-des-cisp"],
            self.terms["public", "stagiaires"],
            self.terms["public", "formatrices-et-formateurs"],
            self.terms["niveau", "premiers-pas"],
            self.terms["projet", "fse-plus"],
        ]
        page.steps = [  # type: ignore[misc]
            KitStep(title="Accueillir", text="Faire connaissance en cercle.", duration=30),
            KitStep(title="Visiter", text="La visite virtuelle, par deux.", duration=60),
            KitStep(title="Jouer", text="L’escape game, par équipes de quatre.", duration=75),
            KitStep(title="Situer", text="La ligne du temps, tous ensemble.", duration=45),
        ]
        page.files = [  # type: ignore[misc]
            ResourceFile(document=self._document("CISP Quesako : guide d’animation", 3)),
            ResourceFile(document=self._document("CISP Quesako : fiches à imprimer", 2)),
        ]
        parts = ResourcePage.objects.child_of(self.catalogue).filter(
            slug__in=("cisp-quesako", "vocabulaire-specifique-a-la-demarche-referentielle")
        )
        notes = {"cisp-quesako": "La formation en ligne, pour la visite et le jeu."}
        page.parts = [  # type: ignore[misc]
            KitPart(resource=each, note=notes.get(each.slug, "Pour les mots du secteur."))
            for each in parts.order_by("slug")
        ]
        self._publish(page)
        return 1


def _glossary(home: HomePage) -> int:
    if GlossaryPage.objects.child_of(home).exists():
        return 0
    page = GlossaryPage(
        title="Glossaire",
        slug="glossaire",
        show_in_menus=True,
        introduction="Les sigles et les mots du secteur, en toutes lettres.",
        search_description="Les sigles du secteur de l’insertion socioprofessionnelle, expliqués.",
    )
    home.add_child(instance=page)
    glossary_changed(GlossaryTerm)
    return 1


def _label(home: HomePage) -> int:
    if QualityLabelPage.objects.child_of(home).exists():
        return 0
    page = QualityLabelPage(
        title="Label qualité",
        slug="label-qualite",
        show_in_menus=True,
        introduction="Page de démonstration : les processus et les critères ci-dessous sont "
        "des exemples. Ceux du label les remplaceront.",
        search_description="La carte d’identité, les processus et les critères du label qualité.",
    )
    page.identity = [
        IdentityLine(label=label, help_text=text)
        for label, text in (
            ("Nom du centre", "Comme dans l’agrément."),
            ("Fédération", ""),
            ("Type de centre", "EFT, DéFI ou les deux."),
            ("Lieux de formation", "Leur nombre et leurs communes."),
            ("Personne de contact", "La fonction suffit."),
            ("Date de la fiche", ""),
        )
    ]
    processes = []
    for number, count in enumerate(CRITERIA, 1):
        process = QualityProcess(
            title=f"Processus {number}", description="Exemple de processus, pour la démonstration."
        )
        process.criteria = [
            QualityCriterion(
                number=f"{number}.{rank}",
                slug=f"{number}-{rank}",
                title=f"Critère d’exemple {number}.{rank}",
                text="<p>Ce critère est une démonstration.</p>",
                descriptors="Premier descripteur d’exemple\nSecond descripteur d’exemple",
            )
            for rank in range(1, count + 1)
        ]
        processes.append(process)
    page.processes = processes
    guide = SiteDocument.objects.filter(title__startswith="Guide de la labellisation").first()
    page.guide = guide
    home.add_child(instance=page)
    return 1
