"""The ROME codes of the courses: proposed by the trade, then accepted, corrected or added (C-28).

A course is a trade at a site. Every vocational course has a state, because a course without a
decision has the codes of its trade as a proposal, or none («sans proposition»).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cisp_map.models import (
    Category,
    Offer,
    RomeCode,
    RomeDecision,
    Trade,
    TrainingSitePage,
)

PROPOSED, NOTHING = "propose", "sans-proposition"
STATES = {
    PROPOSED: "Proposé",
    NOTHING: "Sans proposition",
    **dict(RomeDecision.State.choices),
}
COLUMNS = (
    "centre",
    "lieu",
    "code postal",
    "localité",
    "formation",
    "catégorie",
    "codes ROME proposés",
    "codes ROME",
    "intitulés",
    "état",
    "décidé le",
    "décidé par",
)
MAX_CODES = 6
BY_LINK = "le centre, par son lien"
CODE = re.compile(r"[A-N][0-9]{4}")


class UnknownCode(ValueError):
    """What was typed is no list of known codes; the text is a French sentence.

    `codes` are those that could be codes, and that we do not have.
    """

    def __init__(self, sentence: str, codes: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.codes = tuple(codes)


@dataclass(frozen=True)
class Course:
    """A row of the table. `codes` are those that hold; `proposed` those of the trade."""

    site: TrainingSitePage
    trade: Trade
    proposed: tuple[RomeCode, ...]
    codes: tuple[RomeCode, ...]
    state: str
    decision: RomeDecision | None

    @property
    def state_label(self) -> str:
        """In French."""
        return STATES[self.state]

    @property
    def decided_by(self) -> str:
        """Who decided, in French; "" when nobody did, or somebody whose account is gone."""
        if self.decision is None:
            return ""
        if self.decision.by_link:
            return BY_LINK
        return str(self.decision.decided_by or "")

    @property
    def key(self) -> str:
        """`<site>-<trade>`, for forms."""
        return f"{self.site.pk}-{self.trade.pk}"

    @property
    def typed(self) -> str:
        """The codes as a person types them."""
        return ", ".join(each.code for each in self.codes)


def courses(
    sites: QuerySet[TrainingSitePage], *, state: str = "", only: Iterable[int] | None = None
) -> list[Course]:
    """The vocational courses of live sites, in the order of centre, site and trade: five queries.

    `state` keeps one of STATES; `only` keeps the sites with these keys.
    """
    chosen = sites.filter(live=True)
    if only is not None:
        chosen = chosen.filter(pk__in=list(only))
    pairs = (
        Offer.objects.filter(page__in=chosen, trade__category=Category.VOCATIONAL)
        .order_by("page__centre__name", "page__title", "page_id", "trade__name", "trade_id")
        .values_list("page_id", "trade_id")
        .distinct()
    )
    found = list(dict.fromkeys(pairs))
    pages = chosen.select_related("centre", "locality").in_bulk({page for page, _ in found})
    trades = {
        each.pk: each
        for each in Trade.objects.filter(pk__in={trade for _, trade in found}).prefetch_related(
            "rome_codes"
        )
    }
    decisions = {
        (each.site_id, each.trade_id): each
        for each in RomeDecision.objects.filter(site__in=chosen)
        .select_related("decided_by")
        .prefetch_related("codes")
    }
    rows = [
        _course(pages[page], trades[trade], decisions.get((page, trade))) for page, trade in found
    ]
    return [row for row in rows if not state or row.state == state]


def _course(site: TrainingSitePage, trade: Trade, decision: RomeDecision | None) -> Course:
    proposed = tuple(trade.rome_codes.all())
    if decision:
        codes = tuple(decision.codes.all())
        return Course(site, trade, proposed, codes, decision.state, decision)
    return Course(site, trade, proposed, proposed, PROPOSED if proposed else NOTHING, None)


def parse_codes(text: str) -> list[RomeCode]:
    """The codes that a person typed, with commas or blanks. Raises UnknownCode."""
    wanted = list(dict.fromkeys(re.split(r"[\s,;|]+", text.strip().upper())))
    wanted = [each for each in wanted if each]
    if not wanted:
        raise UnknownCode("Écrivez au moins un code ROME, par exemple G1602.")
    if len(wanted) > MAX_CODES:
        raise UnknownCode(f"Pas plus de {MAX_CODES} codes pour une formation.")
    if wrong := [each for each in wanted if not CODE.fullmatch(each)]:
        raise UnknownCode(
            f"Ce n’est pas un code ROME : {', '.join(wrong)[:60]}. "
            "Un code est une lettre de A à N et quatre chiffres, par exemple G1602."
        )
    known = RomeCode.objects.in_bulk(wanted)
    if missing := [each for each in wanted if each not in known]:
        raise UnknownCode(
            f"Code inconnu : {', '.join(missing)}. Ajoutez-le d’abord aux codes ROME.", missing
        )
    return [known[each] for each in wanted]


@transaction.atomic
def decide(
    site: TrainingSitePage,
    trade: Trade,
    codes: Sequence[RomeCode],
    user: Any,
    *,
    by_link: bool = False,
) -> RomeDecision:
    """Keep what was decided, by `user` or by the centre through its link. The state tells itself: the codes of the trade are accepted, others
    corrected; where the trade proposes none, they are added.
    """
    proposed = {each.code for each in trade.rome_codes.all()}
    given = {each.code for each in codes}
    if not proposed:
        state = RomeDecision.State.ADDED
    elif given == proposed:
        state = RomeDecision.State.ACCEPTED
    elif given > proposed:
        state = RomeDecision.State.ADDED
    else:
        state = RomeDecision.State.CORRECTED
    decision, _ = RomeDecision.objects.update_or_create(
        site=site,
        trade=trade,
        defaults={
            "state": state,
            "decided_at": timezone.now(),
            "decided_by": user if getattr(user, "pk", None) else None,
            "by_link": by_link,
        },
    )
    decision.codes.set(codes)
    return decision


def decided_codes(site: TrainingSitePage) -> dict[int, list[dict[str, str]]]:
    """Key of a trade → `[{"code", "label"}]`, for the courses of a site that were decided: one query."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = RomeDecision.objects.filter(site=site).order_by("trade_id", "codes__code")
    for trade, code, label in rows.values_list("trade_id", "codes__code", "codes__label"):
        found.setdefault(trade, [])
        if code:
            found[trade].append({"code": code, "label": label})
    return found


def table(rows: Iterable[Course]) -> Iterator[list[str]]:
    """The rows of the file, in the order of COLUMNS."""
    for row in rows:
        yield [
            row.site.centre.name,
            row.site.title,
            row.site.locality.postal_code,
            row.site.locality.name,
            row.trade.name,
            row.trade.get_category_display(),
            " | ".join(each.code for each in row.proposed),
            " | ".join(each.code for each in row.codes),
            " | ".join(each.label for each in row.codes),
            row.state_label,
            timezone.localdate(row.decision.decided_at).isoformat() if row.decision else "",
            row.decided_by,
        ]
