"""The project as an application: it brings the commands that know every room."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Holds `bootstrap_sites` and `load_demo`."""

    name = "config"
    verbose_name = "Projet"
