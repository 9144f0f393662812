"""What an import of the yearly listing leaves: the file, its report, and what the file last said."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class ListingImport(models.Model):
    """One file on its way into the pages: read, simulated, then written whole or not at all.

    `content` holds the file itself, so that an import that was interrupted goes on without anybody
    sending it again, and a backup of the database is enough. Leave it out of lists (`defer`).
    """

    class State(models.TextChoices):
        MAPPING = "colonnes", "Colonnes à indiquer"
        PREPARING = "lecture", "Lecture et simulation"
        READY = "pret", "À confirmer"
        APPLYING = "ecriture", "Enregistrement"
        DONE = "fait", "Importé"
        REFUSED = "refuse", "Refusé"
        CANCELLED = "abandon", "Abandonné"

    created_at = models.DateTimeField("déposé le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    file_name = models.CharField("fichier", max_length=255)
    content = models.BinaryField("contenu", editable=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.MAPPING)
    mapping = models.JSONField("colonnes", default=dict, help_text="champ → numéro de colonne")
    problem = models.TextField("ce qui ne va pas", blank=True)
    counts = models.JSONField("nombres", default=dict, help_text="genre de ligne → nombre")
    digest = models.CharField("empreinte du rapport", max_length=64, blank=True)
    decisions = models.JSONField(
        "choix", default=dict, help_text="lieux à retirer, conflits à trancher pour le fichier"
    )
    points_done = models.PositiveIntegerField("adresses cherchées", default=0)
    points_total = models.PositiveIntegerField("adresses à chercher", default=0)
    process = models.CharField("programme", max_length=120, blank=True)
    step_at = models.DateTimeField("dernier signe de vie", default=timezone.now)
    applied_at = models.DateTimeField("importé le", null=True)

    class Meta:
        verbose_name = "import du listing"
        verbose_name_plural = "imports du listing"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class ListingLine(models.Model):
    """A line of the report of an import: one row of the file, or one place, in one respect.

    `cells` is `[{"column", "field", "before", "after", "reason"}]`, ready to be printed.
    """

    class Kind(models.TextChoices):
        ADDED = "ajout", "Nouveau"
        CHANGED = "changement", "Changé"
        CONFLICT = "conflit", "Conflit"
        MISSING = "absent", "Absent"
        REFUSED = "refus", "Refusé"
        NOTE = "remarque", "Remarque"

    listing = models.ForeignKey(ListingImport, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField("ordre")
    kind = models.CharField("genre", max_length=10, choices=Kind)
    row_number = models.PositiveIntegerField("ligne", null=True)
    reference = models.CharField("identifiant", max_length=120, blank=True)
    title = models.CharField("nom", max_length=255, blank=True)
    page = models.ForeignKey(
        "cisp_map.TrainingSitePage",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
    )
    cells = models.JSONField("cellules", default=list)

    class Meta:
        verbose_name = "ligne de rapport"
        verbose_name_plural = "lignes de rapport"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["listing", "kind", "position"], name="listing_lines")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class ListedSiteQuerySet(models.QuerySet["ListedSite"]):
    """Selections of listed sites."""

    def with_doubtful_point(self) -> "ListedSiteQuerySet":
        """Sites whose point nobody has confirmed and that may be wrong."""
        return self.filter(
            page__isnull=False,
            point_checked_on=None,
            confidence__in=ListedSite.DOUBTFUL,
        ).order_by("confidence", "reference")


class ListedSite(models.Model):
    """A place that the listing names, and what the listing last said of it.

    With these values an import tells an editor's correction from a change of the list. `page` is
    empty when an editor deleted it: the import then asks before it makes the place anew.
    """

    class Confidence(models.TextChoices):
        FILE = "fichier", "Donné par le fichier"
        STREET = "rue", "Trouvé par la rue"
        EDITOR = "main", "Placé à la main"
        FAR = "loin", "Loin du centre de la localité"
        LOCALITY = "localite", "Centre de la localité"

    DOUBTFUL = (Confidence.FAR, Confidence.LOCALITY)

    reference = models.CharField("identifiant", max_length=120, unique=True)
    page = models.OneToOneField(
        "cisp_map.TrainingSitePage",
        null=True,
        on_delete=models.SET_NULL,
        related_name="listed",
    )
    values = models.JSONField("ce que le listing disait", default=dict)
    confidence = models.CharField(
        "fiabilité du point", max_length=10, choices=Confidence, default=Confidence.LOCALITY
    )
    point_note = models.CharField("remarque sur le point", max_length=200, blank=True)
    point_checked_on = models.DateField("point vérifié le", null=True)

    objects = ListedSiteQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu du listing"
        verbose_name_plural = "lieux du listing"
        ordering = ["reference"]

    def __str__(self) -> str:
        return self.reference


class FoundAddress(models.Model):
    """The point of a street address, kept so that nobody is asked twice.

    `lat` and `lng` are empty when the service did not know the street.
    """

    key = models.CharField("clé", max_length=64, unique=True)
    address = models.CharField("adresse", max_length=320)
    lat = models.FloatField("latitude", null=True)
    lng = models.FloatField("longitude", null=True)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)

    class Meta:
        verbose_name = "adresse trouvée"
        verbose_name_plural = "adresses trouvées"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.address
