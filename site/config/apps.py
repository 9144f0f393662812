"""The project as an application: it brings the commands that know every room."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Holds `bootstrap_sites` and `load_demo`; brings the words of the rooms to the search."""

    name = "config"
    verbose_name = "Projet"

    def ready(self) -> None:
        """The search suggests what the rooms know."""
        from config.suggestions import register_all

        register_all()
