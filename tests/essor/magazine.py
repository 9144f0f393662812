"""Issues for the tests: drafts unless told otherwise."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from essor.models import ArticlePage, Author, ByLine, IssuePage, MagazinePage, Rubric
from home.models import SiteImage


def picture(title: str = "Image", **fields) -> SiteImage:
    """An image of its own; `description` says what it shows unless given as ""."""
    png = BytesIO()
    Image.new("RGB", (600, 800), "#a3341f").save(png, "PNG")
    fields.setdefault("description", f"Dessin : {title}")
    return SiteImage.objects.create(
        title=title, file=ContentFile(png.getvalue(), name=f"{title}.png"), **fields
    )


def magazine() -> MagazinePage:
    return MagazinePage.objects.get()


def make_issue(number: int = 200, articles: int = 3, live: bool = False, **fields) -> IssuePage:
    """An issue with articles, all of them drafts; `live` publishes the whole of it."""
    fields.setdefault("title", f"Thème {number}")
    fields.setdefault("published", "2025-04")
    issue = IssuePage(number=number, live=False, **fields)
    magazine().add_child(instance=issue)
    for order in range(1, articles + 1):
        make_article(issue, f"Article {number}.{order}")
    issue.save_revision()
    if live:
        issue.get_latest_revision().publish()
    return IssuePage.objects.get(pk=issue.pk)


def make_article(
    issue: Page, title: str = "Article", images: tuple[SiteImage, ...] = (), **fields
) -> ArticlePage:
    rubric = fields.pop("rubric", None) or Rubric.objects.get(slug="dossier")
    fields.setdefault("standfirst", "Un chapeau.")
    article = ArticlePage(title=title, rubric=rubric, live=False, **fields)
    raw = [
        ("text", f"<p>Un mot rare : {title.replace(' ', '').replace('.', '')}. Une note [1].</p>")
    ]
    raw += [
        (
            "figure",
            {
                "image": {"image": each.pk, "alt_text": "Un dessin", "decorative": False},
                "caption": "",
            },
        )
        for each in images
    ]
    raw.append(("notes", {"notes": ["<p>La source.</p>"]}))
    article.body = StreamValue(
        article.body.stream_block,
        [{"type": kind, "value": value} for kind, value in raw],
        is_lazy=True,
    )
    author, _ = Author.objects.get_or_create(family_name="La rédaction")
    article.by_lines = [ByLine(author=author)]
    issue.add_child(instance=article)
    article.save_revision()
    return ArticlePage.objects.get(pk=article.pk)
