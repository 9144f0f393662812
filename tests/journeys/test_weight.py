"""What a first view costs on a phone with an empty cache (C-35), counted by the browser."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Server, Visit

MOST_BYTES = 100_000
MOST_REQUESTS = 6


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("results", {"lieu": "Namur", "q": "cuisine"}),
        ("everything", {}),
        ("home", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_first_view_is_light(
    chromium: Browser, server: Server, name: str, search: dict | None, record_property
):
    context = chromium.new_context(
        viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True
    )
    visitor = Visit(context, server)
    network = context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    urls: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on(
        "Network.requestWillBeSent",
        lambda event: urls.update({event["requestId"]: event["request"]["url"]}),
    )
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page = visitor.go("cisp") if search is None else visitor.find(**search)
    page.wait_for_load_state("networkidle")
    # Without a window, Chromium leaves the favicon out; a phone asks for it.
    icon = page.locator('link[rel="icon"]').get_attribute("href")
    if not any(icon in url for url in urls.values()):
        urls["icon"] = icon
        sizes["icon"] = len(server.fetch("cisp", icon))
    visitor.finish()
    bill = {urls[key].rsplit("/", 1)[-1] or "/": size for key, size in sizes.items()}
    total = sum(bill.values())
    record_property("bytes", total)
    record_property("requests", len(bill))
    print(f"{name}: {total} bytes, {len(urls)} requests: {bill}")
    assert len(urls) == len(bill)
    assert len(bill) <= MOST_REQUESTS, bill
    assert total <= MOST_BYTES, bill
