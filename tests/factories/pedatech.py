"""Records of the catalogue."""

from __future__ import annotations

import factory
import wagtail_factories
from factory.django import DjangoModelFactory

from home.models import Organisation
from pedatech.models import (
    CataloguePage,
    GlossaryTerm,
    KitPage,
    ReferentialPage,
    ResourceKind,
    ResourcePage,
    Rubric,
    Term,
)


def producer() -> Organisation:
    return Organisation.objects.get_or_create(
        slug="essai", defaults={"acronym": "ESSAI", "name": "Organisation d’essai"}
    )[0]


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term

    vocabulary = "theme"
    name = factory.Sequence("Terme {}".format)


class RubricFactory(DjangoModelFactory):
    class Meta:
        model = Rubric

    name = factory.Sequence("Rubrique {}".format)


class GlossaryTermFactory(DjangoModelFactory):
    class Meta:
        model = GlossaryTerm

    name = factory.Sequence("SIG{}".format)


class ResourcePageFactory(wagtail_factories.PageFactory):
    """A complete resource; `terms=[…]` and `rubrics=[…]` class it."""

    class Meta:
        model = ResourcePage

    title = factory.Sequence("Ressource {}".format)
    parent = factory.LazyFunction(CataloguePage.objects.get)
    resource_kind = ResourceKind.TOOL
    introduction = "Une ressource d’essai."
    body = factory.LazyFunction(lambda: [("text", "<p>Un texte d’essai.</p>")])
    producer = factory.LazyFunction(producer)
    licence = "cc-by"
    year = 2024


class KitPageFactory(ResourcePageFactory):
    class Meta:
        model = KitPage

    resource_kind = ResourceKind.KIT


class ReferentialPageFactory(ResourcePageFactory):
    class Meta:
        model = ReferentialPage

    resource_kind = ResourceKind.REFERENTIAL
    trade = "Maçonnerie / gros œuvre"
    source = "interfede"
    edition = "2024"
