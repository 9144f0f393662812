"""What surrounds every page: identity of the site, family bar, menus."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, cached_property
from wagtail.models import Page, Site

from home import languages
from home.branding import all_brandings
from home.models import SiteBranding
from home.sites import rows_of_menus


def site_chrome(request: HttpRequest) -> dict:
    """Return `branding`, `family`, `menu`, `footer_menu` for base.html: no query until the content changes.

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
        "readings": SimpleLazyObject(lambda: chrome.readings),
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
        everyone = all_brandings()
        self.branding = next(
            (each for each in everyone if self.site and each.site_id == self.site.pk),
            None,
        ) or SiteBranding(site_name=self.site.site_name if self.site else "")
        self.family = [
            {
                "label": each.site_name,
                "url": f"{each.site.root_url}/",
                "theme": each.theme,
                "is_current": each is self.branding,
            }
            for each in everyone
        ]
        self._menus: tuple[list[dict], list[dict]] | None = None

    def menus(self) -> tuple[list[dict], list[dict]]:
        """Header and footer menu, from one query."""
        if self._menus is None:
            self._menus = self._read_menus()
        return self._menus

    @cached_property
    def readings(self) -> list[languages.Reading]:
        """The same page in the other languages."""
        return languages.readings(self.request)

    def _read_menus(self) -> tuple[list[dict], list[dict]]:
        root = languages.home_of(self.site) if self.site else None
        if root is None:
            return [], []
        footer = self.branding.footer_page
        rows = rows_of_menus(root.path, footer, languages.current())
        footer_path = ""
        if footer:
            own = (path for path, _t, _u, _m, key, _l in rows if key == footer.translation_key)
            footer_path = footer.path if languages.is_french() else next(own, "")
        header_menu: list[dict] = []
        footer_menu: list[dict] = []
        for path, title, url_path, in_menu, _key, _language in rows:
            steps = (len(path) - len(root.path)) // Page.steplen
            is_footer = bool(footer_path) and path[: -Page.steplen] == footer_path
            if not in_menu or not (is_footer or steps == 1):
                continue
            url = languages.home_url() + url_path[len(root.url_path) :]
            entry = {"title": title, "url": url, "is_current": self.request.path.startswith(url)}
            (footer_menu if is_footer else header_menu).append(entry)
        return header_menu, footer_menu
