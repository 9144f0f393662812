"""Publications for the tests; kinds and the index come from `bootstrap_sites` (fixture `sites`)."""

from __future__ import annotations

import factory
import wagtail_factories
from factory.django import DjangoModelFactory

from essor.models import (
    Author,
    Project,
    ProjectFunder,
    PublicationAuthor,
    PublicationFile,
    PublicationIndexPage,
    PublicationKind,
    PublicationPage,
    PublicationPartPage,
    Topic,
)
from home.models import Organisation


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    acronym = factory.Sequence("ORG{}".format)
    slug = factory.LazyAttribute(lambda each: each.acronym.lower())
    name = factory.LazyAttribute(lambda each: f"Organisme {each.acronym}")


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    name = factory.Sequence("Thème {}".format)
    slug = factory.Sequence("theme-{}".format)


class AuthorFactory(DjangoModelFactory):
    class Meta:
        model = Author

    family_name = factory.Sequence("Nom{}".format)
    given_name = "Prénom"


class ProjectFactory(DjangoModelFactory):
    """A project with one funder."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    name = factory.Sequence("Projet {}".format)
    slug = factory.Sequence("projet-{}".format)

    @factory.post_generation
    def funder(self, create, extracted, **kwargs):
        organisation = extracted or OrganisationFactory(kind=Organisation.Kind.FUNDER)
        ProjectFunder.objects.create(project=self, organisation=organisation)


class PublicationPageFactory(wagtail_factories.PageFactory):
    """A live publication below the index.

    `kind_slug="analyse"` names its kind; `topics`, `bodies`, `documents` and `people` are lists.
    """

    class Meta:
        model = PublicationPage
        skip_postgeneration_save = True

    class Params:
        kind_slug = "etude"

    title = factory.Sequence("Publication {}".format)
    slug = factory.Sequence("publication-{}".format)
    parent = factory.LazyFunction(PublicationIndexPage.objects.get)
    publication_kind = factory.LazyAttribute(
        lambda each: PublicationKind.objects.get(slug=each.kind_slug)
    )
    published = "2024-05"

    @factory.post_generation
    def topics(self, create, extracted, **kwargs):
        if extracted:
            self.topics.set(extracted)
            self.save()

    @factory.post_generation
    def bodies(self, create, extracted, **kwargs):
        if extracted:
            self.bodies.set(extracted)
            self.save()

    @factory.post_generation
    def documents(self, create, extracted, **kwargs):
        for order, document in enumerate(extracted or ()):
            PublicationFile.objects.create(page=self, document=document, sort_order=order)

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for order, author in enumerate(extracted or ()):
            PublicationAuthor.objects.create(page=self, author=author, sort_order=order)


class PublicationPartPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = PublicationPartPage

    title = factory.Sequence("Partie {}".format)
    slug = factory.Sequence("partie-{}".format)
