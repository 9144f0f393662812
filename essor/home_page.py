"""The first page of interfede.be: what is new by channel, and the entrances by audience (I-01)."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Site

from essor.models.audiences import open_audiences
from home.channels import Block, blocks_for
from home.models import HomePage
from home.themes import Theme


@dataclass(frozen=True)
class FrontPage:
    """What the template prints, in its order."""

    lead: Block | None
    """the channel set large with a cover: the newest issue of L'essor"""
    blocks: list[Block]
    is_old: bool
    """nothing is fresh: these are the last entries, and the page says so"""


def add_front_page(page: HomePage, request: HttpRequest, context: dict) -> None:
    """Add `front` and `audiences`; nothing on another site."""
    site = Site.find_for_request(request)
    if site is None or site.hostname != settings.SITE_HOSTS[Theme.INTERFEDE.value]:
        return
    blocks, is_old = blocks_for(page, request, Theme.INTERFEDE)
    lead = next((block for block in blocks if block.layout == "cover"), None)
    context["home_template"] = "essor/home_interfede.html"
    context["home_css"] = "css/interfede-home.css"
    context["front"] = FrontPage(lead, [block for block in blocks if block is not lead], is_old)
    context["audiences"] = open_audiences()
