"""Who may do what: one table, from which `bootstrap_sites` makes the groups.

A role is a group of Django, or several of them under one name (`includes`). The same table tells
the tests what each role may do (`may`), `manage.py roles` what the groups have in truth, and
`load_demo` which accounts to make.

What an administrator decided stays: a right is given once, so one that somebody took away does not
come back, and one that somebody added stays. `manage.py roles --reset` brings a group back here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import models
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    GroupSitePermission,
    Page,
    Site,
)

import essor.bootstrap.magazine
import pedatech.models.contributions
import search.bootstrap
from home.models import GroupRights
from home.themes import Theme

CISP, INTERFEDE, PEDATECH = Theme.CISP.value, Theme.INTERFEDE.value, Theme.PEDATECH.value
SITE_NAMES = {CISP: "cisp.be", INTERFEDE: "interfede.be", PEDATECH: "pedatechcisp.be"}

WRITE = ("add", "change")
PUBLISH = (*WRITE, "publish", "lock", "unlock")
ALL = ("add", "change", "delete", "view")
# Wagtail asks for the permissions of its own models, whatever model of ours stands behind them.
FILE_MODELS = {
    "write": {
        "wagtailimages": ("add_image", "change_image", "choose_image"),
        "wagtaildocs": ("add_document", "change_document", "choose_document"),
        "wagtailmedia": ("add_media", "change_media"),
    },
    "add": {
        "wagtailimages": ("add_image", "choose_image"),
        "wagtaildocs": ("add_document", "choose_document"),
        "wagtailmedia": ("add_media",),
    },
}

# A place is a page that a role may be given: name → (model, theme of its site, place above it).
PLACES: dict[str, tuple[str, str, str]] = {
    CISP: ("home.HomePage", CISP, ""),
    "formations": ("cisp_map.FinderPage", CISP, CISP),
    INTERFEDE: ("home.HomePage", INTERFEDE, ""),
    "publications": ("essor.PublicationIndexPage", INTERFEDE, INTERFEDE),
    "lessor": ("essor.MagazinePage", INTERFEDE, "publications"),
    "agenda": ("home.EventIndexPage", INTERFEDE, INTERFEDE),
    PEDATECH: ("home.HomePage", PEDATECH, ""),
    "catalogue": ("pedatech.CataloguePage", PEDATECH, PEDATECH),
}

PAGE_VERBS = ("view_draft", "create", "edit", "publish", "unpublish", "delete")
SITE_VERBS = ("settings", "redirects", "media", "users")


@dataclass(frozen=True)
class Role:
    """One row of the table. `group` is "" for a role that only has others (`includes`)."""

    key: str
    group: str
    task: str
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """place → verbs of Wagtail (add, change, publish, lock, unlock)"""
    files: Mapping[str, str] = field(default_factory=dict)
    """site → a key of FILE_MODELS"""
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """model → verbs (add, change, delete, view)"""
    settings: tuple[str, ...] = ()
    """sites whose identity the role may change"""
    enters_admin: bool = True
    own_sites: bool = False
    """may edit the training sites of its own centres, nothing else of cisp.be"""
    is_superuser: bool = False
    includes: tuple[str, ...] = ()


def _writers(theme: str, records: Mapping[str, tuple[str, ...]]) -> Role:
    return Role(
        key=f"redaction-{theme}",
        group=f"Rédaction {SITE_NAMES[theme]}",
        task=f"Écrit et corrige les pages de {SITE_NAMES[theme]}, sans les publier.",
        pages={theme: WRITE},
        files={theme: "write"},
        records=records,
    )


def _publishers(theme: str, records: Mapping[str, tuple[str, ...]]) -> Role:
    return Role(
        key=f"publication-{theme}",
        group=f"Publication {SITE_NAMES[theme]}",
        task=f"Écrit et publie les pages de {SITE_NAMES[theme]}, tient ses listes et son identité.",
        pages={theme: PUBLISH},
        files={theme: "write"},
        settings=(theme,),
        records=records,
    )


def _each(app: str, models_: str, verbs: tuple[str, ...] = ALL) -> dict[str, tuple[str, ...]]:
    return {f"{app}.{name}": verbs for name in models_.split()}


SPACES = {
    "pedatech.membership": ALL,
    "pedatech.invitation": ("view",),
    "pedatech.contribution": ("change", "view"),
    "pedatech.interactivepackage": ALL,
}
KEPT = ("add", "change", "view")
# Send a page of a translated site to its translators.
TRANSLATE = {"wagtail_localize.translation": ("submit",)}

ROLES = (
    Role(
        key="administration",
        group="",
        task="Tout, y compris les comptes et les droits.",
        is_superuser=True,
    ),
    _writers(CISP, records={"cisp_map.centre": WRITE, **TRANSLATE}),
    _publishers(
        CISP,
        records=_each("cisp_map", "centre trade tradefamily helppoint romecode siteaccess")
        | TRANSLATE,
    ),
    _writers(
        INTERFEDE,
        records=_each("essor", "rubric reviewlink reviewcomment", KEPT)
        | _each("essor", "author topic pressmention", WRITE),
    ),
    _publishers(
        INTERFEDE,
        records=_each(
            "essor",
            "rubric reviewlink reviewcomment publicationkind topic author project figureseries "
            "figuregroup pressmention audience",
        )
        | {"home.organisation": ALL},
    ),
    _writers(PEDATECH, records=SPACES),
    _publishers(PEDATECH, records=SPACES | _each("pedatech", "rubric term glossaryterm")),
    Role(
        key="comite",
        group=essor.bootstrap.magazine.COMMITTEE,
        task="Relit et corrige les textes de L’essor ; le bon à tirer est à ceux qui publient.",
        pages={"lessor": WRITE},
        files={INTERFEDE: "add"},
    ),
    Role(
        key="analyses",
        group="Analyses et études",
        task="Écrit les analyses et les études d’interfede.be, sans les publier.",
        pages={"publications": WRITE},
        files={INTERFEDE: "add"},
        records=_each("essor", "author topic project", WRITE),
    ),
    Role(
        key="federation",
        group="Fédérations",
        task="Propose des rencontres à l’agenda et tient les lieux de ses centres, avec relecture.",
        pages={"agenda": ("add",)},
        files={INTERFEDE: "add"},
        own_sites=True,
    ),
    Role(
        key="centre",
        group="Centres",
        task="Tient les lieux de son centre ; chaque changement passe par une relecture.",
        own_sites=True,
    ),
    Role(
        key="collectif",
        group="Collectifs",
        task="Ajoute ses ressources au catalogue, que l’équipe Péda Tech publie.",
        pages={"catalogue": ("add",)},
        files={PEDATECH: "add"},
    ),
    Role(
        key="contribution",
        group=pedatech.models.contributions.GROUP,
        task="Propose une ressource depuis le site, sans entrer dans l’administration.",
        enters_admin=False,
    ),
    Role(
        key="recherche",
        group=search.bootstrap.GROUP,
        task="Règle la recherche des trois sites : synonymes, mises en avant, redirections.",
        records={
            f"{app}.{model}": ("add", "change", "delete") for app, model in search.bootstrap.STEERED
        },
    ),
    Role(
        key="communication",
        group="",
        task="L’équipe de communication : cisp.be, interfede.be et la recherche.",
        includes=("publication-cisp", "publication-interfede", "recherche"),
    ),
    Role(
        key="pedagogie",
        group="",
        task="L’équipe pédagogique : pedatechcisp.be.",
        includes=("publication-pedatech",),
    ),
)
BY_KEY = {role.key: role for role in ROLES}


# --- What the table says -----------------------------------------------------------------------


def parts_of(role: Role) -> tuple[Role, ...]:
    """The role itself and those it includes."""
    return (role, *(BY_KEY[key] for key in role.includes))


def groups_of(role: Role) -> list[str]:
    """Names of the groups of a member of the role."""
    return [part.group for part in parts_of(role) if part.group]


def enters_admin(role: Role) -> bool:
    """True for a role that opens the admin at all."""
    return role.is_superuser or any(part.group and part.enters_admin for part in parts_of(role))


def may(role: Role, verb: str, place: str, *, own: bool = False) -> bool:
    """What the table says of a verb of PAGE_VERBS on a live page of somebody else at a place, or
    of one of SITE_VERBS on a site. `own` is a training site of the member's own centre.
    """
    if role.is_superuser:
        return True
    if verb in SITE_VERBS:
        return _may_on_site(role, verb, place)
    has = {
        each
        for part in parts_of(role)
        for where, verbs in part.pages.items()
        if where in _line_of(place)
        for each in verbs
    }
    if own and any(part.own_sites for part in parts_of(role)):
        has |= {"change"}
    needs = {
        "create": {"add"},
        "edit": {"change"},
        "publish": {"publish"},
        "unpublish": {"publish"},
        "delete": {"change", "publish"},  # what is public goes only by who may publish
    }
    if verb == "view_draft":
        return bool(has & {"change", "publish"})
    return needs[verb] <= has


def _may_on_site(role: Role, verb: str, theme: str) -> bool:
    parts = parts_of(role)
    if verb == "settings":
        return any(theme in part.settings for part in parts)
    if verb == "media":
        return any(part.files.get(theme) == "write" for part in parts)
    if verb == "redirects":
        return any("wagtailredirects.redirect" in part.records for part in parts)
    return False  # accounts are the administrators'


def _line_of(place: str) -> Iterator[str]:
    """The place and those above it."""
    while place:
        yield place
        place = PLACES[place][2]


# --- Groups ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Right:
    """A right of a group as a row of the database."""

    key: str
    name: str
    add: Callable[[Group], object]


def make_groups() -> None:
    """Make every group of the table, and give it what it was not given before."""
    for role in ROLES:
        if not role.group:
            continue
        group, _ = Group.objects.get_or_create(name=role.group)
        given, _ = GroupRights.objects.get_or_create(group=group)
        known = set(given.keys)
        wanted = rights_of(role)
        for right in wanted:
            if right.key not in known:
                right.add(group)
        keys = sorted(known | {right.key for right in wanted})
        if keys != given.keys:
            given.keys = keys
            given.save()


def reset(group: Group, role: Role) -> None:
    """Take everything away that the table does not say, and give the rest again."""
    group.permissions.clear()
    for rows in ROWS:
        rows.objects.filter(group=group).delete()  # type: ignore[attr-defined]
    rights = rights_of(role)
    for right in rights:
        right.add(group)
    GroupRights.objects.update_or_create(
        group=group, defaults={"keys": sorted(right.key for right in rights)}
    )


ROWS: tuple[type[models.Model], ...] = (
    GroupPagePermission,
    GroupCollectionPermission,
    GroupSitePermission,
)


def rights_of(role: Role) -> list[Right]:
    """The rights of a group, for the pages, collections and sites that exist."""
    found = []
    if role.enters_admin:
        found.append(_record_right("wagtailadmin", "access_admin"))
    for label, verbs in role.records.items():
        app, model = label.split(".")
        found += [_record_right(app, f"{verb}_{model}") for verb in verbs]
    for place, verbs in role.pages.items():
        page = page_at(place)
        if page is not None:
            found += [_page_right(place, page, verb) for verb in verbs]
    for theme, kind in role.files.items():
        collection = collection_of(theme)
        for app, codenames in FILE_MODELS[kind].items():
            found += [_file_right(theme, collection, app, each) for each in codenames]
    for theme in role.settings:
        found.append(_site_right(theme))
    return found


def differences(group: Group, role: Role) -> tuple[list[str], list[str]]:
    """Names of the rights that the group misses, and of those it has beyond the table."""
    wanted = {right.key: right.name for right in rights_of(role)}
    has = _held_by(group)
    missing = [name for key, name in wanted.items() if key not in has]
    return missing, [name for key, name in has.items() if key not in wanted]


def _held_by(group: Group) -> dict[str, str]:
    held = {
        f"record:{app}.{name}": f"{app}.{name}"
        for app, name in group.permissions.values_list("content_type__app_label", "codename")
    }
    for page_right in GroupPagePermission.objects.filter(group=group).select_related(
        "page", "permission"
    ):
        name = page_right.permission.codename
        held[f"page:{page_right.page_id}:{name}"] = f"{name} : {page_right.page}"
    for file_right in GroupCollectionPermission.objects.filter(group=group).select_related(
        "collection", "permission__content_type"
    ):
        app, name = file_right.permission.content_type.app_label, file_right.permission.codename
        held[f"file:{file_right.collection_id}:{app}.{name}"] = f"{name} : {file_right.collection}"
    for site_right in GroupSitePermission.objects.filter(group=group).select_related(
        "site", "permission"
    ):
        name = site_right.permission.codename
        held[f"site:{site_right.site_id}:{name}"] = f"{name} : {site_right.site}"
    return held


def page_at(place: str) -> Page | None:
    """The page of a place; None while it is not made."""
    label, theme, above = PLACES[place]
    home = Page.objects.filter(sites_rooted_here__sitebranding__theme=theme).first()
    if home is None or not above:
        return home
    found = apps.get_model(label).objects.descendant_of(home).order_by("depth", "path").first()
    return found.page_ptr if found else None


def collection_of(theme: str) -> Collection:
    """The folder of the files of a site, made when it is missing."""
    root = Collection.get_first_root_node()
    name = SITE_NAMES[theme]
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _record_right(app: str, codename: str) -> Right:
    return Right(
        f"record:{app}.{codename}",
        f"{app}.{codename}",
        lambda group: group.permissions.add(_permission(app, codename)),
    )


def _page_right(place: str, page: Page, verb: str) -> Right:
    return Right(
        f"page:{page.pk}:{verb}_page",
        f"{verb}_page : {place}",
        lambda group: GroupPagePermission.objects.get_or_create(
            group=group, page=page, permission=_permission("wagtailcore", f"{verb}_page")
        ),
    )


def _file_right(theme: str, collection: Collection, app: str, codename: str) -> Right:
    return Right(
        f"file:{collection.pk}:{app}.{codename}",
        f"{codename} : {SITE_NAMES[theme]}",
        lambda group: GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=_permission(app, codename)
        ),
    )


def _site_right(theme: str) -> Right:
    site = Site.objects.get(sitebranding__theme=theme)
    return Right(
        f"site:{site.pk}:change_sitebranding",
        f"change_sitebranding : {SITE_NAMES[theme]}",
        lambda group: GroupSitePermission.objects.get_or_create(
            group=group, site=site, permission=_permission("home", "change_sitebranding")
        ),
    )
