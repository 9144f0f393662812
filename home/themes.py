"""The three sites, by the name that templates, settings and page types use for them."""

from django.db import models


class Theme(models.TextChoices):
    """A site's theme: one block of CSS custom properties, chosen by `data-theme`."""

    CISP = "cisp", "cisp.be"
    INTERFEDE = "interfede", "interfede.be"
    PEDATECH = "pedatech", "pedatechcisp.be"
