"""The catalogue: its page and its vocabularies."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page
from wagtail.search import index

from home.models import BasePage
from home.themes import Theme

MAX_RUBRIC_DEPTH = 3
"""Section, rubric, sub-rubric."""


def new_token() -> str:
    """A value that no other call has returned."""
    return uuid.uuid4().hex


def address_of(text: str) -> str:
    """The word of an address: «L’eau & le FSE+» gives «l-eau-le-fse-plus»; 60 signs at most."""
    plain = text.replace("’", " ").replace("+", " plus ").replace("œ", "oe").replace("Œ", "Oe")
    return slugify(plain)[:60].strip("-")


class Rubric(index.Indexed, models.Model):
    """A section, a rubric or a sub-rubric of the catalogue: a tree of three levels."""

    parent = models.ForeignKey(
        "self",
        verbose_name="dans",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="Vide pour une section. Une section contient des rubriques, "
        "une rubrique des sous-rubriques.",
    )
    name = models.CharField("nom", max_length=80)
    slug = models.SlugField(
        "mot de l’adresse",
        max_length=60,
        blank=True,
        help_text="Vide : il vient du nom.",
    )
    description = models.CharField("description", max_length=240, blank=True)
    sort_order = models.PositiveIntegerField("ordre", default=100)
    # Slugs from the section down: the address. Written by `save`.
    path = models.CharField(max_length=200, unique=True, editable=False)

    panels = [
        FieldPanel("name", help_text="Le nom affiché dans le catalogue."),
        FieldPanel("parent"),
        FieldPanel("description", help_text="Une phrase sous le nom, en haut de la liste."),
        FieldRowPanel(
            [
                FieldPanel("slug"),
                FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
            ]
        ),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = "rubrique"
        verbose_name_plural = "rubriques"
        ordering = ["path"]

    def __str__(self) -> str:
        return " / ".join(each.name for each in [*self.ancestors, self])

    def clean(self) -> None:
        """Three levels, no circle, one address."""
        super().clean()
        self.slug = self.slug or address_of(self.name)
        if self.parent_id:
            above = [*self.parent.ancestors, self.parent]  # type: ignore[union-attr]
            if self.pk and any(each.pk == self.pk for each in above):
                raise ValidationError({"parent": "Une rubrique ne peut pas être dans elle-même."})
            if len(above) + self._height() > MAX_RUBRIC_DEPTH:
                raise ValidationError(
                    {"parent": "Trois niveaux au plus : section, rubrique, sous-rubrique."}
                )
        twin = Rubric.objects.filter(path=self._own_path()).exclude(pk=self.pk)
        if twin.exists():
            raise ValidationError({"slug": "Une autre rubrique a déjà cette adresse."})

    def save(self, *args, **kwargs) -> None:
        """Write the address, and those of the rubrics below when it changed."""
        self.slug = self.slug or address_of(self.name)
        before, self.path = self.path, self._own_path()
        super().save(*args, **kwargs)
        if before and before != self.path:
            for child in self.children.all():
                child.save()

    @property
    def ancestors(self) -> list["Rubric"]:
        """The rubrics above, the section first; at most MAX_RUBRIC_DEPTH."""
        above: list[Rubric] = []
        rubric = self.parent
        while rubric is not None and len(above) <= MAX_RUBRIC_DEPTH:
            above.insert(0, rubric)
            rubric = rubric.parent
        return above

    def _own_path(self) -> str:
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug

    def _height(self) -> int:
        """Levels from here down, this one included."""
        if not self.pk:
            return 1
        return 1 + max((child._height() for child in self.children.all()), default=0)


class Vocabulary(models.TextChoices):
    """Lists of terms; the values stand in addresses."""

    THEME = "theme", "Thème"
    CATEGORY = "categorie", "Catégorie de formation"
    AUDIENCE = "public", "Public"
    LEVEL = "niveau", "Niveau"
    GEP = "gep", "Groupe d’échanges de pratiques (GEP)"
    PROJECT = "projet", "Projet"
    DIGCOMP = "digcomp", "DigComp"
    RECTEC = "rectec", "RECTEC"
    ROME = "rome", "Code ROME"
    CFC = "cfc", "Niveau CFC"


FRAMES = (Vocabulary.DIGCOMP, Vocabulary.RECTEC, Vocabulary.ROME, Vocabulary.CFC)
"""Vocabularies that others maintain: frames of reference."""


class Term(index.Indexed, models.Model):
    """A word of one of the vocabularies; each has a page of its own with its resources."""

    vocabulary = models.CharField("liste", max_length=12, choices=Vocabulary)
    name = models.CharField("nom", max_length=120)
    code = models.CharField(
        "code", max_length=20, blank=True, help_text="Par exemple « F1703 » ou « 1.2 »."
    )
    slug = models.SlugField(
        "mot de l’adresse", max_length=60, blank=True, help_text="Vide : il vient du nom."
    )
    description = models.CharField("description", max_length=300, blank=True)
    url = models.URLField("page officielle", blank=True)
    sort_order = models.PositiveIntegerField("ordre", default=100)

    panels = [
        FieldRowPanel(
            [
                FieldPanel("vocabulary", help_text="Le filtre du catalogue où le mot se range."),
                FieldPanel("code"),
            ]
        ),
        FieldPanel("name", help_text="Le mot du filtre, tel que les visiteurs le lisent."),
        FieldPanel("description", help_text="Une phrase en haut de la page de ce mot."),
        FieldPanel(
            "url", help_text="La page du référentiel qui définit ce terme, s’il y en a une."
        ),
        FieldRowPanel(
            [
                FieldPanel("slug"),
                FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
            ]
        ),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("code"),
        index.AutocompleteField("name"),
        index.FilterField("vocabulary"),
    ]

    class Meta:
        verbose_name = "terme"
        verbose_name_plural = "termes"
        ordering = ["vocabulary", "sort_order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "slug"],
                name="term_slug",
                violation_error_message="Cette liste a déjà un terme de cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_vocabulary_display()} : {self.label}"

    def clean(self) -> None:
        """An address for every term."""
        super().clean()
        self.slug = self.slug or address_of(f"{self.code} {self.name}")

    def save(self, *args, **kwargs) -> None:
        """An address for every term."""
        self.slug = self.slug or address_of(f"{self.code} {self.name}")
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """«F1703 – Maçonnerie», or the name alone."""
        return f"{self.code} – {self.name}" if self.code else self.name


class CataloguePage(RoutablePageMixin, BasePage):
    """All resources, with sections and facets."""

    kind = "Catalogue"
    themes = (Theme.PEDATECH,)

    introduction = models.TextField("introduction", blank=True, max_length=300)
    # Renewed by every change of what the catalogue shows (see catalogue/signals.py).
    token = models.CharField(max_length=32, editable=False, default=new_token)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    # Any type that names this one as its parent: resources, kits, trees, spaces…
    subpage_types: list[str] | None = None
    max_count_per_parent = 1

    class Meta:
        verbose_name = "catalogue"
        verbose_name_plural = "catalogues"

    def save(self, *args, **kwargs) -> None:
        """A new token, because publishing an old draft would bring an old one back."""
        self.token = new_token()
        super().save(*args, **kwargs)

    @classmethod
    def renew_token(cls) -> None:
        """Tell every worker to read the catalogue anew."""
        cls.objects.update(token=new_token())

    @path("")
    def search(self, request: HttpRequest) -> HttpResponse:
        """The list with its facets."""
        from pedatech.catalogue.views import catalogue_view

        return catalogue_view(request, self)

    @path("rubriques/<path:rubric>/", name="rubric")
    def rubric(self, request: HttpRequest, rubric: str) -> HttpResponse:
        """The same list, inside a section, a rubric or a sub-rubric."""
        from pedatech.catalogue.views import rubric_view

        return rubric_view(request, self, rubric)

    @path("reperes/", name="frames")
    def frames(self, request: HttpRequest) -> HttpResponse:
        """Every term of the frames of reference and the projects, with its number of resources."""
        from pedatech.catalogue.views import frames_view

        return frames_view(request, self)

    @path("reperes/<slug:vocabulary>/<slug:slug>/", name="term")
    def term(self, request: HttpRequest, vocabulary: str, slug: str) -> HttpResponse:
        """The resources of one term (P-31)."""
        from pedatech.catalogue.views import term_view

        return term_view(request, self, vocabulary, slug)

    @path("liste/", name="list")
    def own_list(self, request: HttpRequest) -> HttpResponse:
        """A list of resources that stands in the address, or in the account (P-17)."""
        from pedatech.catalogue.lists import list_view

        return list_view(request, self)

    @path("liste/enregistrer/", name="save_list")
    def save_list(self, request: HttpRequest) -> HttpResponse:
        """Keep a list in the account of a signed-in person; POST alone."""
        from pedatech.catalogue.lists import save_list_view

        return save_list_view(request, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The catalogue, its rubrics and its terms that lead to something."""
        from pedatech.catalogue.table import current_table

        urls = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        if urls and base:
            table = current_table(self)
            urls.append({"location": f"{base}reperes/"})
            urls += [
                {"location": f"{base}rubriques/{rubric.path}/"}
                for rubric in table.rubrics.values()
                if table.masks["rubrique"].get(rubric.path)
            ]
            urls += [
                {"location": f"{base}reperes/{vocabulary}/{slug}/"}
                for vocabulary, terms in table.terms.items()
                for slug in terms
                if table.masks[vocabulary].get(slug)
            ]
        return urls
