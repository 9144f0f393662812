"""The page that every page of the three sites is."""

from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, Site
from wagtail.search import index
from wagtail.url_routing import RouteResult

from home.blocks import BodyBlock
from home.desk.reviews import BasePageForm, review_panel
from home.languages import home_of, home_url, is_french
from home.related import pages_naming
from home.seo import window_title
from home.themes import Theme


class BasePage(Page):
    """Teaser and social image, breadcrumbs, kind, and the sites on which a type may live.

    The text of a card is `Page.search_description`, so that a list of mixed types needs no
    `.specific()`.
    """

    kind: ClassVar[str] = "Page"
    """French label of the type, shown in lists and in the search."""

    themes: ClassVar[tuple[Theme, ...]] = tuple(Theme)
    """The sites on which the type may be made."""

    in_feed: ClassVar[bool] = False
    """True for a type whose new pages are told by the feed of the site."""

    read_below_parent: ClassVar[bool] = False
    """True for data that is not translated: shown in each language below the translated parent."""

    goes_on_in_every_language: ClassVar[bool] = False
    """True for a page whose routes exist below each of its translations."""

    teaser_image = models.ForeignKey(
        "home.SiteImage",
        verbose_name="image de la carte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="S’affiche dans les listes de pages.",
    )
    social_image = models.ForeignKey(
        "home.SiteImage",
        verbose_name="image de partage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="1200 × 630 pixels. Sans elle, l’image de la carte sert au partage.",
    )

    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel([FieldPanel("teaser_image"), FieldPanel("social_image")], heading="Images"),
    ]
    settings_panels = [*Page.settings_panels, review_panel()]
    base_form_class = BasePageForm

    class Meta:
        abstract = True

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Keep a type on its sites: no magazine under cisp.be."""
        if not super().can_create_at(parent):
            return False
        if set(cls.themes) == set(Theme):
            return True
        theme = theme_of(parent)
        return theme is None or theme in cls.themes

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Also answer addresses that end in a file name: `agenda.ics`, `2023/chiffres.csv`.

        Wagtail's own routes end in a slash; a page with routes declares such a one without it.
        """
        if self.live and path_components and "." in path_components[-1]:
            resolve = getattr(self, "resolve_subpage", None)
            if resolve is not None:
                with suppress(Http404):
                    match = resolve("/" + "/".join(path_components))
                    request.routable_resolver_match = match  # type: ignore[attr-defined]
                    return RouteResult(self, args=tuple(match))
        return super().route(request, path_components)

    @property
    def robots(self) -> str:
        """Content of the robots tag; "" lets the page be indexed."""
        return ""

    def get_breadcrumbs(self, request: HttpRequest) -> list[dict[str, str]]:
        """`[{"title", "url"}]` from the home page of the site to this page.

        A page right below the home page needs no query: the request knows the home page.
        """
        site = Site.find_for_request(request)
        home = home_of(site) if site else None
        if home is None or self.depth is None or self.depth <= home.depth:
            return []
        between = []
        if self.depth > home.depth + 1:
            between = list(self.get_ancestors().filter(depth__gt=home.depth).order_by("path"))
        return [
            {"title": _("Accueil"), "url": home_url()},
            *({"title": page.title, "url": page.get_url(request) or ""} for page in between),
            {"title": self.title, "url": self.get_url(request) or ""},
        ]

    @cached_property
    def named_by(self) -> list[Page]:
        """Public pages of any room that name this one: it shows them in return."""
        return pages_naming(self)

    @cached_property
    def still_french(self) -> frozenset[str]:
        """Parts of a translation that nobody has translated yet: fields and keys of blocks."""
        from home.translations import still_french

        return frozenset() if is_french() else still_french(self)

    @cached_property
    def translation_checked_on(self) -> datetime | None:
        """When a person published this translation; None while nobody has."""
        from home.translations import checked_on

        return checked_on(self)

    def get_meta_title(self) -> str:
        """Title of the window: the editor's, else the page's with the site's."""
        return self.seo_title or self.title

    def social_picture(self) -> "models.Model | None":
        """The image for a shared link, or None."""
        return self.social_image or self.teaser_image

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add `seo` and `breadcrumbs` for base.html."""
        context = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = self.get_breadcrumbs(request)
        context["seo"] = self.get_seo(request)
        return context

    def get_seo(self, request: HttpRequest) -> dict[str, str | None]:
        """`{"title", "description", "canonical", "image_url", "robots"}` of this page."""
        image_url = None
        if picture := self.social_picture():
            rendition = picture.get_rendition("fill-1200x630|format-jpeg")  # type: ignore[attr-defined]
            image_url = request.build_absolute_uri(rendition.url)
        return {
            "title": window_title(self.get_meta_title()),
            "description": self.search_description,
            "canonical": self.get_full_url(request) or request.build_absolute_uri(request.path),
            "image_url": image_url,
            "robots": self.robots,
        }


def theme_of(page: Page) -> Theme | None:
    """The theme of the site in which a page lies, None outside every site."""
    sites = list(Site.objects.select_related("sitebranding", "root_page"))
    key: Any = None
    if not any(page.path.startswith(site.root_page.path) for site in sites):
        # Perhaps in the tree of another language, which stands beside that of the site.
        top = Page.objects.filter(path=page.path[: 2 * Page.steplen])
        key = top.values_list("translation_key", flat=True).first()
    for site in sites:
        if page.path.startswith(site.root_page.path) or site.root_page.translation_key == key:
            branding = getattr(site, "sitebranding", None)
            return Theme(branding.theme) if branding else None
    return None


class BodyPageMixin(models.Model):
    """A page with a body of blocks."""

    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)

    body_panels = [FieldPanel("body")]
    body_search_fields = [index.SearchField("body")]

    class Meta:
        abstract = True
