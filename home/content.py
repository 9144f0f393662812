"""When what visitors see changes: a token that is another one after each change.

A kept page (home.page_cache) is valid while the token that it was made under is the current one; so is a
value that is kept in memory (`kept`).

- **What is a change?** Every statement of this project that writes into a table, unless the table
  is named below as one that no anonymous page shows. A new model, `QuerySet.update`, `bulk_create`
  and treebeard's raw SQL are therefore seen without anybody thinking of it.
- **One token for everything.** Menus, family bar, counts, related pages and lists make nearly
  every page depend on nearly every record. Editors change something some dozens of times a day,
  and a page is made anew in 4 to 25 ms: knowing which pages a change touches would save little,
  and err some day.
- **When?** After the transaction that changed something, and never for one that was rolled back.
  A page notes the token that was current before it began to read, so one that mixes old and new
  is kept under the old token and never shown again.
- **A search engine** takes a write after the transaction, and shows it up to a second later: its
  write changes the token again (search.outbox), and nothing is kept while it settles.
- **By the clock.** What changes at an hour without anybody writing (an embargo, the end of an
  event) is known from the dates in the tables: `next_change`.

The token is random, so that a restored backup never brings back the pages of another time.
"""

import logging
import re
import secrets
import threading
import time as clock
from collections.abc import Callable, Hashable
from datetime import datetime, time, timedelta
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

# From its own module: home.models needs this one for the channels.
from home.models.versions import CacheEntry, ContentVersion

logger = logging.getLogger(__name__)

Asked = ParamSpec("Asked")
Known = TypeVar("Known")

UNSEEN_TABLES = frozenset(
    {
        # Ours: work in private, counts, the search's own notes, this module's row.
        "home_contentversion",
        CacheEntry.TABLE,
        "home_dailycount",
        "home_binentry",
        "home_linkcheck",
        "home_pagereview",
        "home_reviewreminder",
        "home_user_groups",
        "home_user_user_permissions",
        "home_grouprights",
        "cisp_map_siteaccess",
        "cisp_map_errorreport",
        "cisp_map_campaign",
        "cisp_map_campaignlink",
        "essor_reviewlink",
        "essor_reviewcomment",
        "pedatech_contribution",
        "pedatech_contributionfile",
        "pedatech_activityprogress",
        "pedatech_savedresource",
        "pedatech_membership",
        "pedatech_invitation",
        "pedatech_spacefile",
        "pedatech_spacemessage",
        "search_pendingwrite",
        "search_rebuild",
        # Wagtail: drafts, history, workflows, the desk.
        "wagtailcore_revision",
        "wagtailcore_pagelogentry",
        "wagtailcore_modellogentry",
        "wagtailcore_comment",
        "wagtailcore_commentreply",
        "wagtailcore_pagesubscription",
        "wagtailcore_uploadedfile",
        "wagtailcore_task",
        "wagtailcore_taskstate",
        "wagtailcore_workflow",
        "wagtailcore_workflowstate",
        "wagtailcore_workflowtask",
        "wagtailcore_workflowpage",
        "wagtailcore_workflowcontenttype",
        "wagtailcore_groupapprovaltask",
        "wagtailcore_groupapprovaltask_groups",
        "wagtailcore_groupsitepermission",
        "wagtailcore_grouppagepermission",
        "wagtailcore_groupcollectionpermission",
        "wagtailadmin_admin",
        "wagtailadmin_editingsession",
        "wagtailadmin_formstate",
        "wagtailusers_userprofile",
        "wagtailforms_formsubmission",
        "wagtailsearch_indexentry",
        "wagtailsearch_indexentry_fts",
        # Django and its background work.
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_admin_log",
        "django_content_type",
        "django_migrations",
        "django_session",
        "django_tasks_database_dbtaskresult",
        "otp_static_staticdevice",
        "otp_static_statictoken",
        "otp_totp_totpdevice",
    }
)
"""Tables that no anonymous page shows."""

UNSEEN_COLUMNS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision_id",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by_id",
        "last_login",
        "password",
    }
)
"""An UPDATE of these alone saves a draft, locks a page or lets somebody in."""

ONLY_ADDED = frozenset({"home_siterendition", "wagtailembeds_embed"})
"""A new size of a picture changes no page: it was made for one."""

WRITE = re.compile(
    r"""\s*(?:(INSERT)\s+(?:OR\s+\w+\s+)?INTO|(?:REPLACE)\s+INTO|(UPDATE)|(DELETE)\s+FROM|(TRUNCATE))
    \s+(?:ONLY\s+)?["`]?(\w+)""",
    re.IGNORECASE | re.VERBOSE,
)
COLUMN = re.compile(r'"(\w+)" = ')
SETTLE_SECONDS = 3
"""A search engine shows a write one second later, the refresh interval of its indices."""
ASK_AGAIN_SECONDS = 1.0
"""After a database that did not answer, visitors of kept pages do not wait for it each time."""
KEPT_MOST = 500
"""How many values of one function are kept."""


def is_change(sql: str) -> bool:
    """True for a statement that may change what an anonymous visitor sees."""
    match = WRITE.match(sql)
    if match is None:
        return False
    insert, update, _delete, truncate, table = match.groups()
    if truncate:
        return True
    table = table.lower()
    if table in UNSEEN_TABLES or table.startswith("wagtailsearch_indexentry"):
        return False
    if insert:
        return table not in ONLY_ADDED
    if update:
        assignments = sql[match.end() :].partition(" WHERE ")[0]
        columns = set(COLUMN.findall(assignments))
        return not columns or not columns <= UNSEEN_COLUMNS
    return True


def watch() -> None:
    """Look at the statements of every connection of this process, and at the requests; called once,
    at the start.
    """
    connection_created.connect(_watch_connection, dispatch_uid="home.content")
    request_started.connect(_open_request, dispatch_uid="home.content")
    request_finished.connect(_close_request, dispatch_uid="home.content")


def _watch_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:  # noqa: ARG001
    if _look not in connection.execute_wrappers:
        connection.execute_wrappers.append(_look)


def _look(execute: Callable, sql: Any, params: Any, many: bool, context: dict) -> Any:
    result = execute(sql, params, many, context)
    # On PostgreSQL a statement may be bytes or a composed one: Django's own are texts.
    if is_change(sql if isinstance(sql, str) else str(sql)):
        _register(context["connection"])
    return result


def _register(used: BaseDatabaseWrapper) -> None:
    """Change the token once after the transaction of this connection, at once without one.

    A part of the transaction that is rolled back takes its registration along: the place where it
    was noted is looked at again each time.
    """
    waiting = used.run_on_commit
    place = getattr(used, "_content_place", -1)
    if 0 <= place < len(waiting) and waiting[place][1] is changed:
        return
    if any(entry[1] is changed for entry in waiting):
        return
    if not used.in_atomic_block and not used.get_autocommit():
        changed()  # a transaction by hand: the token is part of it
        return
    used._content_place = len(waiting)  # type: ignore[attr-defined]
    transaction.on_commit(changed, using=used.alias)


def changed() -> None:
    """Make every kept page invalid."""
    _request.token = ""
    token = secrets.token_hex(8)
    rows = ContentVersion.objects.filter(pk=ContentVersion.ONLY)
    try:
        if not rows.update(token=token, changed_at=timezone.now()):
            ContentVersion.objects.update_or_create(
                pk=ContentVersion.ONLY, defaults={"token": token}
            )
    except DatabaseError:
        # While the first migrations run, the table is not there, and no page is kept.
        if ContentVersion._meta.db_table in connection.introspection.table_names():
            logger.exception("Kept pages may be late: the change of the content is not noted.")


def is_settling() -> bool:
    """True for a moment after a change where a search engine answers: it may still say what was
    before. No query without an engine.
    """
    if "database" not in settings.WAGTAILSEARCH_BACKENDS:
        return False
    since = timezone.now() - timedelta(seconds=SETTLE_SECONDS)
    return ContentVersion.objects.filter(changed_at__gt=since).exists()


def is_changing() -> bool:
    """True in a transaction that has changed something: it alone sees what it wrote, and the token
    is still the one of before.
    """
    return any(entry[1] is changed for entry in connection.run_on_commit)


def kept(read: Callable[Asked, Known]) -> Callable[Asked, Known]:
    """Decorator: what `read` brings is kept in this process, for each set of arguments (hashable), and
    read anew after each change of the content. Whoever gets the value must not change it.

    Not for what changes by the clock: see `kept_by`.
    """
    by_arguments: Callable[Asked, Hashable] = _by_arguments
    return kept_by(by_arguments)(read)


def _by_arguments(*arguments: Any, **named: Any) -> Hashable:
    return (arguments, *sorted(named.items()))


def kept_by(
    key: Callable[Asked, Hashable], *, by_the_clock: bool = False
) -> Callable[[Callable[Asked, Known]], Callable[Asked, Known]]:
    """Decorator with arguments: kept under what `key` makes of the arguments of `read`; under None it
    is not kept. There should be few keys: what comes after KEPT_MOST is read each time.

    `by_the_clock`: also read anew at each hour that stands in a table, and when a day begins.
    """

    def decorator(read: Callable[Asked, Known]) -> Callable[Asked, Known]:
        valid: tuple[str, datetime | None, dict[Hashable, Known]] = ("", None, {})

        @wraps(read)
        def known(*arguments: Asked.args, **named: Asked.kwargs) -> Known:
            nonlocal valid
            name = key(*arguments, **named)
            # A transaction alone sees what it has written so far: nothing of it is kept.
            token = "" if name is None or is_changing() else current()
            if not token:
                return read(*arguments, **named)
            last, end, values = valid  # one look: another thread may put its own there
            if last != token or (end and timezone.now() >= end):
                values = {}
                valid = (token, next_change(token) if by_the_clock else None, values)
            if name in values:
                return values[name]
            value = read(*arguments, **named)
            if len(values) < KEPT_MOST:
                values[name] = value
            return value

        return known

    return decorator


class _Last:
    """What this process knows of the token."""

    def __init__(self) -> None:
        self.token = ""
        self.asked_in_vain = 0.0
        self.change: tuple[str, datetime] = ("", datetime.min)


_last = _Last()


class _Request(threading.local):
    """What the request of this thread knows of the token."""

    is_open = False
    token = ""


_request = _Request()


def _open_request(**kwargs: Any) -> None:  # noqa: ARG001
    _request.is_open, _request.token = True, ""


def _close_request(**kwargs: Any) -> None:  # noqa: ARG001
    _request.is_open, _request.token = False, ""


def current() -> str:
    """The token of now; "" when there is none yet. Asked once in a request, and again after the
    request itself changed something: a page that began before a change of another may be as old
    as its beginning.

    When the database does not answer it is the last one this process saw: nothing can have been
    written since, so the pages that are kept may still be read.
    """
    if _request.token:
        return _request.token
    if _last.asked_in_vain and clock.monotonic() - _last.asked_in_vain < ASK_AGAIN_SECONDS:
        return _last.token
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT token FROM home_contentversion WHERE id = 1")
            row = cursor.fetchone()
    except DatabaseError:
        _last.asked_in_vain = clock.monotonic()
        return _last.token
    _last.asked_in_vain = 0.0
    _last.token = row[0] if row else ""
    if _request.is_open:
        _request.token = _last.token
    return _last.token


def forget() -> None:
    """Know nothing, for tests."""
    global _last  # noqa: PLW0603
    _last = _Last()
    _request.token = ""


@cache
def _moments() -> list[tuple[type[models.Model], list[str]]]:
    """The models with hours that visitors may notice, and the names of these fields."""
    found = []
    for model in apps.get_models():
        if model._meta.proxy or model._meta.db_table in UNSEEN_TABLES or not model._meta.managed:
            continue
        names = [
            field.name
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.DateTimeField)
            and not (getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))
        ]
        if names:
            found.append((model, names))
    return found


def next_change(token: str) -> datetime:
    """The next moment at which a page may change by itself: an hour that is written in a table, at
    the latest the next midnight. Asked once per token and process.
    """
    now = timezone.now()
    known, moment = _last.change
    if known == token and now < moment:
        return moment
    tomorrow = timezone.localdate() + timedelta(days=1)
    moment = timezone.make_aware(datetime.combine(tomorrow, time.min))
    for model, names in _moments():
        hours = model._base_manager.aggregate(
            **{
                f"next_{name}": models.Min(name, filter=models.Q(**{f"{name}__gt": now}))
                for name in names
            }
        )
        moment = min([moment, *(hour for hour in hours.values() if hour is not None)])
    _last.change = (token, moment)
    return moment
