"""L'essor: the magazine, what changes in its rhythm, its rubrics and who writes in it."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Orderable, Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from home import content
from home.models import BasePage
from home.themes import Theme

if TYPE_CHECKING:
    from essor.models.issues import IssueQuerySet


class Rubric(models.Model):
    """A section of the magazine: a record, so that an editor adds one without code."""

    name = models.CharField("nom", max_length=80, unique=True)
    slug = models.SlugField("identifiant", max_length=80, unique=True)
    description = models.CharField(
        "description", max_length=200, blank=True, help_text="Une phrase, sous le nom."
    )

    panels = [
        FieldRowPanel(
            [
                FieldPanel("name", help_text="Le nom affiché au-dessus des articles."),
                FieldPanel(
                    "slug",
                    help_text="Se trouve dans les adresses : ne le changez plus une fois publié.",
                ),
            ]
        ),
        FieldPanel("description"),
    ]

    class Meta:
        verbose_name = "rubrique de L’essor"
        verbose_name_plural = "rubriques de L’essor"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class MagazinePage(RoutablePageMixin, BasePage):
    """A magazine: its issues by year, and what it is. It owns the addresses of its issues."""

    kind = "Revue"
    themes = (Theme.INTERFEDE,)
    template = "essor/magazine/magazine_page.html"

    introduction = models.TextField("introduction", blank=True, max_length=400)
    issn_print = models.CharField("ISSN, version imprimée", max_length=9, blank=True)
    issn_online = models.CharField("ISSN, version en ligne", max_length=9, blank=True)
    headline_issue = models.ForeignKey(
        "essor.IssuePage",
        verbose_name="à la une",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Vide : le dernier numéro paru.",
    )
    needs_two = models.BooleanField(
        "deux personnes pour publier",
        default=False,
        help_text="La personne qui a écrit la dernière version ne peut pas la publier seule.",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("headline_issue"),
        InlinePanel(
            "rhythms",
            heading="Périodicité et tirage",
            label="période",
            help_text="Une ligne par changement : les anciennes restent vraies pour les anciens "
            "numéros.",
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("issn_print"), FieldPanel("issn_online")])], heading="ISSN"
        ),
    ]
    settings_panels = [*BasePage.settings_panels, FieldPanel("needs_two")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["essor.PublicationIndexPage"]
    subpage_types = ["essor.IssuePage"]

    class Meta:
        verbose_name = "revue"
        verbose_name_plural = "revues"

    def issues(self) -> "IssueQuerySet":
        """The published issues, the newest first."""
        from essor.models.issues import IssuePage

        return IssuePage.objects.child_of(self).live().public().newest_first()

    def rhythm_on(self, day: date) -> "MagazineRhythm | None":
        """How often and in how many copies the magazine came out on a day."""
        return self.rhythms.filter(since__lte=day).order_by("-since", "-pk").first()

    def get_headline(self) -> "Page | None":
        """The issue that the editors put forward, else the last ordinary one, else the last one."""
        from essor.models.issues import IssuePage

        issues = self.issues().with_cover()
        chosen = (
            issues.filter(pk=self.headline_issue_id).first() if self.headline_issue_id else None
        )
        ordinary = issues.filter(issue_kind=IssuePage.Kind.ORDINARY)
        return chosen or ordinary.first() or issues.first()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """`/108/` leads to the issue of that number, whatever the words of its address are."""
        if len(path_components) == 1 and path_components[0].isascii():
            name = path_components[0]
            if name.isdigit() and len(name) < 7 and self.live:
                issue = self.issues().filter(number=int(name)).first()
                if issue is None:
                    raise Http404("Aucun numéro publié ne porte ce nombre.")
                return RouteResult(issue, kwargs={"short": True})
        return super().route(request, path_components)

    @path("flux.xml", name="feed")
    def feed(self, request: HttpRequest) -> HttpResponseBase:
        """Its issues and articles as Atom; `?rubrique=` keeps the articles of one rubric."""
        from essor.publications.views import magazine_feed

        return magazine_feed(request, self)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add `headline`, `years` ([(year, [issue])]), `rhythm`, `rubrics`, `feed_url`."""
        context = super().get_context(request, *args, **kwargs)
        context |= _contents_of(self)
        context["feed_url"] = f"{self.get_url(request) or ''}flux.xml"
        return context


@content.kept_by(
    # The headline may be that of a draft; a page that is being created has nothing below it.
    lambda magazine: (magazine.pk, magazine.headline_issue_id) if magazine.pk else None,
    by_the_clock=True,
)
def _contents_of(magazine: MagazinePage) -> dict[str, Any]:
    from essor.models.issues import ArticlePage

    headline = magazine.get_headline()
    years: dict[int, list] = {}
    for issue in magazine.issues().with_cover():
        years.setdefault(issue.issue_date.year, []).append(issue)
    articles = ArticlePage.objects.descendant_of(magazine).live().public()
    return {
        "headline": headline,
        "headline_articles": headline.contents() if headline else [],
        "years": list(years.items()),
        "rhythm": magazine.rhythm_on(timezone.localdate()),
        "rubrics": list(Rubric.objects.filter(pk__in=articles.values("rubric"))),
    }


class MagazineRhythm(Orderable):
    """How often and in how many copies, from a day on."""

    magazine = ParentalKey(MagazinePage, on_delete=models.CASCADE, related_name="rhythms")
    since = models.DateField("depuis le")
    frequency = models.CharField(
        "périodicité", max_length=60, help_text="Comme dans une phrase : « quatre fois par an »"
    )
    print_run = models.PositiveIntegerField("tirage", null=True, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("since"), FieldPanel("frequency"), FieldPanel("print_run")])
    ]

    class Meta(Orderable.Meta):
        verbose_name = "périodicité et tirage"
        verbose_name_plural = "périodicités et tirages"
        constraints = [
            models.UniqueConstraint(
                fields=("magazine", "since"),
                name="one_rhythm_a_day",
                violation_error_message="Deux périodes commencent le même jour.",
            )
        ]

    def __str__(self) -> str:
        return self.frequency

    @property
    def print_run_label(self) -> str:
        """The number of copies as French prints it, thousands apart."""
        return f"{self.print_run:,}".replace(",", "\u00a0") if self.print_run else ""


def redirect_to(page: Page, request: HttpRequest) -> HttpResponse:
    """A permanent redirect to the whole address of a page."""
    return HttpResponsePermanentRedirect(page.get_full_url(request) or "/")
