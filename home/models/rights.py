"""What the table of roles gave to a group, so that what an administrator changed stays."""

from django.contrib.auth.models import Group
from django.db import models


class GroupRights(models.Model):
    """Keys of the rights that a group was given (see `config.roles`)."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="given_rights")
    keys = models.JSONField("droits donnés", default=list)

    class Meta:
        verbose_name = "droits d’un groupe"
        verbose_name_plural = "droits des groupes"
        ordering = ["group_id"]

    def __str__(self) -> str:
        return str(self.group)
