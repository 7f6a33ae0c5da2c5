"""How pages look and read where looks decide: on paper, at 360 px, by keyboard and touch, and at addresses that lead nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from scripts.dataset import Dataset
from scripts.derive import derive
from scripts.publish.pages import evidence

from .browsing import NARROW, Visit, kinds, served
from .conftest import copy_sample, run_build

WHITE, BLACK = "rgb(255, 255, 255)", "rgb(0, 0, 0)"
BROKEN = """() => [...document.querySelectorAll('th[scope=row] > a, th[scope=row] > code')].filter(node => {
  const tops = new Set(), range = document.createRange(); range.selectNodeContents(node);
  for (const box of range.getClientRects()) tops.add(Math.round(box.top));
  return tops.size > node.textContent.trim().split(/[\\s-]+/).length;
}).map(node => node.textContent)"""


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    """Every kind of page."""
    return kinds(root)


@pytest.mark.parametrize("name", ["incident", "refuted", "home", "country"])
def test_on_paper_text_is_dark_on_white_also_for_a_reader_in_the_dark(browser: Browser, address: str, pages: dict[str, str], name: str):
    """Print takes no colour of the dark scheme: neither for text nor for maps and charts."""
    visit = Visit.of(browser, address, color_scheme="dark")
    page = visit.open(pages[name])
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    land = page.locator(".air-land:not(.air-own)").first
    expect(land).to_have_css("fill", "rgb(39, 50, 60)")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", WHITE)
    expect(page.locator("h1").first).to_have_css("color", BLACK)
    expect(page.locator(".md-typeset").first).to_have_css("color", BLACK)
    expect(land).to_have_css("fill", "rgb(247, 244, 236)")
    for text in page.locator(".air-axis").all()[:1]:
        expect(text).to_have_css("fill", "rgb(58, 68, 77)")
    visit.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_each_word_of_the_headline_strip_tells_its_meaning_by_keyboard(browser: Browser, address: str, pages: dict[str, str], script: bool):
    """Enter opens a definition, and another closes it; this needs no JavaScript."""
    visit = Visit.of(browser, address, java_script_enabled=script)
    chips = visit.open(pages["incident"]).locator(".air-chip")
    expect(chips).to_have_count(4)
    for i in range(4):
        chips.nth(i).locator("summary").press("Enter")
        expect(chips.nth(i).locator(".air-meaning")).to_be_visible()
        expect(chips.locator(".air-meaning").filter(visible=True)).to_have_count(1)
        expect(chips.nth(i).get_by_role("link", name="All grades")).to_have_attribute("href", re.compile(r"^../../codebook/#terms-"))
    visit.context.close()


def test_a_finger_opens_a_definition_within_the_window(browser: Browser, address: str, pages: dict[str, str]):
    """At 360 px a tap on each word shows its meaning, nowhere beyond the edge."""
    visit = Visit.of(browser, address, viewport=NARROW, has_touch=True)
    chips = visit.open(pages["incident"]).locator(".air-chip")
    for chip in chips.all():
        chip.locator("summary").tap()
        expect(chip.locator(".air-meaning")).to_be_visible()
        expect(chip.locator(".air-meaning")).to_be_in_viewport(ratio=0.99)
        assert visit.overflow() <= 0
    visit.context.close()


def test_a_record_without_a_point_shows_its_country_and_no_dot(browser: Browser, address: str, pages: dict[str, str]):
    """The map of a bare record says that no source gives a point, and draws none."""
    page = Visit.of(browser, address).open(pages["bare"])
    expect(page.locator(".air-locator .air-own")).to_have_count(1)
    expect(page.locator(".air-locator .air-pin, .air-locator .air-doubt, .air-near circle")).to_have_count(0)
    expect(page.locator(".air-locator figcaption")).to_contain_text("No source gives a point")
    page.context.close()


def test_a_refuted_record_never_says_that_it_happened(browser: Browser, address: str, pages: dict[str, str]):
    """Its first step is what was reported; its notice stands above everything else."""
    page = Visit.of(browser, address).open(pages["refuted"])
    expect(page.locator(".air-head .air-notice-refuted")).to_be_visible()
    expect(page.locator(".air-timeline")).to_contain_text("Reported for this day")
    expect(page.locator(".air-timeline")).not_to_contain_text("It happened")
    page.context.close()


@pytest.mark.parametrize("name", ["countries", "categories", "operators", "codebook", "data", "incident", "versions/", "architecture/"])
def test_no_name_in_a_table_is_broken_within_a_word(browser: Browser, address: str, pages: dict[str, str], name: str):
    """At 360 px a name has no more lines than words."""
    visit = Visit.of(browser, address, viewport=NARROW)
    page = visit.open(pages.get(name, name))
    assert page.evaluate(BROKEN) == []
    assert visit.overflow() <= 0
    visit.context.close()


def lost(page: Page, site: Path, pattern: str) -> None:
    """Answer addresses of a pattern with the page for what is not there, as hosts do."""

    def answer(route: Route) -> None:
        route.fulfill(status=404, content_type="text/html; charset=utf-8", body=(site / "404.html").read_text(encoding="utf-8"))

    page.route(re.compile(pattern), answer)


@pytest.mark.parametrize("at", ["incidents/AIR-9999-0001/", "nowhere", "api/v1/incidents/AIR-9999-0001.json"])
def test_from_a_lost_address_under_a_folder_search_and_links_lead_into_the_site(browser: Browser, site: Path, tmp_path: Path, at: str):
    """Built without its address and served from a folder, the 404 page finds its style, its search and the way home, at any depth."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "where").symlink_to(site)
    with served(tmp_path, "some/where/") as base:
        visit = Visit.of(browser, base)
        lost(visit.page, site, re.escape(base + at) + "$")
        page = visit.open(at)
        expect(page.locator("link[rel=stylesheet]")).to_have_attribute("href", "/some/where/assets/site.css")
        expect(page.locator(".md-header")).to_have_css("position", "sticky")
        expect(page.get_by_role("link", name="All incidents").last).to_have_attribute("href", "/some/where/incidents/")
        page.locator("#lost-q").fill("gaziantep")
        page.get_by_role("button", name="Search", exact=True).last.click()
        page.wait_for_url("**/some/where/search/?q=gaziantep")
        expect(page.locator("#search-list a").first).to_be_visible()
        visit.context.close()


def test_with_its_address_known_the_lost_page_needs_no_script(tmp_path: Path):
    """Built for a folder of a host, every link and form of the 404 page begins there."""
    done = run_build(tmp_path / "site", AIR_ROOT=str(copy_sample(tmp_path / "root")), SITE_URL="https://air.example.org/some/where/")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site" / "404.html").read_text(encoding="utf-8")
    assert set(re.findall(r'action="([^"]*)"', page)) == {"/some/where/search/"}
    assert [x for x in re.findall(r'(?:href|src)="(/[^"]*)"', page) if not x.startswith("/some/where/")] == []
    assert "lost.js" not in page


def test_partial_dates_come_after_the_days_within_them(root: Path):
    """On every timeline a step of `September` stands after the days of September, and each day stands once."""
    collection = derive(Dataset.load(root))
    for record in collection.records:
        days = [some[0].day for some in evidence.timeline(record, collection.label)]
        assert len(days) == len(set(days)), record.id
        assert days == sorted(days, key=lambda d: d + "~"), record.id
