"""What the public may see: a file is public while a public page uses it.

Who uses what is known from Wagtail's index of references (foreign keys, blocks, rich text, inline
records), so nobody has to say of a file that it is public.

- A page is public when it is live, not past its expiry, below the home page of a site, and neither
  it nor a page above it carries a view restriction. Drafts, scheduled and unpublished pages do
  not count, nor does what only a revision names.
- Anything else is public when a public page or the identity of a site uses it, or something
  public does: the cover of a document, the logo of an organisation. A record with drafts of its
  own (`live`) counts while it is live.
- A room adds what the index does not see with `register_rule`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.models import Page, PageViewRestriction, ReferenceIndex, Site

MAX_DEPTH = 4
"""Steps from a file to the page: image → document → snippet → page."""
MAX_WIDTH = 500
"""Records looked at in one step."""

Node = tuple[int, str]  # content type of the base model, primary key as text
Rule = Callable[[Any], bool]
_rules: dict[type[Model], list[Rule]] = {}


def register_rule(model: type[Model], rule: Rule) -> None:
    """Make instances of `model` public when `rule(instance)` says so, beside the index.

    A rule only adds; it gets the instance, and is asked after the index.
    """
    _rules.setdefault(model, []).append(rule)


def public_pages() -> QuerySet[Page]:
    """The pages that anybody may read now, of all sites."""
    roots = Q()
    for root in Site.get_site_root_paths():
        roots |= Q(url_path__startswith=root.root_path)
    if not roots:
        return Page.objects.none()
    pages = (
        Page.objects.live()
        .filter(roots)
        .filter(Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now()))
    )
    restricted = PageViewRestriction.objects.values_list("page__path", flat=True)
    for path in restricted:
        pages = pages.exclude(path__startswith=path)
    return pages


def is_public(instance: Model) -> bool:
    """True while anybody may see `instance`: a page, a file, a snippet.

    Two queries for a file that a public page uses; two more for each step in between.
    """
    if isinstance(instance, Page):
        return public_pages().filter(pk=instance.pk).exists()
    if instance.pk is None or not getattr(instance, "live", True):
        return False
    pages = public_pages()
    nodes = {_node(instance)}
    seen = set(nodes)
    for _ in range(MAX_DEPTH):
        if _using(nodes, pages).exists():
            return True
        users = [node for node in _users(nodes) if node not in seen]
        if any(_is_setting(content_type) for content_type, _pk in users):
            return True
        nodes = _without_drafts(users)
        if _allowed_by_rule(nodes):
            return True
        if not nodes:
            break
        seen |= nodes
    return any(rule(instance) for rule in _rules.get(type(instance), ()))


def public_pages_using(instance: Model) -> QuerySet[Page]:
    """The public pages that use `instance` themselves, the oldest first."""
    return _using({_node(instance)}, public_pages()).order_by("pk")


def _node(instance: Model) -> Node:
    return ReferenceIndex._get_base_content_type(instance).pk, str(instance.pk)


def _references(nodes: Iterable[Node]) -> QuerySet[ReferenceIndex]:
    """The references to any of `nodes`."""
    by_type: dict[int, list[str]] = {}
    for content_type, pk in sorted(nodes):
        by_type.setdefault(content_type, []).append(pk)
    wanted = Q()
    for content_type, keys in by_type.items():
        wanted |= Q(to_content_type_id=content_type, to_object_id__in=keys)
    return ReferenceIndex.objects.filter(wanted)


def _page_type() -> int:
    return ContentType.objects.get_for_model(Page).pk


def _using(nodes: Iterable[Node], pages: QuerySet[Page]) -> QuerySet[Page]:
    keys = (
        _references(nodes)
        .filter(base_content_type_id=_page_type())
        .annotate(page_pk=Cast("object_id", BigIntegerField()))
        .values("page_pk")
    )
    return pages.filter(pk__in=keys)


def _users(nodes: Iterable[Node]) -> list[Node]:
    """What uses `nodes` and is no page."""
    found = (
        _references(nodes)
        .exclude(base_content_type_id=_page_type())
        .order_by("base_content_type_id", "object_id")
        .values_list("base_content_type_id", "object_id")
        .distinct()
    )
    return list(found[:MAX_WIDTH])


def _model(content_type: int) -> type[Model] | None:
    return ContentType.objects.get_for_id(content_type).model_class()


def _is_setting(content_type: int) -> bool:
    model = _model(content_type)
    return model is not None and issubclass(model, BaseSiteSetting | BaseGenericSetting)


def _instances(nodes: Iterable[Node], model: type[Model], content_type: int) -> QuerySet[Any]:
    keys = [pk for each, pk in nodes if each == content_type]
    return model._base_manager.filter(pk__in=keys)


def _without_drafts(nodes: Iterable[Node]) -> set[Node]:
    """The nodes, less those of a model with drafts that are not live."""
    kept = set(nodes)
    for content_type in {each for each, _pk in kept}:
        model = _model(content_type)
        if model is None:
            kept = {node for node in kept if node[0] != content_type}
        elif any(field.name == "live" for field in model._meta.concrete_fields):
            live = _instances(kept, model, content_type).filter(live=True)
            keys = {str(pk) for pk in live.values_list("pk", flat=True)}
            kept = {node for node in kept if node[0] != content_type or node[1] in keys}
    return kept


def _allowed_by_rule(nodes: Iterable[Node]) -> bool:
    nodes = list(nodes)
    for content_type in {each for each, _pk in nodes}:
        model = _model(content_type)
        rules = _rules.get(model, []) if model else []
        if model and rules:
            for instance in _instances(nodes, model, content_type):
                if any(rule(instance) for rule in rules):
                    return True
    return False
