"""An issue of the magazine, its articles, and what goes out together."""

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import slugify
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.locks import BaseLock
from wagtail.models import Orderable, Page, PageManager, PagePermissionTester, ReferenceIndex
from wagtail.query import PageQuerySet
from wagtail.search import index

from essor import partial_dates
from essor.models.magazine import MagazinePage, Rubric
from essor.models.vocabularies import Author
from essor.partial_dates import PartialDateField
from home.blocks import BodyBlock
from home.desk.reviews import BasePageForm
from home.models import BasePage, SiteImage
from home.themes import Theme
from home.visibility import public_pages

WORDS_A_MINUTE = 200


# --- Body of an article --------------------------------------------------------------------------


class PullQuoteBlock(blocks.StructBlock):
    """A sentence of the article itself, set large: a pause for the eye."""

    text = blocks.TextBlock(label="Phrase", max_length=240)

    class Meta:
        icon = "openquote"
        label = "Exergue"
        template = "essor/magazine/blocks/pull_quote.html"
        preview_value = {"text": "On apprend mieux quand on sait pourquoi."}
        description = "Une phrase de l’article, mise en grand."


class NotesBlock(blocks.StructBlock):
    """Notes of an article, called by their number in brackets in the text: [1]."""

    notes = blocks.ListBlock(
        blocks.RichTextBlock(label="Note", features=["italic", "link"]), label="Notes"
    )

    class Meta:
        icon = "list-ol"
        label = "Notes"
        template = "essor/magazine/blocks/notes.html"
        preview_value = {"notes": ["<p>Source de la phrase.</p>"]}
        description = "Les notes ; dans le texte, [1] appelle la première."


class ArticleBlock(BodyBlock):
    """The body of every site, with pull quotes and notes."""

    pull_quote = PullQuoteBlock()
    notes = NotesBlock()


# --- Issue ---------------------------------------------------------------------------------------


class IssueQuerySet(PageQuerySet):
    """Selections of issues."""

    def newest_first(self) -> "IssueQuerySet":
        """By date, then number: the order of the list of all issues."""
        return self.order_by("-issue_date", "-number", "-pk")

    def with_cover(self) -> "IssueQuerySet":
        """Covers and their sizes, without a query an issue."""
        return self.select_related("cover", "pdf__cover").prefetch_related(
            "cover__renditions", "pdf__cover__renditions"
        )

    def with_number(
        self, magazine: Page, number: int, other_than: int | None = None
    ) -> "IssuePage | None":
        """The issue of the magazine that has this number, draft or not."""
        return self.child_of(magazine).filter(number=number).exclude(pk=other_than).first()


class IssueForm(BasePageForm):
    """An issue's number is its own, and opens its address."""

    def clean(self) -> dict[str, Any]:
        """Refuse a number that another issue has; begin the address with the number."""
        cleaned = super().clean()
        number = cleaned.get("number")
        if number is None:
            return cleaned
        magazine = self.parent_page or self.instance.get_parent()
        if twin := IssuePage.objects.with_number(magazine, number, self.instance.pk):
            self.add_error("number", taken(number, twin))
        slug = cleaned.get("slug")
        if slug and not self.instance.first_published_at and not re.match(rf"{number}(-|$)", slug):
            cleaned["slug"] = f"{number}-{re.sub(r'^[0-9]+-', '', slug)}"
        return cleaned


def taken(number: int, twin: "IssuePage") -> str:
    """What an editor reads when a number is used twice."""
    return (
        f"Le numéro {number} existe déjà : «\u00a0{twin.title}\u00a0». Choisissez un autre numéro."
    )


class IssuePermissionTester(PagePermissionTester):
    """Nobody publishes his own words alone where the magazine asks for two people."""

    def can_publish(self) -> bool:
        """Wagtail's answer, and somebody else has read the last version."""
        return super().can_publish() and not self._is_alone()

    def can_publish_subpage(self) -> bool:
        """An article goes out with its issue, never before."""
        return super().can_publish_subpage() and self.page.live and not self._needs_two()

    def _needs_two(self) -> bool:
        magazine = self.page.specific.get_magazine()
        return magazine is not None and magazine.needs_two

    def _is_alone(self) -> bool:
        if not self._needs_two():
            return False
        revision = self.page.latest_revision
        return revision is not None and revision.user_id == self.user.pk


class ArticlePermissionTester(IssuePermissionTester):
    """An article goes out with its issue."""

    def can_publish(self) -> bool:
        """Only once the issue is out."""
        return super().can_publish() and self.page.specific.is_issue_live()


class IssuePage(BasePage):
    """An issue. Publishing it publishes its articles, its PDF, its cover and what is linked to go
    out with it, in one transaction; unpublishing it takes them all back.
    """

    class Kind(models.TextChoices):
        ORDINARY = "numero", "Numéro"
        PROGRAMME = "programme", "Programme de formation"
        MEMORANDUM = "memorandum", "Mémorandum"
        SPECIAL = "special", "Numéro spécial"

    kind = "L’essor"
    themes = (Theme.INTERFEDE,)
    in_feed = True
    template = "essor/magazine/issue_page.html"
    base_form_class = IssueForm
    exclude_fields_in_copy = ["number"]

    number = models.PositiveIntegerField("numéro", null=True)
    issue_kind = models.CharField("genre", max_length=12, choices=Kind, default=Kind.ORDINARY)
    published = PartialDateField(
        "date du numéro",
        help_text="Ce que vous savez : une année ou un mois (avril 2025).",
    )
    # What lists sort by, read from `published` on save.
    issue_date = models.DateField(editable=False, null=True, db_index=True)
    summary = models.TextField("présentation", blank=True, max_length=1200)
    cover = models.ForeignKey(
        SiteImage,
        verbose_name="couverture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Vide : la première page du PDF.",
    )
    pdf = models.ForeignKey(
        "home.SiteDocument",
        verbose_name="PDF du numéro",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Il devient public avec le numéro, jamais avant.",
    )
    subject = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="page que ce numéro publie",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Le mémorandum ou le programme lui-même : le numéro le montre, sans le copier.",
    )
    due_on = models.DateField("bouclage", null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("number"), FieldPanel("issue_kind")]),
                FieldRowPanel([FieldPanel("published"), FieldPanel("due_on")]),
            ],
            heading="Le numéro",
        ),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("pdf")], heading="Couverture et PDF"),
        PageChooserPanel("subject"),
        InlinePanel(
            "links",
            heading="Pages liées",
            label="page",
            help_text="Podcast, étude, outil… Le lien se montre des deux côtés.",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("number_text"),
        index.SearchField("summary"),
        index.SearchField("files_text"),
        index.FilterField("issue_date"),
        index.FilterField("issue_kind"),
    ]
    parent_page_types = ["essor.MagazinePage"]
    subpage_types = ["essor.ArticlePage"]

    objects = PageManager.from_queryset(IssueQuerySet)()

    class Meta:
        verbose_name = "numéro"
        verbose_name_plural = "numéros"

    # --- Saving: the bundle ----------------------------------------------------------------------

    def _set_core_field_defaults(self) -> None:
        """The address of a new issue opens with its number."""
        if not self.slug and self.number is not None:  # type: ignore[has-type]
            self.slug = f"{self.number}-{slugify(self.title)}"[:255].rstrip("-")
        super()._set_core_field_defaults()

    def clean(self) -> None:
        """A number belongs to one issue."""
        super().clean()
        if self.number is not None and self.path:
            magazine = self.get_parent()
            if twin := IssuePage.objects.with_number(magazine, self.number, self.pk):
                raise ValidationError({"number": taken(self.number, twin)})

    def save(self, *args, **kwargs) -> None:
        """Going live or back takes the bundle along, or nothing happens at all."""
        from essor.magazine import bundle

        fields = kwargs.get("update_fields")
        if fields is not None and "live" not in fields:
            super().save(*args, **kwargs)
            return
        self._read_date()
        with transaction.atomic():
            before = IssuePage.objects.filter(pk=self.pk).values_list("live", flat=True).first()
            if self.live and not before:
                bundle.refuse_unready(self)
            super().save(*args, **kwargs)
            if self.live and not before:
                bundle.release(self)
            elif before and not self.live:
                bundle.withdraw(self)

    def _read_date(self) -> None:
        # A wrong date is reported by the field itself.
        with suppress(ValueError):
            self.issue_date = partial_dates.first_day(partial_dates.parse(self.published))

    def publish(self, *args, **kwargs) -> None:
        """Publish or schedule a revision: on a failure nothing has changed, the schedule neither."""
        with transaction.atomic():
            super().publish(*args, **kwargs)

    publish.alters_data = True  # type: ignore[attr-defined]

    def permissions_for_user(self, user: Any) -> IssuePermissionTester:
        """Who may publish: see IssuePermissionTester."""
        return IssuePermissionTester(user, self)

    # --- Reading ---------------------------------------------------------------------------------

    def get_admin_display_title(self) -> str:
        """With the number, as the editors call it."""
        title = super().get_admin_display_title()
        return f"N° {self.number} – {title}" if self.number else title

    def get_meta_title(self) -> str:
        """« L’essor n° 108 : Formation des (ex)détenus »."""
        return self.seo_title or f"{self.label} : {self.title}"

    @property
    def label(self) -> str:
        """« L’essor n° 108 »."""
        return f"{self.magazine_title} n°\u00a0{self.number}"

    @cached_property
    def magazine_title(self) -> str:
        """Name of the magazine."""
        return Page.objects.filter(path=self.path[: -self.steplen]).values_list(
            "title", flat=True
        ).first() or str(self.kind)

    @property
    def number_text(self) -> str:
        """How readers look for an issue."""
        return f"{self.number} n° {self.number} numéro {self.number}"

    @property
    def search_keywords(self) -> str:
        """What an issue is called: «L’essor n° 108»."""
        return f"{self.magazine_title} {self.number_text}"

    @property
    def files_text(self) -> str:
        """The words of the PDF, for the search."""
        return getattr(self.pdf, "text", "") or ""

    @property
    def date_label(self) -> str:
        """The date in words, as exact as it is known: « avril 2025 »."""
        return partial_dates.label(self.published)

    @property
    def is_special(self) -> bool:
        """True for what is no ordinary issue."""
        return self.issue_kind != self.Kind.ORDINARY

    @property
    def shown_cover(self) -> SiteImage | None:
        """The editors' cover, else page 1 of the PDF."""
        return self.cover or getattr(self.pdf, "cover", None)

    @property
    def cover_alt(self) -> str:
        """What the cover shows, in words."""
        return self.cover.description if self.cover else f"Couverture de {self.label}"

    def social_picture(self) -> models.Model | None:
        """The cover, without a better picture."""
        return super().social_picture() or self.shown_cover

    def get_magazine(self) -> MagazinePage | None:
        """The magazine of the issue."""
        return MagazinePage.objects.filter(path=self.path[: -self.steplen]).first()

    def contents(self, drafts: bool = False) -> list["ArticlePage"]:
        """The articles in the order of the editors; `drafts`: as they are being written."""
        articles = ArticlePage.objects.child_of(self).for_list()
        if not drafts:
            return list(articles.live().public())
        return [each.get_latest_revision_as_object() for each in articles if not each.held_back]

    def related(self) -> list[Page]:
        """The public pages linked to this issue, whichever side named the other."""
        from essor.magazine.relations import related_pages

        return related_pages(self)

    def serve(self, request: HttpRequest, *args, short: bool = False, **kwargs) -> HttpResponse:
        """The page; its short address leads here."""
        if short:
            from essor.models.magazine import redirect_to

            return redirect_to(self, request)
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add `magazine`, `sections` ([(rubric, [article])]), `related`, `subject`, `neighbours`.

        `subject_outline`: axes and measures of the memorandum that this issue publishes.
        """
        from essor.memorandum import outline
        from essor.models.memorandum import MemorandumPage

        context = super().get_context(request, *args, **kwargs)
        drafts = getattr(request, "is_preview", False)
        magazine = self.get_magazine()
        articles = self.contents(drafts)
        day = self.issue_date
        subject = public_pages().filter(pk=self.subject_id).first() if self.subject_id else None
        subject_page = subject.specific if subject else None
        context |= {
            "magazine": magazine,
            "articles": articles,
            "sections": sections(articles),
            "related": [page for page in self.related() if page.pk != self.subject_id],
            "subject_page": subject_page,
            "subject_outline": outline(subject_page)
            if isinstance(subject_page, MemorandumPage)
            else [],
            "rhythm": magazine.rhythm_on(day) if magazine and day else None,
            "older": self._neighbour(magazine, older=True),
            "newer": self._neighbour(magazine, older=False),
        }
        return context

    def _neighbour(self, magazine: MagazinePage | None, older: bool) -> "IssuePage | None":
        """The issue before or after this one, by number."""
        if magazine is None or self.number is None:
            return None
        issues = IssuePage.objects.child_of(magazine).live().public()
        if older:
            return issues.filter(number__lt=self.number).order_by("-number", "-pk").first()
        return issues.filter(number__gt=self.number).order_by("number", "pk").first()


def sections(articles: Iterable["ArticlePage"]) -> list[tuple[Rubric | None, list["ArticlePage"]]]:
    """Articles by rubric. A rubric stands where its first article stands: one order, by hand."""
    grouped: dict[int | None, tuple[Rubric | None, list[ArticlePage]]] = {}
    for article in articles:
        grouped.setdefault(article.rubric_id, (article.rubric, []))[1].append(article)
    return list(grouped.values())


class IssueLink(Orderable):
    """A page of any room that belongs with an issue: a podcast, a study, a tool."""

    issue = ParentalKey(IssuePage, on_delete=models.CASCADE, related_name="links")
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name="page", on_delete=models.CASCADE, related_name="+"
    )
    goes_out_together = models.BooleanField(
        "paraît avec le numéro",
        default=False,
        help_text="Un brouillon (un épisode, par exemple) est publié à la même heure, et retiré "
        "avec le numéro.",
    )

    panels = [PageChooserPanel("page"), FieldPanel("goes_out_together")]

    class Meta(Orderable.Meta):
        verbose_name = "page liée"
        verbose_name_plural = "pages liées"

    def __str__(self) -> str:
        return str(self.page)


# --- Article -------------------------------------------------------------------------------------


class ArticleQuerySet(PageQuerySet):
    """Selections of articles."""

    def for_list(self) -> "ArticleQuerySet":
        """What a row of an issue prints, in three queries whatever the number of articles."""
        return (
            self.order_by("path")
            .select_related("rubric", "teaser_image")
            .prefetch_related("by_lines__author", "teaser_image__renditions")
        )


class IssueScheduledLock(BaseLock):
    """An article of a scheduled issue stays as it was read: it goes out in that version."""

    def for_user(self, user: Any) -> bool:  # noqa: ARG002
        """For everybody."""
        return True

    def get_message(self, user: Any) -> str:  # noqa: ARG002
        """What an editor reads above the article."""
        return (
            "Le numéro de cet article est programmé : l’article paraîtra tel qu’il est. "
            "Pour le corriger, annulez d’abord la programmation du numéro."
        )

    def get_locked_by(self, user: Any) -> str:  # noqa: ARG002
        """Short form of the message."""
        return "Verrouillé : numéro programmé"

    def get_description(self, user: Any) -> str:  # noqa: ARG002
        """Longer form."""
        return "L’article paraîtra avec son numéro, à l’heure dite."


class ArticlePage(RoutablePageMixin, BasePage):
    """An article of an issue. It is never live before its issue: `save` sees to it."""

    kind = "Article de L’essor"
    themes = (Theme.INTERFEDE,)
    in_feed = True
    template = "essor/magazine/article_page.html"
    exclude_fields_in_copy = ["print_number"]

    rubric = models.ForeignKey(
        Rubric,
        verbose_name="rubrique",
        null=True,
        on_delete=models.PROTECT,
        related_name="articles",
    )
    standfirst = models.TextField(
        "chapeau", blank=True, max_length=600, help_text="Deux ou trois phrases avant l’article."
    )
    body = StreamField(ArticleBlock(), verbose_name="article", blank=True)
    print_number = models.PositiveSmallIntegerField(
        "numéro pour le lien court",
        null=True,
        blank=True,
        editable=False,
        help_text="Donné une fois : il est imprimé.",
    )
    held_back = models.BooleanField(
        "pas dans ce numéro",
        default=False,
        help_text="L’article reste en brouillon quand le numéro paraît.",
    )
    due_on = models.DateField("à rendre pour le", null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("rubric", widget=forms.Select),
        InlinePanel("by_lines", heading="Signatures", label="signature"),
        FieldPanel("standfirst"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("due_on"), FieldPanel("held_back")])], heading="Planning"
        ),
    ]
    # No date of its own: an article goes out with its issue.
    settings_panels: list = []
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("standfirst"),
        index.SearchField("body"),
        index.SearchField("authors_text"),
        index.FilterField("rubric_id"),
    ]
    parent_page_types = ["essor.IssuePage"]
    subpage_types: list[str] = []

    objects = PageManager.from_queryset(ArticleQuerySet)()

    class Meta:
        verbose_name = "article"
        verbose_name_plural = "articles"

    def clean(self) -> None:
        """An article has no hour of its own."""
        super().clean()
        if self.go_live_at is not None:
            raise ValidationError(
                "Un article paraît avec son numéro : programmez le numéro, pas l’article."
            )

    def save(self, *args, **kwargs) -> None:
        """Number the article once; keep it a draft while its issue is one."""
        fields = kwargs.get("update_fields")
        if self.live and (fields is None or "live" in fields) and not self.is_issue_live():  # type: ignore[has-type]
            self.live = False
            self.live_revision = None
        if self.print_number is None and fields is None:
            self.print_number = self._next_print_number()
        super().save(*args, **kwargs)

    def publish(self, *args, **kwargs) -> None:
        """Publish a revision; an article whose issue is not out yet waits for it."""
        if not self.is_issue_live():
            return
        super().publish(*args, **kwargs)

    publish.alters_data = True  # type: ignore[attr-defined]

    def permissions_for_user(self, user: Any) -> ArticlePermissionTester:
        """Who may publish: see ArticlePermissionTester."""
        return ArticlePermissionTester(user, self)

    def get_lock(self) -> BaseLock | None:
        """An article of a scheduled issue is locked."""
        issue = self.get_issue()
        if issue and issue.approved_schedule:
            return IssueScheduledLock(self)
        return super().get_lock()

    # --- Reading ---------------------------------------------------------------------------------

    @property
    def issue_path(self) -> str:
        """Tree path of the issue."""
        return self.path[: -self.steplen]

    def get_issue(self) -> IssuePage | None:
        """The issue of the article."""
        return IssuePage.objects.filter(path=self.issue_path).first()

    def get_magazine(self) -> MagazinePage | None:
        """The magazine of the article."""
        return MagazinePage.objects.filter(path=self.path[: -2 * self.steplen]).first()

    def is_issue_live(self) -> bool:
        """True once the issue is out."""
        return Page.objects.filter(path=self.issue_path, live=True).exists()

    def _next_print_number(self) -> int:
        siblings = ArticlePage.objects.filter(
            path__startswith=self.issue_path, depth=self.depth
        ).exclude(pk=self.pk)
        return (siblings.aggregate(last=models.Max("print_number"))["last"] or 0) + 1

    @path("citation.ris", name="ris")
    def ris(self, request: HttpRequest) -> HttpResponse:
        """The citation for Zotero, Mendeley, EndNote."""
        return self._citation(request, "ris")

    @path("citation.bib", name="bibtex")
    def bibtex(self, request: HttpRequest) -> HttpResponse:
        """The citation for LaTeX."""
        return self._citation(request, "bib")

    def _citation(self, request: HttpRequest, form: str) -> HttpResponse:
        from essor.magazine.citation import citation_of
        from essor.publications.citations import bibtex, ris

        citation = citation_of(self, request)
        if citation is None:
            raise Http404("Cet article n’est dans aucun numéro.")
        text = ris(citation) if form == "ris" else bibtex(citation)
        kind = "application/x-research-info-systems" if form == "ris" else "application/x-bibtex"
        response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.slug}.{form}"'
        return response

    @property
    def authors(self) -> list[Author]:
        """Who signs the text, in order."""
        return [
            line.author
            for line in self.by_lines.all()
            if line.part == ByLine.Part.TEXT and line.author
        ]

    @property
    def search_keywords(self) -> str:
        """The issue that it belongs to: what it says stands under that subject."""
        issue = self.get_issue()
        return issue.title if issue else ""

    @property
    def authors_text(self) -> str:
        """Every name, for the search."""
        return ", ".join(str(line.author) for line in self.by_lines.all())

    @property
    def words(self) -> int:
        """Number of words of the body."""
        texts = self.body.stream_block.get_searchable_content(self.body)
        return sum(len(text.split()) for text in texts)

    @property
    def minutes(self) -> int:
        """Time to read it, in minutes; at least one."""
        return max(1, round(self.words / WORDS_A_MINUTE))

    def images(self) -> list[SiteImage]:
        """The pictures of the article, by key: those of its blocks and its card."""
        return images_of(self)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add `issue`, `magazine`, `contents`, `previous`, `next`, `body_html`, `credits`."""
        from essor.magazine.citation import citation_of, highwire
        from essor.magazine.notes import link_notes
        from essor.magazine.short import short_path

        context = super().get_context(request, *args, **kwargs)
        issue = self.get_issue()
        drafts = getattr(request, "is_preview", False)
        contents = issue.contents(drafts) if issue else []
        keys = [each.pk for each in contents]
        here = keys.index(self.pk) if self.pk in keys else None
        citation = None if drafts else citation_of(self, request)
        context |= {
            "issue": issue,
            "magazine": self.get_magazine(),
            "contents": contents,
            "sections": sections(contents),
            "previous": contents[here - 1] if here else None,
            "next": contents[here + 1] if here is not None and here + 1 < len(keys) else None,
            "position": here + 1 if here is not None else None,
            "body_html": link_notes(self.body.render_as_block(context)),
            "citation_text": citation.line if citation else "",
            "citation_tags": highwire(self, citation, request) if citation else [],
            "citation_ris_url": self.get_url(request) + self.reverse_subpage("ris"),
            "citation_bib_url": self.get_url(request) + self.reverse_subpage("bibtex"),
            "short_url": request.get_host() + short_path(self) if citation else "",
            "credits": sorted({each.credit for each in self.images() if each.credit}),
        }
        return context


def images_of(page: Page) -> list[SiteImage]:
    """The images that a page uses as it stands in memory: a draft's too."""
    image_type = ContentType.objects.get_for_model(SiteImage).pk
    keys = {
        int(key)
        for content_type, key, _model_path, _path in ReferenceIndex._extract_references_from_object(
            page
        )
        if content_type == image_type
    }
    return list(SiteImage.objects.filter(pk__in=keys).order_by("pk"))


class ByLine(Orderable):
    """Who signs what in an article."""

    class Part(models.TextChoices):
        TEXT = "texte", "Texte"
        PHOTO = "photo", "Photos"
        DRAWING = "dessin", "Dessins"

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="by_lines")
    author = models.ForeignKey(
        Author, verbose_name="nom", on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField("pour", max_length=8, choices=Part, default=Part.TEXT)

    panels = [FieldRowPanel([FieldPanel("author"), FieldPanel("part")])]

    class Meta(Orderable.Meta):
        verbose_name = "signature d’un article"
        verbose_name_plural = "signatures d’un article"

    def __str__(self) -> str:
        return f"{self.author} ({self.get_part_display()})"
