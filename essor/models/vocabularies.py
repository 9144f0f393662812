"""What publications are sorted by: kinds, topics, projects, authors. All of it editable."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index

from home.models import Organisation


class PublicationKind(models.Model):
    """Study, press release, infographic…: a publication has exactly one."""

    class CitedAs(models.TextChoices):
        REPORT = "rapport", "Rapport ou étude"
        ARTICLE = "article", "Article de revue"
        NEWS = "presse", "Article de presse"
        LEGAL = "texte-legal", "Texte légal"
        OTHER = "autre", "Autre document"

    class Icon(models.TextChoices):
        FILE = "file", "Document"
        BOOK = "book", "Livre"
        NEWS = "news", "Journal"
        MESSAGE = "message", "Prise de parole"
        PEOPLE = "people", "Personnes"
        INFO = "info", "Information"
        LIST = "list", "Liste"
        TOOL = "tool", "Outil"

    slug = models.SlugField(
        "identifiant",
        max_length=40,
        unique=True,
        help_text="Se trouve dans les adresses : ne le changez plus une fois publié.",
    )
    name = models.CharField("nom", max_length=60, help_text="Au singulier : « Étude ».")
    plural = models.CharField("pluriel", max_length=60, help_text="« Études ».")
    icon = models.CharField("icône", max_length=10, choices=Icon, default=Icon.FILE)
    cited_as = models.CharField(
        "citée comme", max_length=12, choices=CitedAs, default=CitedAs.OTHER
    )
    is_filter = models.BooleanField(
        "proposé dans les filtres",
        default=True,
        help_text="Sans coche, le genre reste affiché mais ne sert pas à filtrer.",
    )
    sort_order = models.PositiveSmallIntegerField("ordre", default=100)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("plural")]),
        FieldRowPanel(
            [
                FieldPanel("slug"),
                FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
            ]
        ),
        FieldRowPanel(
            [
                FieldPanel("icon", help_text="Le dessin à côté des publications de ce genre."),
                FieldPanel(
                    "cited_as", help_text="La forme de la référence que les visiteurs copient."
                ),
            ]
        ),
        FieldPanel("is_filter"),
    ]

    class Meta:
        verbose_name = "genre de publication"
        verbose_name_plural = "genres de publication"
        ordering = ["sort_order", "slug"]

    def __str__(self) -> str:
        return self.name


class Topic(index.Indexed, models.Model):
    """What a publication is about.

    In the interface a «thème»; here a topic, because a page's `themes` are the sites it may live on.
    """

    slug = models.SlugField(
        "identifiant",
        max_length=60,
        unique=True,
        help_text="Se trouve dans les adresses : ne le changez plus une fois publié.",
    )
    name = models.CharField("nom", max_length=80, unique=True)
    aliases = models.TextField(
        "autres mots",
        blank=True,
        help_text="Un par ligne. La recherche trouve les publications par ces mots aussi.",
    )

    panels = [
        FieldPanel("name", help_text="Le mot du filtre : « Numérique »."),
        FieldPanel("slug"),
        FieldPanel("aliases"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("aliases"),
        index.AutocompleteField("name"),
    ]

    class Meta:
        verbose_name = "thème"
        verbose_name_plural = "thèmes"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Author(index.Indexed, models.Model):
    """A person who signs, or a body that does and is no organisation of ours."""

    family_name = models.CharField("nom", max_length=120, help_text="Nom de famille ou organisme.")
    given_name = models.CharField(
        "prénom", max_length=80, blank=True, help_text="Vide pour un organisme."
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="La page qui présente cette personne, s’il y en a une.",
    )

    panels = [
        FieldRowPanel([FieldPanel("given_name"), FieldPanel("family_name")]),
        PageChooserPanel("page"),
    ]
    search_fields = [
        index.SearchField("family_name"),
        index.SearchField("given_name"),
        index.AutocompleteField("family_name"),
        index.AutocompleteField("given_name"),
    ]

    class Meta:
        verbose_name = "auteur ou autrice"
        verbose_name_plural = "auteurs et autrices"
        ordering = ["family_name", "given_name", "pk"]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def sort_name(self) -> str:
        """The name as a citation wants it: «Famille, Prénom»."""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)


class Project(index.Indexed, ClusterableModel):
    """A piece of work that somebody pays for: its pages name the funders."""

    slug = models.SlugField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=160)
    reference = models.CharField(
        "numéro du dossier", max_length=40, blank=True, help_text="« A000441 », par exemple."
    )
    mention = models.CharField(
        "mention du financement",
        max_length=300,
        blank=True,
        help_text="Une phrase : « Avec le soutien du Fonds social européen plus. »",
    )
    description = models.TextField("en quelques mots", blank=True, max_length=1000)
    website = models.URLField("site web", blank=True)

    panels = [
        FieldPanel("name", help_text="Le nom du projet, tel que les visiteurs le lisent."),
        FieldRowPanel(
            [
                FieldPanel(
                    "slug",
                    help_text="Se trouve dans les adresses : ne le changez plus une fois publié.",
                ),
                FieldPanel("reference"),
            ]
        ),
        FieldPanel("description", help_text="Ce que fait le projet, en deux ou trois phrases."),
        FieldPanel("mention"),
        FieldPanel(
            "website",
            help_text="L’adresse entière, qui commence par « https:// ». Vide : aucun site.",
        ),
        InlinePanel("funders", heading="Financement", label="Financeur", min_num=1),
        InlinePanel("calls", heading="Appels", label="Appel"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("reference"),
        index.AutocompleteField("name"),
    ]

    class Meta:
        verbose_name = "projet"
        verbose_name_plural = "projets"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ProjectFunder(Orderable):
    """Who pays for a project, in the order of their logos."""

    project = ParentalKey(Project, on_delete=models.CASCADE, related_name="funders")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="financeur",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Organisation.Kind.FUNDER},
    )

    panels = [FieldPanel("organisation", help_text="Une organisation du genre « Financeur ».")]

    class Meta(Orderable.Meta):
        verbose_name = "financeur d’un projet"
        verbose_name_plural = "financeurs d’un projet"

    def __str__(self) -> str:
        return str(self.organisation)


class ProjectCall(Orderable):
    """A call of a project: grants, applications, with the days between which it is open."""

    project = ParentalKey(Project, on_delete=models.CASCADE, related_name="calls")
    title = models.CharField("titre", max_length=160)
    opens_on = models.DateField("s’ouvre le")
    closes_on = models.DateField("se ferme le", help_text="Dernier jour pour répondre.")
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="page de l’appel",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("title", help_text="Le nom de l’appel."),
        FieldRowPanel(
            [
                FieldPanel("opens_on", help_text="Le premier jour où l’on peut répondre."),
                FieldPanel("closes_on"),
            ]
        ),
        PageChooserPanel(
            "page", help_text="La page qui explique comment répondre, s’il y en a une."
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "appel"
        verbose_name_plural = "appels"

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """True from its first to its last day."""
        return self.opens_on <= timezone.localdate() <= self.closes_on

    def clean(self) -> None:
        """A call cannot close before it opens."""
        super().clean()
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": "L’appel se ferme avant de s’ouvrir."})
