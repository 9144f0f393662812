"""What says whether a kept page is still what the site shows."""

from django.db import models


class ContentVersion(models.Model):
    """One row, whose token changes after each change of what visitors see (home.content)."""

    ONLY = 1

    token = models.CharField("jeton", max_length=32)
    changed_at = models.DateTimeField("changé le", auto_now=True)

    class Meta:
        verbose_name = "état du contenu"
        verbose_name_plural = "états du contenu"

    def __str__(self) -> str:
        return self.token


class CacheEntry(models.Model):
    """The table of Django's database cache (CACHE_URL=dbcache://): read and written by it alone."""

    TABLE = "home_cacheentry"

    cache_key = models.CharField("clé", max_length=255, primary_key=True)
    value = models.TextField("valeur")
    expires = models.DateTimeField("fin", db_index=True)

    class Meta:
        db_table = "home_cacheentry"
        verbose_name = "valeur gardée"
        verbose_name_plural = "valeurs gardées"

    def __str__(self) -> str:
        return self.cache_key
