"""Search as you type: finds with and without diacritics, loads little, and folds in the browser as in the build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from scripts.publish.pages.search import fold

from .browsing import NARROW, Visit

SAMPLES = ("Güneyşehir", "GAZİANTEP", "Diyarbakır", "Łódź", "Bârlad", "Đakovo", "Rügen", "Straße", "Ærø", "Þingvellir", "Žilina", "Crăciun")
MOST_BYTES = 60_000


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """One visitor of the built site."""
    made = Visit.of(browser, address)
    yield made
    assert made.wrong == []


def test_the_header_answers_as_one_types(visit: Visit):
    """Gaziantep is found by its beginning; the arrow keys lead into the answers, Enter opens, Escape closes."""
    page = visit.open("about/")
    page.locator("#air-q").fill("gaziant")
    first = page.locator("#air-found-list a").first
    first.wait_for()
    expect(page.locator("#air-found-list")).to_contain_text("Türkiye")
    page.keyboard.press("Escape")
    expect(page.locator("#air-found")).to_be_hidden()
    expect(page.locator("#air-q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#air-found-list :focus")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/AIR-*/")


@pytest.mark.parametrize("typed", ["guneysehir", "Güneyşehir", "GÜNEYŞEHİR"])
def test_a_place_is_found_however_it_is_typed(visit: Visit, typed: str):
    """With and without diacritics, in any case."""
    page = visit.open(f"search/?q={typed}")
    page.locator("#search-list a").first.wait_for()


def test_a_country_comes_before_its_incidents(visit: Visit):
    """A name that is a page of its own leads to that page first."""
    page = visit.open("search/?q=poland")
    assert page.locator("#search-list a").first.get_attribute("href").endswith("countries/POL/")


def test_nothing_found_is_said(visit: Visit):
    """And no error is thrown."""
    page = visit.open("search/?q=zzzzqx")
    page.wait_for_function("document.querySelector('#search-status').textContent.startsWith('Nothing found')")


def test_a_search_loads_little(visit: Visit):
    """Until something is typed, nothing of the index; then a few small files."""
    page = visit.open("about/")
    loaded: list[tuple[str, int]] = []
    page.on("response", lambda r: loaded.append((r.url, len(r.body()))) if "/assets/search/" in r.url else None)
    assert loaded == []
    page.locator("#air-q").fill("gaziantep")
    page.locator("#air-found-list a").first.wait_for()
    assert 0 < sum(n for _, n in loaded) < MOST_BYTES, loaded


def test_the_browser_folds_as_the_build_does(visit: Visit):
    """Two languages, one folding: else words of the index could not be found."""
    page = visit.open("about/")
    folded = page.evaluate(
        "async words => { const { fold } = await import(new URL('../assets/fold.js', location.href)); return words.map(fold); }",
        list(SAMPLES),
    )
    assert folded == [fold(s) for s in SAMPLES]


def test_on_a_phone_the_header_leads_to_the_search_page(visit: Visit):
    """There is no room for a field; its button goes to the page that has one."""
    page = visit.open("about/")
    page.set_viewport_size(NARROW)
    page.get_by_role("button", name="Go to search").click()
    page.wait_for_url("**/search/**")
    assert page.locator("#search-q").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
