"""An issue goes out whole: articles, PDF, cover, linked pages, in one transaction at its hour.

`IssuePage.save` calls this module when the issue goes live or back, so every way to publish takes
it: the button of the admin, a workflow, the clock (`publish_scheduled`), the bulk action, code.

- PDF and cover need no step: a file is public while a public page uses it (home.visibility).
- The articles go out in their last version. While an issue is scheduled its articles are locked
  (`ArticlePage.get_lock`), so that is the version which was signed off.
- `problems` tells beforehand, in French, what would make it fail.
"""

from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page

from essor.models.issues import ArticlePage, IssuePage, images_of


class BundleError(ValidationError):
    """The issue cannot go out whole: nothing was published. `messages` are French sentences."""


def articles_of(issue: IssuePage) -> list[ArticlePage]:
    """The articles that go out with the issue, as published or never published."""
    return [each for each in ArticlePage.objects.child_of(issue) if not last(each).held_back]


def companions_of(issue: IssuePage) -> list[Page]:
    """The linked pages that go out with the issue."""
    return [link.page.specific for link in issue.links.all() if link.goes_out_together]


def last(page: Page) -> Page:
    """A page in its last version."""
    return page.get_latest_revision_as_object()


# --- Before ------------------------------------------------------------------------------------


def problems(issue: IssuePage) -> list[str]:
    """What stands against publishing this version of an issue, one French sentence each."""
    found = [*_problems_of_cover(issue), *_problems_of_pdf(issue), *_problems_of_images(issue)]
    if issue.pk is None:
        return found
    for page in (*articles_of(issue), *companions_of(issue)):
        found += problems_of_page(last(page))
    return found


def problems_of_page(page: Page) -> list[str]:
    """The same for one article or one linked page."""
    name = f"«\u00a0{page.title}\u00a0»"
    found = [f"{name} : {problem}" for problem in _invalid(page)]
    return [*found, *_problems_of_images(page)]


def _invalid(page: Page) -> Iterator[str]:
    try:
        page.full_clean()
    except ValidationError as error:
        labels = {
            field.name: getattr(field, "verbose_name", field.name) for field in page._meta.fields
        }
        if hasattr(error, "error_dict"):
            for name, messages in error.message_dict.items():
                for message in messages:
                    yield f"{labels[name]} : {message}" if name in labels else message
        else:
            yield from error.messages


def _problems_of_cover(issue: IssuePage) -> Iterator[str]:
    if issue.cover and not issue.cover.description.strip():
        yield (
            f"La couverture «\u00a0{issue.cover.title}\u00a0» n’a pas de texte alternatif : "
            "écrivez dans sa description ce qu’elle montre."
        )


def _problems_of_pdf(issue: IssuePage) -> Iterator[str]:
    if issue.pdf and getattr(issue.pdf, "state", "") == "refuse":
        yield f"Le PDF ne peut pas être lu : {getattr(issue.pdf, 'problem', '')}"


def _problems_of_images(page: Page) -> Iterator[str]:
    for image in images_of(page):
        name = f"«\u00a0{page.title}\u00a0» : l’image «\u00a0{image.title}\u00a0»"
        if getattr(image, "rights_reserved", False) and not image.credit.strip():
            yield f"{name} a des droits réservés et pas de crédit. Ajoutez le nom à citer."
        if getattr(image, "are_rights_expired", False):
            yield f"{name} ne peut plus être montrée : ses droits sont finis."


def refuse_unready(issue: IssuePage) -> None:
    """Raise BundleError with every problem of an issue that is about to go live."""
    if found := problems(issue):
        raise BundleError(found)


# --- Out and back ------------------------------------------------------------------------------


def release(issue: IssuePage) -> None:
    """Publish what belongs to an issue that has just gone live; any failure undoes everything."""
    with transaction.atomic():
        for page in (*articles_of(issue), *companions_of(issue)):
            if not page.live:
                _publish(page)


def _publish(page: Page) -> None:
    revision = page.get_latest_revision() or page.save_revision()
    if page.go_live_at is not None:
        # The hour of the issue counts, not one that was written before the page was linked.
        page.go_live_at = None
        revision = page.save_revision()
    revision.publish(skip_permission_checks=True)
    page.refresh_from_db()
    if not page.live:
        raise BundleError([f"«\u00a0{page.title}\u00a0» n’a pas pu être publié."])


def withdraw(issue: IssuePage) -> None:
    """Take back what went out with an issue that has just gone off line."""
    with transaction.atomic():
        _unpublish(ArticlePage.objects.child_of(issue).live())
        _unpublish(page for page in companions_of(issue) if page.live)


def _unpublish(pages: Iterable[Page]) -> None:
    for page in list(pages):
        page.unpublish()
