"""Real PDFs for the demonstration, made at load time: nothing binary is kept in the repository."""

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
MARGIN = 62
INK, RED, PAPER = HexColor("#211d1a"), HexColor("#a3341f"), HexColor("#f6f2ea")
# The faces that every reader of PDF has: their code page holds œ, ’, « and ».
TEXT, HEADING = "Times-Roman", "Times-Bold"

PARAGRAPHS = (
    "Ce document est une démonstration. Son titre et sa date sont ceux d’une vraie publication ; "
    "son texte ne sert qu’à montrer comment un fichier se présente, se télécharge et se retrouve "
    "par la recherche du site.",
    "Les centres d’insertion socioprofessionnelle accueillent des adultes qui veulent apprendre un "
    "métier, revoir des savoirs de base ou préparer un projet. La formation est gratuite et se "
    "construit avec chaque stagiaire.",
    "Une équipe accompagne chaque personne : elle écoute, elle explique, elle adapte les étapes. Le "
    "cœur du travail est là, dans une relation qui dure le temps de la formation et souvent après.",
    "Cette page n’apporte aucune donnée nouvelle. Elle tient la place du texte de la publication "
    "d’origine, que l’Interfédé met en ligne elle-même lorsque le site est repris.",
    "Pour citer la publication d’origine, utilisez la ligne de citation de sa page : elle garde la "
    "même adresse quand le fichier change.",
)


def make_pdf(
    title: str, kind: str, date_label: str, pages: int, words: dict[int, str] | None = None
) -> bytes:
    """A PDF of `pages` pages of neutral French text, the same bytes for the same arguments.

    `words`: a word that shall stand on one page only, by the number of that page (from 1).
    """
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, lang="fr-BE", pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor("Interfédération des CISP")
    canvas.setSubject(f"{kind}, {date_label} (document de démonstration)")
    for number in range(1, pages + 1):
        top = _cover(canvas, title, kind, date_label) if number == 1 else _head(canvas, title)
        _text(canvas, top, number, (words or {}).get(number, ""))
        canvas.setFont(TEXT, 9)
        canvas.setFillColor(INK)
        canvas.drawString(MARGIN, 36, "Document de démonstration")
        canvas.drawRightString(WIDTH - MARGIN, 36, f"{number} / {pages}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _cover(canvas: Canvas, title: str, kind: str, date_label: str) -> float:
    """The first page: a band of paper with kind, title and date; returns where the text starts."""
    lines = simpleSplit(title, HEADING, 27, WIDTH - 2 * MARGIN)
    bottom = HEIGHT - 190 - 33 * len(lines)
    canvas.setFillColor(PAPER)
    canvas.rect(0, bottom, WIDTH, HEIGHT - bottom, stroke=0, fill=1)
    canvas.setFillColor(RED)
    canvas.rect(MARGIN, HEIGHT - 92, 54, 5, stroke=0, fill=1)
    canvas.setFont(HEADING, 13)
    canvas.drawString(MARGIN, HEIGHT - 122, kind)
    canvas.setFillColor(INK)
    canvas.setFont(HEADING, 27)
    for at, line in enumerate(lines):
        canvas.drawString(MARGIN, HEIGHT - 160 - 33 * at, line)
    canvas.setFont(TEXT, 12)
    canvas.drawString(MARGIN, bottom + 22, f"Interfédération des CISP, {date_label}")
    return bottom - 46


def _head(canvas: Canvas, title: str) -> float:
    """The running head; returns where the text starts."""
    canvas.setFillColor(RED)
    canvas.setFont(TEXT, 9)
    canvas.drawString(MARGIN, HEIGHT - 48, simpleSplit(title, TEXT, 9, WIDTH - 2 * MARGIN)[0])
    canvas.setStrokeColor(RED)
    canvas.line(MARGIN, HEIGHT - 56, WIDTH - MARGIN, HEIGHT - 56)
    return HEIGHT - 96


def _text(canvas: Canvas, top: float, number: int, word: str) -> None:
    canvas.setFillColor(INK)
    y = top
    paragraphs = list(PARAGRAPHS if number == 1 else PARAGRAPHS[1:] + PARAGRAPHS[1:3])
    if word:
        paragraphs.insert(1, f"Un mot ne se trouve que sur cette page : {word}.")
    for paragraph in paragraphs:
        lines = simpleSplit(paragraph, TEXT, 12, WIDTH - 2 * MARGIN)
        if y - 17 * len(lines) < 70:
            return
        canvas.setFont(TEXT, 12)
        for line in lines:
            canvas.drawString(MARGIN, y, line)
            y -= 17
        y -= 12
