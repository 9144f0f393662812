"""Publications: the index, a publication, its parts."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Orderable, Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.search import index

from essor import partial_dates
from essor.partial_dates import PartialDateField
from home.models import BasePage, BodyPageMixin, Federation, Organisation, SiteDocument
from home.themes import Theme

from .page_forms import PublicationPageForm
from .vocabularies import Author, Project, PublicationKind, Topic


class PublicationIndexPage(RoutablePageMixin, BasePage):
    """All publications, to be filtered; the magazine and the dossiers stand below it too."""

    kind = "Publications"
    themes = (Theme.INTERFEDE,)

    introduction = models.TextField("introduction", blank=True, max_length=400)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    # Any type that names this one as its parent: the magazine, memorandums, dossiers.
    subpage_types: list[str] | None = None
    max_count = 1

    class Meta:
        verbose_name = "rubrique des publications"
        verbose_name_plural = "rubriques des publications"

    @path("")
    def listing(self, request: HttpRequest) -> HttpResponse:
        """The list and its filters."""
        from essor.publications.views import index_view

        return index_view(request, self)

    @path("flux.xml", name="feed")
    def feed(self, request: HttpRequest) -> HttpResponseBase:
        """The feed of one kind, of one topic, or of all publications (I-36)."""
        from essor.publications.views import publications_feed

        return publications_feed(request, self)

    @path("projets/<slug:slug>/", name="project")
    def project(self, request: HttpRequest, slug: str) -> HttpResponse:
        """A project with its funders, its calls and its publications (I-13)."""
        from essor.publications.views import project_view

        return project_view(request, self, slug)


class PublicationQuerySet(PageQuerySet):
    """Selections of publications."""

    def to_be_shown(self) -> "PublicationQuerySet":
        """Live publications without a restriction of their own.

        A restriction on the index closes the index itself; this saves the list a query.
        """
        return self.filter(live=True).exclude(pk__in=PageViewRestriction.objects.values("page_id"))

    def newest_first(self) -> "PublicationQuerySet":
        """By date of publication; among equals the last one made."""
        return self.order_by("-sort_date", "-pk")

    def with_replaced(self) -> "PublicationQuerySet":
        """Add `is_replaced`: a newer version is live."""
        newer = PublicationPage.objects.filter(replaces=OuterRef("pk"), live=True)
        return self.annotate(is_replaced=Exists(newer))

    def about(self, topic_ids: list[int]) -> "PublicationQuerySet":
        """Publications with at least one of these topics."""
        return self.filter(topics__in=topic_ids).distinct()


class _KindName:
    """`kind` of the class is the name of the type, of a page the name of its kind.

    Lists that read the kind of a page load `publication_kind` with it.
    """

    def __get__(self, page: "PublicationPage | None", owner: type | None = None) -> str:
        if page is None or page.publication_kind_id is None:
            return "Publication"
        return page.publication_kind.name


class PublicationPage(RoutablePageMixin, BodyPageMixin, BasePage):
    """A study, a press release, an infographic, an article elsewhere: whatever one can cite.

    The text is the page; files, parts, corrections and earlier versions hang on it. A memorandum
    extends this type.
    """

    kind = _KindName()
    themes = (Theme.INTERFEDE,)
    in_feed = True

    publication_kind = models.ForeignKey(
        PublicationKind,
        verbose_name="genre",
        on_delete=models.PROTECT,
        related_name="publications",
    )
    published = PartialDateField(
        "date de publication",
        help_text="Ce que vous savez : une année, un mois (septembre 2024) ou un jour (17/09/2024).",
    )
    # What lists sort and filter by, read from `published` on save.
    sort_date = models.DateField(editable=False, db_index=True)
    reference_period = models.CharField(
        "période étudiée",
        max_length=40,
        blank=True,
        help_text="L’année ou les années dont parle la publication : « 2021-2022 ».",
    )
    updated = PartialDateField(
        "mise à jour", blank=True, help_text="Si le texte a changé depuis la publication."
    )
    bodies = ParentalManyToManyField(
        Organisation,
        verbose_name="organismes auteurs",
        blank=True,
        related_name="+",
        help_text="Qui publie : l’Interfédé, une fédération, un partenaire.",
    )
    federation = models.ForeignKey(
        Federation,
        verbose_name="fédération",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Seulement si la publication vient d’une fédération.",
    )
    topics = ParentalManyToManyField(
        Topic, verbose_name="thèmes", blank=True, related_name="publications"
    )
    project = models.ForeignKey(
        Project,
        verbose_name="projet",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="publications",
        help_text="Les logos de ses financeurs s’affichent sur la page.",
    )
    medium = models.CharField(
        "journal ou revue",
        max_length=120,
        blank=True,
        help_text="Pour un article paru ailleurs : « Le Soir », « L’Observatoire ».",
    )
    issue_number = models.CharField("numéro", max_length=20, blank=True)
    external_url = models.URLField(
        "adresse de l’article",
        max_length=500,
        blank=True,
        help_text="Un article de presse se lit chez son éditeur : mettez le lien, pas une copie.",
    )
    replaces = models.ForeignKey(
        "self",
        verbose_name="remplace",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replacements",
        help_text="La version précédente reste lisible et dit qu’elle est remplacée.",
    )

    objects = PageManager.from_queryset(PublicationQuerySet)()

    base_form_class = PublicationPageForm
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("publication_kind"), FieldPanel("published")]),
        FieldPanel(
            "search_description",
            heading="Résumé",
            help_text="Une ou deux phrases : s’affiche dans les listes et en tête de la page.",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("medium"), FieldPanel("issue_number")]),
                FieldPanel("external_url"),
            ],
            heading="Parue ailleurs (presse, revue)",
        ),
        InlinePanel("files", heading="Fichiers", label="Fichier"),
        *BodyPageMixin.body_panels,
        MultiFieldPanel(
            [
                FieldPanel("topics"),
                FieldPanel("bodies"),
                FieldPanel("federation"),
                FieldPanel("project"),
            ],
            heading="Thèmes et organismes",
            classname="collapsed",
        ),
        InlinePanel("authors", heading="Auteurs et autrices", label="Nom", classname="collapsed"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("reference_period"), FieldPanel("updated")]),
                PageChooserPanel("replaces"),
            ],
            heading="Période et versions",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                HelpPanel(
                    "<p>Un correctif dit ce qui était faux et ce qui est juste. Une fois publié, "
                    "il reste sur la page et dans les flux.</p>"
                ),
                InlinePanel("corrections", label="Correctif"),
            ],
            heading="Correctifs",
            classname="collapsed",
        ),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title")], heading="Adresse et référencement"
        ),
        MultiFieldPanel([FieldPanel("teaser_image"), FieldPanel("social_image")], heading="Images"),
    ]
    search_fields = [
        *BasePage.search_fields,
        *BodyPageMixin.body_search_fields,
        index.SearchField("medium"),
        index.SearchField("reference_period"),
        index.SearchField("files_text"),
        index.SearchField("author_names"),
        index.RelatedFields("publication_kind", [index.SearchField("name")]),
        index.RelatedFields("topics", [index.SearchField("name"), index.SearchField("aliases")]),
        index.RelatedFields("bodies", [index.SearchField("name"), index.SearchField("acronym")]),
        index.FilterField("publication_kind"),
        index.FilterField("sort_date"),
    ]
    parent_page_types = ["essor.PublicationIndexPage"]
    subpage_types = ["essor.PublicationPartPage"]

    class Meta:
        verbose_name = "publication"
        verbose_name_plural = "publications"

    @property
    def date_label(self) -> str:
        """The date of publication in words, as exact as it is known."""
        return partial_dates.label(self.published)

    @property
    def updated_label(self) -> str:
        """The date of the last change in words, "" without one."""
        return partial_dates.label(self.updated)

    @property
    def year(self) -> int:
        """Year of publication."""
        return self.sort_date.year

    @property
    def superseded_by(self) -> "PublicationPage | None":
        """The live publication that replaces this one, the newest if there are several."""
        if self.pk is None:
            return None
        newer = PublicationPage.objects.filter(replaces=self)
        return newer.to_be_shown().newest_first().first()

    @property
    def documents(self) -> list[SiteDocument]:
        """The files in the order of the editor."""
        return [each.document for each in self.files.all()]

    @property
    def files_text(self) -> str:
        """The text of all files, for the search index."""
        from home.documents import files_text

        return files_text(self.documents)

    @property
    def author_names(self) -> str:
        """Names of the people who sign, for the search index."""
        return ", ".join(str(each.author) for each in self.authors.all())

    def clean(self) -> None:
        """A publication cannot replace itself, not even by a detour."""
        super().clean()
        seen: set[int | None] = {self.pk} if self.pk else set()
        earlier = self.replaces
        while earlier is not None:
            if earlier.pk in seen:
                raise ValidationError(
                    {
                        "replaces": "Cette version est déjà remplacée par celle-ci : choisissez une "
                        "publication plus ancienne."
                    }
                )
            seen.add(earlier.pk)
            earlier = earlier.replaces

    def full_clean(self, *args, **kwargs) -> None:
        """The day that lists sort by comes from the date, before the fields are checked."""
        self._read_date()
        super().full_clean(*args, **kwargs)

    def save(self, *args, **kwargs) -> None:
        """Keep the day that lists sort by, and every correction that readers have seen."""
        self._read_date()
        self._keep_corrections()
        super().save(*args, **kwargs)
        if kwargs.get("update_fields") is None:
            # Wagtail indexed the page before its files, topics and bodies were written.
            index.insert_or_update_object(self)

    @path("")
    def show(self, request: HttpRequest) -> HttpResponse:
        """The publication itself: the canonical address, whatever files hang on it."""
        from essor.publications.views import publication_view

        return publication_view(request, self)

    @path("citation.ris", name="ris")
    def ris(self, request: HttpRequest) -> HttpResponse:
        """The citation for Zotero, Mendeley, EndNote."""
        from essor.publications.views import citation_view

        return citation_view(request, self, "ris")

    @path("citation.bib", name="bibtex")
    def bibtex(self, request: HttpRequest) -> HttpResponse:
        """The citation for LaTeX."""
        from essor.publications.views import citation_view

        return citation_view(request, self, "bib")

    def _read_date(self) -> None:
        # A wrong date is reported by the field itself.
        try:
            self.sort_date = partial_dates.first_day(partial_dates.parse(self.published))
        except ValueError:
            self.sort_date = self.sort_date or timezone.localdate()

    def _keep_corrections(self) -> None:
        """Put back what an old revision has forgotten; date those that go public now."""
        notices = list(self.corrections.all())
        known = {notice.pk: notice for notice in notices if notice.pk}
        if self.pk:
            for seen in PublicationCorrection.objects.filter(
                page_id=self.pk, published_at__isnull=False
            ):
                mine: Any = known.get(seen.pk)
                if mine is None:
                    notices.append(seen)
                    continue
                for name in ("date", "text", "uid", "published_at"):
                    setattr(mine, name, getattr(seen, name))
        if self.live:
            for notice in notices:
                notice.published_at = notice.published_at or timezone.now()
        if notices:
            self.corrections.set(notices)


class PublicationAuthor(Orderable):
    """Who signs a publication, in the order of the title page."""

    page = ParentalKey(PublicationPage, on_delete=models.CASCADE, related_name="authors")
    author = models.ForeignKey(
        Author, verbose_name="auteur ou autrice", on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("author")]

    class Meta(Orderable.Meta):
        verbose_name = "signature"
        verbose_name_plural = "signatures"

    def __str__(self) -> str:
        return str(self.author)


class PublicationFile(Orderable):
    """A file of a publication: the study itself first, annexes after it."""

    page = ParentalKey(PublicationPage, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(
        SiteDocument, verbose_name="fichier", on_delete=models.CASCADE, related_name="+"
    )
    label = models.CharField(
        "nom affiché",
        max_length=120,
        blank=True,
        help_text="« Annexes », « Synthèse ». Sans nom : « Télécharger » et le titre du fichier.",
    )

    panels = [FieldPanel("document"), FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = "fichier d’une publication"
        verbose_name_plural = "fichiers d’une publication"

    def __str__(self) -> str:
        return self.label or str(self.document)


class PublicationCorrection(Orderable):
    """What was wrong and what is right, once and for all (I-08)."""

    page = ParentalKey(PublicationPage, on_delete=models.CASCADE, related_name="corrections")
    uid = models.UUIDField(editable=False, default=uuid.uuid4)
    date = models.DateField("date", default=timezone.localdate)
    text = models.TextField("correctif", max_length=1500)
    published_at = models.DateTimeField(null=True, editable=False)

    panels = [FieldPanel("date"), FieldPanel("text")]

    class Meta:
        verbose_name = "correctif"
        verbose_name_plural = "correctifs"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]


class PublicationPartPage(BodyPageMixin, BasePage):
    """A chapter of a long publication: its own address, previous and next (I-06)."""

    kind = "Chapitre"
    themes = (Theme.INTERFEDE,)

    content_panels = [
        *Page.content_panels,
        FieldPanel("search_description", heading="Résumé"),
        *BodyPageMixin.body_panels,
    ]
    promote_panels = PublicationPage.promote_panels
    search_fields = [*BasePage.search_fields, *BodyPageMixin.body_search_fields]
    parent_page_types = ["essor.PublicationPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "partie d’une publication"
        verbose_name_plural = "parties d’une publication"

    @property
    def search_keywords(self) -> str:
        """The whole that it is a part of: «Première partie» alone says nothing."""
        titles = Page.objects.filter(path=self.path[: -self.steplen]).values_list(
            "title", flat=True
        )
        return titles.first() or ""

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """The publication, its contents list, and what comes before and after."""
        from essor.publications.detail import part_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **part_context(self, request)}
