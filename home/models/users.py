"""The user model: alone in the first migration, because pages refer to users."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in: editor, reviewer, member of a centre."""

    class Meta(AbstractUser.Meta):
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"
