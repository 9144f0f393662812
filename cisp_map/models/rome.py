"""Job names of the official ROME V3 file, loaded when an administrator has it."""

from django.db import models


class RomeLabel(models.Model):
    """A job name (« appellation ») under a ROME code: one more way to name a trade.

    Written by `manage.py load_rome`; only the codes that a trade uses are kept.
    """

    code = models.CharField("code ROME", max_length=5, db_index=True)
    label = models.CharField("intitulé de la fiche", max_length=160)
    appellation = models.CharField("appellation", max_length=200)

    class Meta:
        verbose_name = "appellation ROME"
        verbose_name_plural = "appellations ROME"
        ordering = ["code", "appellation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "appellation"], name="one_label_per_code")
        ]

    def __str__(self) -> str:
        return self.appellation
