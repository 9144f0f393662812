"""Thousands of resources, written in bulk: for measuring, never for the public."""

import random

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from home.models import Organisation
from pedatech import licences
from pedatech.models import CataloguePage, Language, ResourceKind, ResourcePage, Rubric, Term
from pedatech.models.resources import OWN_TYPES

SEED = 2025
WORDS = ("orientation", "métier", "groupe", "numérique", "lecture", "calcul", "chantier", "emploi")
BATCH = 500


def load_many(number: int) -> int:
    """Add resources until the catalogue holds `number` of them; returns how many were made.

    Needs the vocabularies of the demo. Without search index, revisions and files: texts are found
    after `manage.py rebuild_references_index` and `update_index`.
    """
    catalogue = CataloguePage.objects.get()
    have = ResourcePage.objects.child_of(catalogue).count()
    draw = random.Random(SEED)  # noqa: S311
    by_vocabulary: dict[str, list[int]] = {}
    for pk, vocabulary in Term.objects.values_list("pk", "vocabulary"):
        by_vocabulary.setdefault(vocabulary, []).append(pk)
    rubrics = list(Rubric.objects.values_list("pk", flat=True))
    producers = list(Organisation.objects.values_list("pk", flat=True))
    kinds = [kind for kind in ResourceKind.values if kind not in OWN_TYPES]
    keys = [each.key for each in licences.LICENCES]
    content_type = ContentType.objects.get_for_model(ResourcePage).pk
    locale = Locale.get_active()
    now = timezone.now()
    terms_through = ResourcePage.terms.through
    rubrics_through = ResourcePage.rubrics.through
    with transaction.atomic():
        last = catalogue.get_children().order_by("-path").first()
        step = Page._str2int(last.path[-Page.steplen :]) if last else 0
        terms, places = [], []
        for rank in range(1, max(0, number - have) + 1):
            title = f"Ressource générée {rank} : {draw.choice(WORDS)} et {draw.choice(WORDS)}"
            page = ResourcePage(
                title=title,
                draft_title=title,
                slug=f"generee-{have + rank}",
                path=Page._get_path(catalogue.path, catalogue.depth + 1, step + rank),
                depth=catalogue.depth + 1,
                url_path=f"{catalogue.url_path}generee-{have + rank}/",
                locale=locale,
                content_type_id=content_type,
                live=True,
                first_published_at=now,
                last_published_at=now,
                search_description="Une ressource générée pour mesurer.",
                resource_kind=draw.choice(kinds),
                introduction="Une ressource générée pour mesurer.",
                body=[],
                duration=draw.choice((None, 15, 45, 90, 240, 420, 900)),
                language=draw.choices(Language.values, [90, 3, 3, 3, 1, 1])[0],
                year=draw.randint(2005, 2025),
                producer_id=draw.choice(producers),
                licence=draw.choice(keys),
                can_be_borrowed=True,
                is_demo=True,
            )
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
            for vocabulary, pks in by_vocabulary.items():
                most = 3 if vocabulary in ("theme", "public") else 1
                for pk in draw.sample(pks, min(len(pks), draw.randint(0, most))):
                    terms.append(terms_through(resourcepage_id=page.pk, term_id=pk))
            places.append(rubrics_through(resourcepage_id=page.pk, rubric_id=draw.choice(rubrics)))
        terms_through.objects.bulk_create(terms, batch_size=BATCH)
        rubrics_through.objects.bulk_create(places, batch_size=BATCH)
        Page.objects.filter(pk=catalogue.pk).update(numchild=catalogue.get_children().count())
        CataloguePage.renew_token()
    return max(0, number - have)
