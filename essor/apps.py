"""Configuration of the room `essor`."""

from django.apps import AppConfig


class EssorConfig(AppConfig):
    """Registers the room with Django."""

    name = "essor"
    verbose_name = "L’essor et publications"

    def ready(self) -> None:
        """Connect what keeps an issue whole; say what lists make public without naming it."""
        from essor.directory import makes_logo_public
        from essor.magazine import signals  # noqa: F401
        from essor.models import PressMention
        from essor.press import makes_mention_public
        from home.models import Organisation
        from home.visibility import register_rule

        register_rule(Organisation, makes_logo_public)
        register_rule(PressMention, makes_mention_public)
