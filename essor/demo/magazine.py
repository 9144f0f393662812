"""L'essor for the demonstration: real titles, dates and numbers; short texts that say what they are."""

from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile
from django.db.models import Q
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from essor.demo.covers import make_cover
from essor.demo.pdfs import make_pdf
from essor.models import (
    ArticlePage,
    Author,
    ByLine,
    IssueLink,
    IssuePage,
    MagazinePage,
    MagazineRhythm,
    Rubric,
)
from essor.partial_dates import label
from home.documents import process
from home.models import HomePage, SiteDocument, SiteImage

Kind = IssuePage.Kind


@dataclass(frozen=True)
class Issue:
    """An issue: its own words, its cover, its articles."""

    number: int
    title: str
    slug: str
    published: str
    kind: Kind
    summary: str
    pattern: str
    ground: str
    figure: str
    alt: str
    articles: tuple[tuple[str, str, str], ...] = ()
    """(rubric, title, standfirst)"""
    pages: int = 6
    link: str = ""
    """words of the title of a page of any room that belongs with the issue"""


ISSUES = (
    Issue(
        36,
        "L’ISP, des racines et des ailes – 30 ans d’histoire",
        "36-l-isp-des-racines-et-des-ailes",
        "2006-05",
        Kind.SPECIAL,
        "Un numéro d’archives, à lire dans son PDF.",
        "rings",
        "#e7e2d2",
        "#4d5b3c",
        "Des anneaux verts, comme ceux d’un arbre coupé, sur un fond clair.",
        pages=8,
    ),
    Issue(
        106,
        "Mémorandum sectoriel 2024-2029",
        "106-memorandum-sectoriel-2024-2029",
        "2023",
        Kind.MEMORANDUM,
        "Ce numéro publie le mémorandum du secteur : quatre axes, douze mesures.",
        "axes",
        "#a3341f",
        "#f1e8dd",
        "Quatre lignes claires sur un fond rouge brique, trois points sur chacune.",
        (
            ("dossier", "Pourquoi un mémorandum ?", "À quoi sert ce texte, et à qui il s’adresse."),
            ("dossier", "Quatre axes, douze mesures", "Comment lire le mémorandum, axe par axe."),
            (
                "les-actus-du-secteur",
                "Après la publication",
                "Ce que devient un mémorandum une fois publié.",
            ),
        ),
    ),
    Issue(
        107,
        "Les CISP : moteurs locaux",
        "107-les-cisp-moteurs-locaux",
        "2024",
        Kind.ORDINARY,
        "Comment un centre s’ancre dans sa commune, avec ses voisins et ses partenaires.",
        "arcs",
        "#22504a",
        "#e9c46a",
        "Des demi-cercles jaunes qui grandissent autour d’un centre, sur un fond vert.",
        (
            (
                "dossier",
                "Un centre et sa commune",
                "Ce qui relie un lieu de formation à ses voisins.",
            ),
            ("nos-metiers", "Travailler avec les partenaires locaux", "Un métier de liens."),
            ("nos-outils", "Décrire son ancrage local", "Une grille pour se poser les questions."),
            (
                "les-cisp-dans-la-presse",
                "Le secteur vu par les journaux",
                "Où lire ce que la presse dit des centres.",
            ),
        ),
    ),
    Issue(
        108,
        "Formation des (ex)détenus : sur le chemin de la réinsertion",
        "108-formation-des-exdetenus",
        "2024",
        Kind.ORDINARY,
        "Se former en prison et après : ce que les centres proposent, et comment ils s’y prennent.",
        "grid",
        "#2b3a55",
        "#e8ddc7",
        "Des barres claires sur un fond bleu ; vers la droite, elles s’abaissent une à une.",
        (
            ("dossier", "Se former en prison", "Une formation commence parfois à l’intérieur."),
            (
                "dossier",
                "Préparer la sortie",
                "Le passage entre dedans et dehors se prépare à deux.",
            ),
            (
                "nos-metiers",
                "Former en milieu fermé",
                "Un métier, d’autres horaires, d’autres règles.",
            ),
            ("nos-outils", "Écouter : le podcast de ce numéro", "Une voix prolonge ces pages."),
        ),
        link="détenus",
    ),
    Issue(
        109,
        "Programme de formation et d’accompagnement 2024-2025",
        "109-programme-de-formation-2024-2025",
        "2024",
        Kind.PROGRAMME,
        "Les formations des travailleurs et travailleuses du secteur, de septembre à juin.",
        "calendar",
        "#f1e8dd",
        "#8c2a17",
        "Un calendrier de petits carrés rouges, les uns pleins, les autres vides.",
        (
            ("les-actus-du-secteur", "Se former entre collègues", "À qui s’adresse ce programme."),
            ("nos-metiers", "Choisir une formation", "Partir d’une situation de travail."),
            ("nos-outils", "S’inscrire, pas à pas", "De la demande à la confirmation."),
        ),
    ),
    Issue(
        110,
        "La reconnaissance des acquis : un enjeu essentiel",
        "110-la-reconnaissance-des-acquis",
        "2024",
        Kind.ORDINARY,
        "Faire valoir ce que l’on a appris : validation des compétences, passerelles, attestations.",
        "seal",
        "#e3b23c",
        "#282320",
        "Un sceau noir qui rayonne, marqué d’un signe de validation, sur un fond jaune.",
        (
            ("dossier", "Reconnaître, pour quoi faire ?", "Ce qui change quand un acquis compte."),
            (
                "dossier",
                "De l’attestation au titre",
                "Plusieurs chemins mènent à la reconnaissance.",
            ),
            ("nos-metiers", "Accompagner vers l’épreuve", "Préparer sans enseigner à nouveau."),
            (
                "nos-outils",
                "Tenir un carnet d’acquis",
                "Noter ce que l’on sait faire, au fil des jours.",
            ),
            (
                "les-actus-du-secteur",
                "Le secteur et ses partenaires",
                "Qui travaille à la reconnaissance des acquis.",
            ),
        ),
        link="assistante administrative",
    ),
)
PARAGRAPHS = (
    "Cet article est une démonstration. Il montre comment un texte de L’essor se lit à l’écran ; il "
    "ne remplace pas l’article paru dans la revue [1].",
    "Un centre d’insertion socioprofessionnelle accueille des adultes qui veulent apprendre. On y "
    "vient pour un métier, pour des savoirs de base ou pour préparer un projet. La formation est "
    "gratuite et se donne en petit groupe.",
)
SECOND = (
    "Chaque parcours se construit à deux : la personne dit ce qu’elle veut, l’équipe dit ce qu’elle "
    "peut. Les étapes sont courtes, et l’on revient souvent sur ce qui a été fait.",
    "Le travail d’une équipe ne se voit pas toujours. Il tient dans les échanges de chaque jour, "
    "dans l’attention aux détails et dans le temps que l’on prend.",
)
QUOTE = "On avance par étapes courtes, et l’on revient souvent sur ce qui a été fait."
CLOSING = (
    "L’article d’origine se trouve dans le PDF du numéro, que l’Interfédé publie elle-même. Cette "
    "page tient sa place jusqu’à la reprise des textes.",
)
NOTE = "<p>Le titre et la date du numéro sont réels ; ce texte est écrit pour la démonstration.</p>"


def load(home: HomePage) -> int:
    """Make the missing issues below the magazine of the site; returns the number of pages made."""
    magazine = MagazinePage.objects.descendant_of(home).first()
    if magazine is None:
        return 0
    if not magazine.rhythms.exists():
        MagazineRhythm.objects.create(
            magazine=magazine,
            since=date(2020, 1, 1),
            frequency="quatre fois par an",
            print_run=1300,
        )
    author, _ = Author.objects.get_or_create(family_name="La rédaction", given_name="")
    made = 0
    for each in ISSUES:
        if not IssuePage.objects.child_of(magazine).filter(number=each.number).exists():
            made += _make(magazine, each, author)
    return made


def _make(magazine: MagazinePage, each: Issue, author: Author) -> int:
    date_label = label(each.published)
    cover = SiteImage(title=f"Couverture de L’essor n° {each.number}", description=each.alt)
    picture = make_cover(
        each.number, each.title, date_label, each.pattern, each.ground, each.figure
    )
    cover.file = ContentFile(picture, name=f"essor-{each.number}.png")
    cover.save()
    pdf = SiteDocument(title=f"L’essor n° {each.number} – {each.title}")
    content = make_pdf(each.title, f"L’essor n° {each.number}", date_label, each.pages)
    pdf.file = ContentFile(content, name=f"essor-{each.number}.pdf")
    pdf.save()
    process(pdf)
    issue = IssuePage(
        title=each.title,
        slug=each.slug,
        number=each.number,
        issue_kind=each.kind,
        published=each.published,
        summary=each.summary,
        search_description=each.summary,
        cover=cover,
        pdf=pdf,
        subject=_subject(magazine) if each.kind == Kind.MEMORANDUM else None,
        live=False,
    )
    if each.link and (linked := _page(magazine, each.link)):
        issue.links = [IssueLink(page=linked)]
    magazine.add_child(instance=issue)
    for rubric, title, standfirst in each.articles:
        article = ArticlePage(
            title=title,
            rubric=Rubric.objects.get(slug=rubric),
            standfirst=standfirst,
            search_description=f"{standfirst} L’essor n° {each.number}.",
            live=False,
        )
        article.body = _body(article)
        article.by_lines = [ByLine(author=author)]
        issue.add_child(instance=article)
        article.save_revision()
    issue.save_revision().publish()
    return 1 + len(each.articles)


def _body(article: ArticlePage) -> StreamValue:
    def text(paragraphs: tuple[str, ...]) -> str:
        return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)

    raw: list[tuple[str, object]] = [
        ("text", text(PARAGRAPHS)),
        ("heading", {"text": "Sur le terrain", "level": "2"}),
        ("text", text(SECOND)),
        ("pull_quote", {"text": QUOTE}),
        ("text", text(CLOSING)),
        ("notes", {"notes": [NOTE]}),
    ]
    return StreamValue(
        article.body.stream_block,
        [{"type": kind, "value": value} for kind, value in raw],
        is_lazy=True,
    )


def _subject(magazine: MagazinePage) -> Page | None:
    """The memorandum itself: the issue shows it and does not copy it."""
    return (
        Page.objects.sibling_of(magazine, inclusive=False)
        .live()
        .filter(slug__startswith="memorandum")
        .order_by("path")
        .first()
    )


def _page(magazine: MagazinePage, words: str) -> Page | None:
    """A public page of another room whose title holds these words."""
    return (
        Page.objects.live()
        .filter(title__icontains=words)
        .exclude(Q(path__startswith=magazine.path))
        .order_by("path")
        .first()
    )
