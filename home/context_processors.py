"""What surrounds every page: identity of the site, family bar, menus."""

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from home import languages
from home.models import SiteBranding
from home.themes import Theme


def site_chrome(request: HttpRequest) -> dict:
    """Return `branding`, `family`, `menu`, `footer_menu` for base.html, in two queries at most.

    - `branding`: the SiteBranding of the request's site (an unsaved one when it has none);
    - `family`: `[{"label", "url", "theme", "is_current"}]`, the sites in the order of Theme;
    - `menu`, `footer_menu`: `[{"title", "url", "is_current"}]`.

    - `language`, `is_french`, `home_url`; `readings`: the same page in the other languages.

    Lazy: an admin page or an error page that prints none of them asks the database nothing.
    """
    chrome = SimpleLazyObject(lambda: _Chrome(request))
    language = languages.current()
    return {
        "language": language,
        "is_french": language == languages.FRENCH,
        "home_url": languages.home_url(language),
        "script_words": languages.script_words(),
        "readings": SimpleLazyObject(lambda: languages.readings(request)),
        "branding": SimpleLazyObject(lambda: chrome.branding),
        "family": SimpleLazyObject(lambda: chrome.family),
        "menu": SimpleLazyObject(lambda: chrome.menus()[0]),
        "footer_menu": SimpleLazyObject(lambda: chrome.menus()[1]),
    }


class _Chrome:
    """Reads the settings of all sites at once: one is current, all make the family bar."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.site = Site.find_for_request(request)
        order = {theme: position for position, theme in enumerate(Theme.values)}
        self.all = sorted(
            SiteBranding.objects.select_related("site", "footer_page"),
            key=lambda branding: order[branding.theme],
        )
        self.branding = next(
            (each for each in self.all if self.site and each.site_id == self.site.pk),
            None,
        ) or SiteBranding(site_name=self.site.site_name if self.site else "")
        self.family = [
            {
                "label": each.site_name,
                "url": f"{each.site.root_url}/",
                "theme": each.theme,
                "is_current": each is self.branding,
            }
            for each in self.all
        ]
        self._menus: tuple[list[dict], list[dict]] | None = None

    def menus(self) -> tuple[list[dict], list[dict]]:
        """Header and footer menu, from one query."""
        if self._menus is None:
            self._menus = self._read_menus()
        return self._menus

    def _read_menus(self) -> tuple[list[dict], list[dict]]:
        root = languages.home_of(self.site) if self.site else None
        if root is None:
            return [], []
        footer = self.branding.footer_page
        if footer and not languages.is_french():
            footer = (
                Page.objects.live()
                .filter(translation_key=footer.translation_key, path__startswith=root.path)
                .first()
            )
        wanted = Q(path__startswith=root.path, depth=root.depth + 1)
        if footer:
            wanted |= Q(path__startswith=footer.path, depth=footer.depth + 1)
        header_menu: list[dict] = []
        footer_menu: list[dict] = []
        pages = (
            Page.objects.live()
            .in_menu()
            .filter(wanted, view_restrictions__isnull=True)
            .order_by("path")
        )
        for page in pages.values_list("path", "title", "url_path"):
            path, title, url_path = page
            url = languages.home_url() + url_path[len(root.url_path) :]
            entry = {"title": title, "url": url, "is_current": self.request.path.startswith(url)}
            is_footer = footer and path.startswith(footer.path) and path != footer.path
            (footer_menu if is_footer else header_menu).append(entry)
        return header_menu, footer_menu
