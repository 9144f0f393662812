"""Addresses common to the three sites; everything else is a page."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from home.views import health, robots

urlpatterns = [
    path("healthz", health, name="health"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    # Before the admin, whose last pattern takes everything below /gestion/.
    path("", include("search.urls")),
    path("", include("cisp_map.urls")),
    path("", include("essor.urls")),
    path("", include("podcasts.urls")),
    path("", include("pedatech.urls")),
    path("gestion/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
if settings.SERVE_MEDIA:
    # Before the pages, whose last pattern takes everything.
    urlpatterns.insert(
        0, re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT})
    )

handler400 = "home.views.bad_request"
handler403 = "home.views.permission_denied"
handler500 = "home.views.server_error"
