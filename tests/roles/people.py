"""A person of each role of the table, and a page, a file and a site for each place."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import Page, Site

from cisp_map.models import Centre, SiteAccess
from config.roles import CISP, INTERFEDE, PEDATECH, ROLES, Role, collection_of, groups_of, page_at
from essor.models import IssuePage
from home.models import SiteDocument
from tests.factories import (
    CentreFactory,
    FederationFactory,
    StandardPageFactory,
    TrainingSitePageFactory,
    UserFactory,
)
from tests.factories.pedatech import ResourcePageFactory
from tests.factories.publications import PublicationPageFactory
from tests.support import HOSTS

NOBODY = Role(key="sans-role", group="", task="Un compte sans groupe.", enters_admin=False)
VISITOR = Role(key="visiteur", group="", task="Sans compte.", enters_admin=False)
EVERYBODY = (*ROLES, NOBODY, VISITOR)


@dataclass
class World:
    """What the people of the table meet."""

    own: Centre
    other: Centre
    pages: dict[str, Page] = field(default_factory=dict)
    files: dict[str, SiteDocument] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)


def make_world() -> World:
    """A live page of nobody at each place; training sites of two centres; a file a site."""
    federation = FederationFactory()
    world = World(own=CentreFactory(federation=federation), other=CentreFactory())
    for theme in (CISP, INTERFEDE, PEDATECH):
        world.sites[theme] = Site.objects.get(sitebranding__theme=theme)
        world.pages[theme] = StandardPageFactory(parent=page_at(theme))
        world.files[theme] = SiteDocument.objects.create(
            title=f"Fichier {theme}",
            file=ContentFile(b"Se former.", name=f"{theme}.txt"),
            collection=collection_of(theme),
        )
    world.pages["formations"] = TrainingSitePageFactory(centre=world.other)
    world.pages["own"] = TrainingSitePageFactory(centre=world.own)
    world.pages["publications"] = PublicationPageFactory()
    world.pages["lessor"] = IssuePage(
        title="L’essor 999", slug="999", number=999, published="2026-05"
    )
    page_at("lessor").add_child(instance=world.pages["lessor"])
    world.pages["catalogue"] = ResourcePageFactory()
    return world


def person(role: Role, world: World):
    """A member of the role; None for a visitor."""
    if role is VISITOR:
        return None
    user = UserFactory(
        is_superuser=role.is_superuser,
        groups=list(Group.objects.filter(name__in=groups_of(role))),
    )
    if role.key == "centre":
        SiteAccess.objects.create(user=user, centre=world.own)
    elif role.key == "federation":
        SiteAccess.objects.create(user=user, federation=world.own.federation)
    return user


def client_of(user, theme: str = INTERFEDE) -> Client:
    """A browser on the host of a site, signed in."""
    client = Client(headers={"host": HOSTS[theme]})
    if user is not None:
        client.force_login(user)
    return client
