"""The project as an application: it brings the commands that know every room."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Holds the commands that know every room; brings the words of the rooms to the search, and
    what they keep for a time to the nightly jobs.
    """

    name = "config"
    verbose_name = "Projet"

    def ready(self) -> None:
        """The search suggests what the rooms know; the night forgets what they kept long enough."""
        from config import retention, suggestions

        suggestions.register_all()
        retention.register_all()
