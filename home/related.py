"""Pages that belong together: one of the two names the other, both show it (I-29).

Wagtail's reference index knows who names whom, so no room has to know the others.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, ReferenceIndex

BY_HAND = (
    Q(model_path="subject")
    | Q(model_path__regex=r"^(links|related|related_pages)\.item\.\w+$")
    | Q(model_path__endswith=".pages.item")
)
"""Where editors name a page that belongs: the object of an issue, the lists of linked pages of
every room, the block «pages» of a body. A link within a text is no such tie."""


def pages_naming(page: Page) -> list[Page]:
    """The public pages whose editors tied them to `page`, in the order of the tree."""
    if not page.pk:
        return []
    named = (
        ReferenceIndex.get_references_to(page)
        .filter(BY_HAND, base_content_type=ContentType.objects.get_for_model(Page))
        .values_list("object_id", flat=True)
    )
    wanted = {int(pk) for pk in named} - {page.pk}
    if not wanted:
        return []
    return list(Page.objects.live().public().filter(pk__in=wanted).order_by("path").specific())
