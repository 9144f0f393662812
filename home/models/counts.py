"""What visitors did, counted by day; nothing that tells who."""

from django.db import models


class DailyCount(models.Model):
    """How often something happened on a day: no address, no cookie, no hour.

    Written by `home.counters` alone.
    """

    wagtail_reference_index_ignore = True

    day = models.DateField("jour")
    kind = models.CharField("quoi", max_length=40)
    key = models.CharField("lequel", max_length=120)
    site = models.PositiveIntegerField("site", default=0, help_text="0 : aucun site.")
    count = models.PositiveBigIntegerField("nombre", default=0)

    class Meta:
        verbose_name = "compte du jour"
        verbose_name_plural = "comptes du jour"
        ordering = ["-day", "kind", "key", "site"]
        constraints = [
            models.UniqueConstraint(fields=("day", "kind", "key", "site"), name="one_count_a_day")
        ]
        indexes = [models.Index(fields=["kind", "key"], name="dailycount_kind_key")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.kind} {self.key} : {self.count}"
