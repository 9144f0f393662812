"""Conventions of the page types as system checks: `manage.py check` tells what to do."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from wagtail.models import get_page_models

from home.desk.reviews import BasePageForm
from home.models import BasePage

DECLARED = ("parent_page_types", "subpage_types")


def check_page_types(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    """Every page type says under what it may stand and what may stand under it."""
    errors: list[CheckMessage] = []
    for model in get_page_models():
        if not issubclass(model, BasePage):
            continue
        errors += [
            Error(
                f"{model.__name__} ne dit pas « {name} ».",
                hint="Sans cette liste, Wagtail permet tous les types. "
                "« None » permet tous ceux qui nomment celui-ci comme parent.",
                obj=model,
                id="home.E001",
            )
            for name in DECLARED
            if name not in vars(model)
        ]
        if not issubclass(model.base_form_class, BasePageForm):
            errors.append(
                Error(
                    f"Le formulaire de {model.__name__} ne vient pas de BasePageForm.",
                    hint="Sans lui, la page n’a pas de date de révision.",
                    obj=model,
                    id="home.E002",
                )
            )
    return errors
