"""A plan becomes pages: all of it in one transaction, or nothing.

New pages are written in bulk, because one by one with the signals of every row 10,000 of them
would take an hour; indices and history get the same entries as from the editor's screen. Changes
of existing pages, which are few, go through a revision each, like an editor's.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision

from cisp_map.cards import card_text
from cisp_map.listing.checking import UNSURE, Facts
from cisp_map.listing.geocoding import Located
from cisp_map.listing.plan import Creation, Decisions, Plan, Update
from cisp_map.models import Centre, FinderPage, ListedSite, Offer, Trade, TrainingSitePage
from home.models import Federation
from search import engine

CHUNK = 200
MAX_SLUG = 170


class ListingConflict(Exception):
    """The plan cannot be written; the text is a French sentence. Nothing was changed."""


def apply_plan(finder: FinderPage, plan: Plan, decisions: Decisions, user: Any) -> None:
    """Write a plan. Raises ListingConflict, after which the database is as before."""
    try:
        with transaction.atomic():
            writer = _Writer(finder, user)
            writer.make_centres(_facts_of(plan))
            writer.update(plan.updates)
            writer.create(plan.creations)
            writer.remember(plan)
            for reference in sorted(decisions.withdraw & set(plan.withdrawals)):
                plan.withdrawals[reference].unpublish(user=user)
    except ValidationError as error:
        raise ListingConflict(" ".join(error.messages)) from error


def _facts_of(plan: Plan) -> list[Facts]:
    return [each.facts for each in plan.creations] + [
        each.facts for each in plan.updates if "centre" in each.values
    ]


class _Writer:
    def __init__(self, finder: FinderPage, user: Any) -> None:
        self.finder, self.user = finder, user
        self.now = timezone.now()
        self.trades = {each.name: each for each in Trade.objects.in_french()}
        self.federations = {each.acronym: each for each in Federation.objects.all()}
        self.centres: dict[str, Centre] = {}
        self.slugs: set[str] = set()

    # --- Centres -------------------------------------------------------------------------------

    def make_centres(self, facts: Sequence[Facts]) -> None:
        """Find or make the centres of these rows."""
        self.centres = {each.name: each for each in Centre.objects.select_related("federation")}
        new: dict[str, Centre] = {}
        for each in facts:
            if each.centre not in self.centres and each.centre not in new:
                new[each.centre] = Centre(name=each.centre, website=each.values.get("website", ""))
            if each.centre in new and (acronym := each.values.get("federation")):
                new[each.centre].federation = self.federations[acronym]
        made = list(new.values())
        Centre.objects.bulk_create(made, batch_size=CHUNK)
        self.centres |= new
        if made:
            _store_references(made)
            engine.remember(Centre, made)
            FinderPage.renew_vocabulary_token()

    # --- New pages -----------------------------------------------------------------------------

    def create(self, creations: Sequence[Creation]) -> None:
        """Make the pages below the finder, after its last child."""
        children = Page.objects.child_of(self.finder)
        self.slugs = set(children.values_list("slug", flat=True))
        last = children.order_by("path").last()
        step = Page._str2int(last.path[-Page.steplen :]) if last else 0
        for chunk in _chunks(creations):
            pages = []
            for each in chunk:
                step += 1
                pages.append(self._new_page(each, step))
            self._insert(pages)
            self._remember_new(chunk, pages)
        Page.objects.filter(pk=self.finder.pk).update(numchild=F("numchild") + len(creations))

    def _new_page(self, creation: Creation, step: int) -> TrainingSitePage:
        facts = creation.facts
        is_live = facts.status != UNSURE
        trades = [self.trades[name] for name in facts.trades or ()]
        slug = self._free_slug(facts)
        page = TrainingSitePage(
            title=facts.name,
            draft_title=facts.name,
            slug=slug,
            path=Page._get_path(self.finder.path, self.finder.depth + 1, step),
            depth=self.finder.depth + 1,
            url_path=f"{self.finder.url_path}{slug}/",
            locale=self.finder.locale,
            content_type=ContentType.objects.get_for_model(TrainingSitePage),
            owner=self.user,
            live=is_live,
            has_unpublished_changes=not is_live,
            first_published_at=self.now if is_live else None,
            last_published_at=self.now if is_live else None,
            latest_revision_created_at=self.now,
            search_description=card_text([each.name for each in trades], facts.locality.name),
            centre=self.centres[facts.centre],
            locality=facts.locality,
            address=facts.values.get("address", ""),
            location=creation.located.point.to_location(),
            lat=creation.located.point.lat,
            lng=creation.located.point.lng,
            near_lat=creation.located.point.lat,
            near_lng=creation.located.point.lng,
            phone=facts.values.get("phone", ""),
            email=facts.values.get("email", ""),
            website=facts.values.get("website", ""),
            in_prison=bool(facts.values.get("prison")),
        )
        page.offers = [
            Offer(trade=trade, method=facts.values.get("method", ""), sort_order=order)
            for order, trade in enumerate(trades)
        ]
        return page

    def _free_slug(self, facts: Facts) -> str:
        """The title with its town (C-14), unlike every other below the finder."""
        slug, town = slugify(facts.name)[:MAX_SLUG].strip("-"), slugify(facts.locality.name)
        base = slug if town in slug else f"{slug}-{town}".strip("-")
        free, number = base, 1
        while free in self.slugs:
            number += 1
            free = f"{base}-{number}"
        self.slugs.add(free)
        return free

    def _insert(self, pages: list[TrainingSitePage]) -> None:
        """The rows of a few pages: as fixtures are loaded, table by table, without signals."""
        names = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
        rows = [Page(**{name: getattr(page, name) for name in names}) for page in pages]
        Page.objects.bulk_create(rows)
        for page, row in zip(pages, rows, strict=True):
            page.pk = page.id = row.pk
            page.save_base(raw=True, force_insert=True)
        offers = [offer for page in pages for offer in page.offers.all()]
        for page in pages:
            for offer in page.offers.all():
                offer.page = page
        Offer.objects.bulk_create(offers)
        self._revise(pages, rows)
        _store_references(pages)
        shown = [page for page in pages if not page.in_prison]
        engine.remember(TrainingSitePage, shown)

    def _revise(self, pages: list[TrainingSitePage], rows: list[Page]) -> None:
        """A first revision for each page, so that its history begins with the import."""
        own = ContentType.objects.get_for_model(TrainingSitePage)
        base = ContentType.objects.get_for_model(Page)
        revisions = [
            Revision(
                content_type=own,
                base_content_type=base,
                object_id=str(page.pk),
                user=self.user,
                created_at=self.now,
                content=page.serializable_data(),
                object_str=str(page),
            )
            for page in pages
        ]
        Revision.objects.bulk_create(revisions)
        for page, row, revision in zip(pages, rows, revisions, strict=True):
            for each in (page, row):
                each.latest_revision = revision
                each.live_revision = revision if page.live else None
            log(page, "wagtail.create", user=self.user, revision=revision, content_changed=True)
        Page.objects.bulk_update(rows, ["latest_revision", "live_revision"])

    def _remember_new(self, chunk: Sequence[Creation], pages: list[TrainingSitePage]) -> None:
        new = []
        for creation, page in zip(chunk, pages, strict=True):
            record = creation.listed or ListedSite(reference=creation.facts.reference)
            record.page = page
            _note(record, values_of(creation.facts, creation.located), creation.located)
            if record.pk:
                record.save()
            else:
                new.append(record)
        ListedSite.objects.bulk_create(new)

    # --- Known pages ---------------------------------------------------------------------------

    def update(self, updates: Iterable[Update]) -> None:
        """Change pages: a revision each; a draft that an editor has not published stays one."""
        for each in updates:
            try:
                self._update(each)
            except ValidationError as error:
                raise ListingConflict(
                    f"Ligne {each.facts.row}, {each.page.title} : {' '.join(error.messages)}"
                ) from error

    def _update(self, update: Update) -> None:
        page: Any = update.page
        draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else None
        if page.live:
            self._change(page, update)
            page.save_revision(user=self.user, log_action=True).publish(
                user=self.user, changed=True, skip_permission_checks=True
            )
        if draft is not None:
            self._change(draft, update)
            draft.save_revision(user=self.user, log_action=not page.live, clean=page.live)
        elif not page.live:
            self._change(page, update)
            page.save_revision(user=self.user, log_action=True, clean=False)

    def _change(self, page: TrainingSitePage, update: Update) -> None:
        values = update.values
        was = _card_of(page)
        if "name" in values:
            page.title = page.draft_title = values["name"]
        for key in ("address", "phone", "email", "website"):
            if key in values:
                setattr(page, key, values[key])
        if values.get("prison"):
            page.in_prison = True
        if "centre" in values:
            page.centre = self.centres[values["centre"]]
        if "federation" in values:
            self._federate(page.centre, values["federation"])
        if update.locality:
            page.locality = update.locality
        if update.located:
            page.location = update.located.point.to_location()
        self._change_offers(page, update)
        if page.search_description in ("", was):
            page.search_description = _card_of(page)

    def _federate(self, centre: Centre, acronym: str) -> None:
        federation = self.federations.get(acronym)
        if centre.federation_id != (federation.pk if federation else None):
            centre.federation = federation
            centre.save()

    def _change_offers(self, page: TrainingSitePage, update: Update) -> None:
        """Courses by the file; what an editor added to a course stays with it."""
        offers = [
            offer for offer in page.offers.all() if offer.trade.name not in update.drop_trades
        ]
        if "method" in update.values:
            for offer in offers:
                offer.method = update.values["method"]
        has = {offer.trade.name for offer in offers}
        offers += [
            Offer(trade=self.trades[name], method=update.facts.values.get("method", ""))
            for name in update.add_trades
            if name not in has
        ]
        for order, offer in enumerate(offers):
            offer.sort_order = order
        page.offers = offers

    # --- What the file said --------------------------------------------------------------------

    def remember(self, plan: Plan) -> None:
        """Keep what the file says of known places, for the next comparison."""
        changed_points = {each.page.pk for each in plan.updates if each.located}
        new: list[ListedSite] = []
        for listed, page, values, located in plan.remember:
            record = listed or ListedSite(reference=values["reference"], page=page)
            before = (record.values, record.confidence, record.point_note)
            is_at = page is not None and (
                page.pk in changed_points or page.location == located.point.to_location()
            )
            if is_at:
                _note(record, values, located)
            else:
                record.values, record.confidence = values, ListedSite.Confidence.EDITOR
                record.point_note = ""
            if record.pk is None:
                new.append(record)
            elif before != (record.values, record.confidence, record.point_note):
                record.save()
        ListedSite.objects.bulk_create(new, batch_size=CHUNK)


def values_of(facts: Facts, located: Located) -> dict[str, Any]:
    """What a row says, as it is compared the next time."""
    values: dict[str, Any] = {
        **facts.values,
        "reference": facts.reference,
        "locality": facts.locality.slug,
        "point": located.point.to_location(),
    }
    if facts.centre_is_said:
        values["centre"] = facts.centre
    if facts.trades is not None:
        values["trades"] = list(facts.trades)
    return values


def _note(record: ListedSite, values: dict[str, Any], located: Located) -> None:
    if record.values.get("point") != values["point"]:
        record.point_checked_on = None
    record.values = values
    record.confidence, record.point_note = located.confidence, located.note[:200]


def _card_of(page: TrainingSitePage) -> str:
    return card_text([offer.trade.name for offer in page.offers.all()], page.locality.name)


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _store_references(objects: Sequence[Model]) -> None:
    """Entries of Wagtail's index of references for objects that have none yet."""
    rows = []
    for instance in objects:
        types = [
            ContentType.objects.get_for_model(model, for_concrete_model=False)
            for model in (type(instance), *instance._meta.get_parent_list())
        ]
        for to_type, to_id, model_path, content_path in set(
            ReferenceIndex._extract_references_from_object(instance)
        ):
            rows.append(
                ReferenceIndex(
                    content_type=types[0],
                    base_content_type=types[-1],
                    object_id=str(instance.pk),
                    to_content_type_id=to_type,
                    to_object_id=to_id,
                    model_path=model_path,
                    content_path=content_path,
                    content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
                )
            )
    ReferenceIndex.objects.bulk_create(rows, batch_size=500)
