"""The pages of a memorandum: the whole with its filter, one part, the print view (I-04)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from wagtail.models import Page

from search.french import fold

if TYPE_CHECKING:
    from essor.models.memorandum import Axis, Measure, MemorandumPage, Proposal
    from home.models import SiteDocument

TEXT_LENGTH = 80


@dataclass(frozen=True)
class MeasurePart:
    """A measure with its number of today; its anchor is the number of its first day."""

    measure: "Measure"
    number: str
    proposals: list["Proposal"]
    documents: list["SiteDocument"]

    @property
    def title(self) -> str:
        """Title of the measure."""
        return self.measure.title

    @property
    def anchor(self) -> str:
        """Stable name in the address."""
        return self.measure.anchor


@dataclass(frozen=True)
class AxisPart:
    """An axis with its measures."""

    axis: "Axis"
    number: str
    measures: list[MeasurePart]

    @property
    def title(self) -> str:
        """Title of the axis."""
        return self.axis.title

    @property
    def anchor(self) -> str:
        """Stable name in the address."""
        return self.axis.anchor


def outline(page: "MemorandumPage") -> list[AxisPart]:
    """The whole memorandum in order: five queries, whatever its length."""
    from essor.models.memorandum import Axis

    in_memory = page.pk is None or "axes" in getattr(page, "_cluster_related_objects", {})
    axes: Iterable[Axis] = (
        page.axes.all()
        if in_memory
        else Axis.objects.filter(page_id=page.pk)
        .order_by("sort_order", "pk")
        .prefetch_related("measures__proposals", "measures__sheets__document")
    )
    parts = []
    for place, axis in enumerate(axes, start=1):
        measures = [
            MeasurePart(
                measure,
                f"{place}.{position}",
                list(measure.proposals.all()),
                [sheet.document for sheet in measure.sheets.all()],
            )
            for position, measure in enumerate(axis.measures.all(), start=1)
        ]
        parts.append(AxisPart(axis, str(place), measures))
    return parts


class MemorandumFilterForm(forms.Form):
    """What to show: one axis, and measures that hold a text."""

    axe = forms.ChoiceField(label="Axe", required=False)
    q = forms.CharField(
        label="Mots",
        required=False,
        max_length=TEXT_LENGTH,
        error_messages={"max_length": f"Écrivez {TEXT_LENGTH} signes au plus."},
    )

    def __init__(self, *args, axes: Sequence[AxisPart], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        axe = cast(forms.ChoiceField, self.fields["axe"])
        axe.choices = [
            ("", "Tous les axes"),
            *((part.anchor, f"{part.number}. {part.title}") for part in axes),
        ]
        axe.error_messages["invalid_choice"] = "Cet axe n’existe pas. Tous les axes sont montrés."
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


def matches(measure: MeasurePart, words: Sequence[str]) -> bool:
    """True when every word stands in the measure or its proposals, whatever case and accents."""
    text = fold(" ".join([measure.title, *(each.text for each in measure.proposals)]))
    return all(word in text for word in words)


def filtered(axes: Sequence[AxisPart], axe: str, text: str) -> list[AxisPart]:
    """The axes with the measures that answer; an axis whose own title answers stays whole."""
    words = fold(text).split()
    found = []
    for part in axes:
        if axe and part.anchor != axe:
            continue
        if all(word in fold(part.title) for word in words):
            found.append(part)
            continue
        measures = [each for each in part.measures if matches(each, words)]
        if measures:
            found.append(AxisPart(part.axis, part.number, measures))
    return found


def read_also(page: "MemorandumPage") -> list[Page]:
    """The linked pages that the public may read, then those that name the memorandum."""
    if page.pk is None:
        return []
    chosen = list(
        Page.objects.live()
        .public()
        .filter(pk__in=page.related_pages.values_list("related_id", flat=True))
        .specific()
        .order_by("path")
    )
    keys = {each.pk for each in chosen}
    return [*chosen, *(each for each in page.named_by if each.pk not in keys)]


def whole_context(page: "MemorandumPage", request: HttpRequest) -> dict:
    """What the page of the memorandum shows beside its publication."""
    everything = outline(page)
    form = MemorandumFilterForm(request.GET or None, axes=everything)
    shown = everything
    is_filtered = False
    if form.is_bound and form.is_valid():
        axe, text = form.cleaned_data["axe"], form.cleaned_data["q"]
        is_filtered = bool(axe or text)
        shown = filtered(everything, axe, text)
    return {
        "filter_form": form,
        "everything": everything,
        "axes": shown,
        "is_filtered": is_filtered,
        "found": sum(len(each.measures) for each in shown),
        "has_proposals": any(m.proposals for each in everything for m in each.measures),
        "read_also": read_also(page),
    }


def print_view(request: HttpRequest, page: "MemorandumPage") -> HttpResponse:
    """Everything on one page, without filter; search engines keep to the page itself."""
    context = page.publication_page_context(request)
    context["seo"]["robots"] = "noindex"
    context.update(axes=outline(page))
    return render(request, "essor/memorandum_print.html", context)


def part_view(request: HttpRequest, page: "MemorandumPage", anchor: str) -> HttpResponse:
    """One axis or one measure; a proposal is found in its measure. 404 for any other name."""
    axes = outline(page)
    base = page.get_url(request) or ""
    order: list[AxisPart | MeasurePart] = []
    for each in axes:
        order += [each, *each.measures]
    for axis in axes:
        for measure in axis.measures:
            if any(each.anchor == anchor for each in measure.proposals):
                return HttpResponseRedirect(f"{base}{measure.anchor}/#{anchor}")
    place = next((at for at, part in enumerate(order) if part.anchor == anchor), None)
    if place is None:
        raise Http404
    part = order[place]
    axis = next(each for each in axes if part is each or part in each.measures)
    is_axis = part is axis
    context = page.publication_page_context(request)
    context["seo"].update(
        title=f"{part.title} – {page.title}",
        canonical=f"{page.get_full_url(request)}{anchor}/",
    )
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": part.title, "url": f"{base}{anchor}/"},
    ]
    context.update(
        part=part,
        axis=axis,
        is_axis=is_axis,
        measures=axis.measures if is_axis else [part],
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place + 1 < len(order) else None,
        base_url=base,
    )
    return render(request, "essor/memorandum_part.html", context)
