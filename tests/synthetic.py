"""Thousands of fictional training sites, written in bulk: for the bench, never for the public."""

import os
import sys
from itertools import islice

import django


def load(total: int) -> None:
    """Fill the finder up to `total` sites; without search index and revisions."""
    from django.db import transaction
    from django.utils import timezone
    from wagtail.models import Locale, Page

    from cisp_map.demo import fictional_sites
    from cisp_map.models import Centre, FinderPage, Offer, TrainingSitePage
    from cisp_map.points import parse_location

    finder = FinderPage.source()
    existing = set(finder.get_children().values_list("slug", flat=True))
    locale = Locale.get_active()
    step = finder.get_children().count()
    today = timezone.localdate()
    with transaction.atomic():
        new = (page for page in fictional_sites(total, today) if page.slug not in existing)
        offers = []
        for number, page in enumerate(islice(new, total - len(existing)), start=step + 1):
            centre = Centre.objects.create(
                name=page.centre.name,
                federation=page.centre.federation,
                digistart=page.centre.digistart,
                is_demo=True,
            )
            page.centre = centre
            page.path = Page._get_path(finder.path, finder.depth + 1, number)
            page.depth = finder.depth + 1
            page.url_path = f"{finder.url_path}{page.slug}/"
            page.locale = locale
            page.content_type_id = _content_type()
            page.draft_title = page.title
            page.live = True
            point = parse_location(page.location)
            page.lat, page.lng = point.lat, point.lng
            page.near_lat, page.near_lng = point.lat, point.lng
            made = list(page.offers.all())
            base = Page(
                **{
                    field.attname: getattr(page, field.attname)
                    for field in Page._meta.concrete_fields
                    if field.attname != "id"
                }
            )
            base.save_base(raw=True)
            page.pk = page.page_ptr_id = base.pk
            page.save_base(raw=True)
            for offer in made:
                offer.page_id = page.pk
            offers += made
        Offer.objects.bulk_create(offers, batch_size=500)
        Page.objects.filter(pk=finder.pk).update(numchild=total)
    print(f"{TrainingSitePage.objects.count()} lieux")


def _content_type() -> int:
    from django.contrib.contenttypes.models import ContentType

    from cisp_map.models import TrainingSitePage

    return ContentType.objects.get_for_model(TrainingSitePage).pk


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    load(int(sys.argv[1]))
