"""Addresses common to the three sites; everything else is a page.

What stands in `i18n_patterns` has an address per language on the sites that are translated:
French without a prefix, `/de/recherche/`, `/nl/api/…` (home.languages).
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from cisp_map import urls as cisp_map_urls
from config.health import ready
from home.choosers import page_chooser
from home.downloads import serve_document
from home.languages import serve_page
from home.media import serve_media
from home.sitemaps import LanguageSitemap
from home.views import health, robots
from home.visits import note_call

urlpatterns = [
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
    path("robots.txt", robots, name="robots"),
    path("api/appel/", note_call, name="call"),
    *i18n_patterns(
        path("sitemap.xml", sitemap, {"sitemaps": {"pages": LanguageSitemap}}, name="sitemap"),
        # Before the admin, whose last pattern takes everything below /gestion/.
        path("", include("search.urls")),
        path("", include("cisp_map.urls")),
        prefix_default_language=False,
    ),
    path("", include(cisp_map_urls.french_patterns)),
    path("", include("essor.urls")),
    path("", include("podcasts.urls")),
    path("", include("pedatech.urls")),
    # Stands in the place of Wagtail's, which opens at any draft.
    path("gestion/choose-page/<int:parent_page_id>/", page_chooser),
    path("gestion/", include(wagtailadmin_urls)),
    path("media/<path:path>", serve_media, name="media"),
    # The first takes the place of Wagtail's own view of that name.
    re_path(r"^documents/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    *i18n_patterns(
        # A route of a page that ends in a file name, without a slash: `agenda/agenda.ics`.
        re_path(r"^((?:[\w\-]+/)*[\w\-]+(?:\.[\w\-]+)+)$", serve_page, name="page_file"),
        # Wagtail's, with our view in the place of its own.
        *(each for each in wagtail_urls.urlpatterns if each.name != "wagtail_serve"),
        re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
        prefix_default_language=False,
    ),
]
handler400 = "home.views.bad_request"
handler403 = "home.views.permission_denied"
handler500 = "home.views.server_error"
