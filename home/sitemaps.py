"""The sitemap of a language: its pages, each with its addresses in the other languages."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from home.languages import home_of, is_translated


class LanguageSitemap(Sitemap):
    """`/sitemap.xml` in French, `/de/sitemap.xml`…: empty where nothing is translated."""

    def items(self) -> QuerySet[Page]:
        """Live, public pages below the home page of the language."""
        home = home_of(self.get_wagtail_site())
        if home is None:
            return Page.objects.none()
        pages = home.get_descendants(inclusive=True).live().public().order_by("path")
        return pages.defer_streamfields().specific()

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        """Add `alternates` to what Wagtail gives."""
        urls = super()._urls(page, protocol, domain)
        if not is_translated(self.request):
            return urls
        known = self._translations()
        for url in urls:
            location = url["location"]
            # The nearest translated page above: the address goes on in the same way below it.
            base = location
            while base and base not in known:
                base = base.rstrip("/").rpartition("/")[0]
                base = f"{base}/" if base.count("/") > 2 else ""
            rest = location[len(base) :]
            addresses = known.get(base, {})
            if len(addresses) > 1 and (not rest or self._goes_on(base)):
                url["alternates"] = [
                    {"lang_code": language, "location": f"{address}{rest}"}
                    for language, address in addresses.items()
                ]
        return urls

    def _translations(self) -> dict[str, dict[str, str]]:
        """Address of each page that is translated → language → address."""
        site = self.get_wagtail_site()
        self._with_routes: set[str] = set()
        by_key: dict[Any, dict[str, str]] = defaultdict(dict)
        roots = [site.root_page, *site.root_page.get_translations()]
        for root in roots:
            pages = root.get_descendants(inclusive=True).live().public()
            pages = pages.filter(
                translation_key__in=Page.objects.exclude(locale_id=site.root_page.locale_id)
                .filter(live=True)
                .values("translation_key")
            )
            for each in pages.select_related("locale", "content_type"):
                if not root.live or not (url := each.get_full_url(self.request)):
                    continue
                by_key[each.translation_key][each.locale.language_code] = url
                if getattr(each.specific_class, "goes_on_in_every_language", False):
                    self._with_routes.add(url)
        return {url: addresses for addresses in by_key.values() for url in addresses.values()}

    def _goes_on(self, base: str) -> bool:
        return base in self._with_routes
