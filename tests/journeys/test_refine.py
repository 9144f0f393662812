"""Filters, order, pages of the list: the address is the state."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import NewVisit, Server, Visit
from tests.journeys.test_find_a_course import count_in_headline, parameters, results, tab_to

SEARCH = {"lieu": "Namur", "rayon": "50"}


def options(page: Page) -> Locator:
    """The choices that can be made, of all facets."""
    return page.locator(".facet label.choice:has(input:enabled:not(:checked))")


def count_of(option: Locator) -> int:
    return int(re.match(r"\s*(\d+)", option.locator(".choice__count").inner_text()).group(1))


def open_filters(page: Page) -> None:
    """Lay every facet open, on any screen."""
    page.locator("details.filters, details.facet").evaluate_all(
        "all => all.forEach((each) => { each.open = true; })"
    )


def tick(page: Page, key: str, value: str) -> int:
    """Tick a choice, show the results; the count that stood beside it."""
    option = page.locator(f'label.choice:has(input[name="{key}"][value="{value}"])')
    promised = count_of(option)
    option.click()
    page.get_by_role("button", name="Afficher les résultats").click()
    return promised


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("width", [320, 1280])
def test_count_beside_a_choice_is_the_count_after_it(visit: NewVisit, js: bool, width: int):
    page = visit(width=width, js=js).find(**SEARCH)
    open_filters(page)
    keys = (
        options(page)
        .locator("input")
        .evaluate_all("all => all.map((each) => [each.name, each.value])")
    )
    assert len({key for key, _ in keys}) >= 4
    one_of_each = list({key: (key, value) for key, value in reversed(keys)}.values())
    for key, value in one_of_each:
        page = page.context.pages[0]
        page.goto(page.url.split("?")[0] + "?lieu=Namur&rayon=50")
        open_filters(page)
        promised = tick(page, key, value)
        page.wait_for_url(re.compile(rf"{key}={value}"))
        assert count_in_headline(page) == promised, (key, value)
        assert parameters(page)["lieu"] == ["Namur"]


def test_remove_a_filter_gives_the_state_without_it(desktop: Visit, server: Server):
    before = server.geojson(**SEARCH, categorie="professionnalisante")["total"]
    page = desktop.find(**SEARCH, categorie="professionnalisante", methode="EFT")
    chips = page.locator("#resultats .chips a")
    assert chips.count() == 3  # two filters, and « Tout enlever »
    chips.filter(has_text="EFT").click()
    page.wait_for_url(lambda url: "methode" not in url)
    assert count_in_headline(page) == before
    state = parameters(page)
    assert state == {"lieu": ["Namur"], "rayon": ["50"], "categorie": ["professionnalisante"]}
    expect(page.locator('input[name="categorie"][value="professionnalisante"]')).to_be_checked()
    page.get_by_role("link", name="Tout enlever").click()
    page.wait_for_url(lambda url: "categorie" not in url)
    assert parameters(page) == {"lieu": ["Namur"]}


def test_back_brings_the_state_back(desktop: Visit):
    page = desktop.find(**SEARCH)
    total = count_in_headline(page)
    open_filters(page)
    promised = tick(page, "methode", "EFT")
    page.wait_for_url(re.compile("methode=EFT"))
    assert count_in_headline(page) == promised != total
    page.go_back()
    assert count_in_headline(page) == total
    assert "methode" not in parameters(page)
    # The boxes tell the same as the list, also where the browser restores a form by itself.
    expect(page.locator('input[name="methode"][value="EFT"]')).not_to_be_checked()
    page.go_forward()
    assert count_in_headline(page) == promised
    expect(page.locator('input[name="methode"][value="EFT"]')).to_be_checked()
    page.reload()
    assert count_in_headline(page) == promised


def test_two_values_of_a_facet_are_an_or(desktop: Visit, server: Server):
    page = desktop.find(**SEARCH, domaine=["orientation", "horeca-et-alimentation"])
    union = count_in_headline(page)
    single = [
        {each["id"] for each in server.geojson(**SEARCH, domaine=value)["features"]}
        for value in ("orientation", "horeca-et-alimentation")
    ]
    assert union == len(single[0] | single[1])


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_pages_by_links(visit: NewVisit, server: Server, js: bool):
    wanted = [each["id"] for each in server.geojson(**SEARCH)["features"]]
    page = visit(width=360, height=640, js=js).find(**SEARCH)
    shown: list[int] = []
    number = 1
    while True:
        ids = results(page).evaluate_all("all => all.map((each) => Number(each.dataset.placeId))")
        shown += ids
        current = page.locator('.pagination [aria-current="page"]')
        expect(current).to_have_text(re.compile(rf"\b{number}$"))
        following = page.get_by_role("link", name="Suivante")
        if following.count() == 0 or len(shown) >= 60:
            break
        number += 1
        following.click()
        page.wait_for_url(re.compile(rf"page={number}\b"))
    assert len(shown) == len(set(shown))
    assert shown == wanted[: len(shown)]
    page.go_back()
    expect(page.locator('.pagination [aria-current="page"]')).to_have_text(
        re.compile(rf"\b{number - 1}$")
    )


def test_larger_radii_carry_the_count_of_their_page(desktop: Visit):
    page = desktop.find(lieu="Virton", rayon="5")
    links = page.get_by_role("region", name="Chercher plus loin").get_by_role("link")
    promised = {
        link.get_attribute("href"): int(re.search(r"\((\d+)\)", link.inner_text()).group(1))
        for link in links.all()
    }
    assert promised
    assert 0 not in promised.values()
    assert len(set(promised.values())) == len(promised)
    for address, count in promised.items():
        page.goto(page.url.split("/formations/")[0] + address)
        assert count_in_headline(page) == count


def test_never_empty_the_radius_widens_and_says_so(desktop: Visit):
    page = desktop.find(lieu="Rendeux", rayon="5", q="cuisine")
    assert results(page).count() > 0
    notice = page.get_by_role("status").filter(has_text="Rien à moins de 5 km")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text(re.compile(r"jusqu’à \d+ km"))


def test_facets_with_the_keyboard_alone(desktop: Visit):
    page = desktop.find(**SEARCH)
    option = options(page).first
    promised = count_of(option)
    value = option.locator("input").get_attribute("value")
    tab_to(page, lambda at: at["value"] == value, at_most=40)
    page.keyboard.press("Space")
    expect(page.locator(f'input[value="{value}"]').first).to_be_checked()
    page.keyboard.press("Enter")  # sends the form from any of its fields
    page.wait_for_url(re.compile(f"={value}"))
    assert count_in_headline(page) == promised
