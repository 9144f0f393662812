"""The table of places: localities of Wallonia and Brussels.

Rows are written by ``manage.py load_gazetteer`` and by nothing else; people never edit them.
"""

from __future__ import annotations

from django.db import models


class Locality(models.Model):
    """One locality under one postal code; a locality with two codes has two rows.

    ``lat`` and ``lng`` are WGS84 degrees. Sources and licences: ``cisp_map.gazetteer``.
    """

    class Region(models.TextChoices):
        WALLONIA = "wallonie", "Wallonie"
        BRUSSELS = "bruxelles", "Région de Bruxelles-Capitale"

    class Kind(models.TextChoices):
        COMMUNE = "commune", "Commune"
        LOCALITY = "localite", "Localité"

    slug = models.SlugField("identifiant", max_length=80, unique=True)
    name = models.CharField("nom", max_length=80)
    name_nl = models.CharField("nom néerlandais", max_length=80, blank=True)
    name_de = models.CharField("nom allemand", max_length=80, blank=True)
    postal_code = models.CharField("code postal", max_length=4, db_index=True)
    commune = models.CharField("commune", max_length=80)
    former_commune = models.CharField(
        "ancienne commune",
        max_length=80,
        blank=True,
        help_text="Commune disparue lors des fusions de 2025.",
    )
    nis_code = models.CharField("code INS", max_length=5, db_index=True)
    province = models.CharField("province", max_length=40, blank=True)
    arrondissement = models.CharField("arrondissement judiciaire", max_length=40)
    region = models.CharField("région", max_length=10, choices=Region.choices)
    lat = models.FloatField("latitude")
    lng = models.FloatField("longitude")
    population = models.PositiveIntegerField("population", null=True, blank=True)
    kind = models.CharField("genre", max_length=10, choices=Kind.choices)
    aliases = models.JSONField("autres noms", default=list, blank=True)
    search_key = models.CharField("clé de recherche", max_length=120, db_index=True)
    source = models.CharField("source du point", max_length=40)
    confidence = models.CharField("fiabilité du point", max_length=10)

    class Meta:
        verbose_name = "localité"
        verbose_name_plural = "localités"
        ordering = ["postal_code", "name", "slug"]

    def __str__(self) -> str:
        return f"{self.name} ({self.postal_code})"

    @property
    def label(self) -> str:
        """Name for a list: ``Jambes (5100), Namur`` when the commune has another name."""
        if self.name == self.commune:
            return str(self)
        return f"{self}, {self.commune}"


class LocalityName(models.Model):
    """A folded name under which a locality is found: the index of place resolution.

    A table rather than a list inside ``Locality``: looking a name up stays one indexed query on
    SQLite and on PostgreSQL alike. ``key`` is ``cisp_map.gazetteer.names.fold(name)``; a commune has a row of its own name.
    """

    class Kind(models.TextChoices):
        NAME = "nom", "Nom"
        TRANSLATION = "traduction", "Nom néerlandais ou allemand"
        ALIAS = "alias", "Autre nom"

    locality = models.ForeignKey(Locality, on_delete=models.CASCADE, related_name="names")
    key = models.CharField("clé", max_length=120, db_index=True)
    kind = models.CharField("genre", max_length=12, choices=Kind.choices)

    class Meta:
        verbose_name = "nom de localité"
        verbose_name_plural = "noms de localités"
        ordering = ["key", "locality_id"]
        constraints = [
            models.UniqueConstraint(fields=["locality", "key"], name="one_key_per_locality"),
        ]

    def __str__(self) -> str:
        return self.key
