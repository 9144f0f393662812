"""What our own screens of the admin share: who may open them, their title and way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from wagtail.admin.ui.tables import Column

View = Callable[..., HttpResponseBase]


class YesNoColumn(Column):
    """A column of «Oui» and «Non»: Wagtail's own says «True» to whoever does not see its icon."""

    def get_value(self, instance: Any) -> str:
        """In words."""
        return "Oui" if super().get_value(instance) else "Non"


def only(allowed: Callable[[Any], bool]) -> Callable[[View], View]:
    """A decorator of views: refuse everybody of whom `allowed(user)` is false, as Wagtail's admin
    does: back to its first page with a message.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def screen(title: str, icon: str, *trail: tuple[str, str], **values: Any) -> dict[str, Any]:
    """The context of a page with Wagtail's header. `trail` is `(address, label)` of what stands
    between the first page of the admin and this one.
    """
    items = [(reverse("wagtailadmin_home"), "Accueil"), *trail]
    breadcrumbs = [{"url": url, "label": label} for url, label in items]
    return {"header_title": title, "header_icon": icon, "breadcrumbs_items": breadcrumbs, **values}
