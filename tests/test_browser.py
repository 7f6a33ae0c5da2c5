"""Every kind of page in a real browser: nothing goes wrong, nothing overflows, a keyboard finds its way."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from .browsing import NARROW, WIDE, Visit, kinds, served
from .conftest import REPOSITORY

OUTPUT = REPOSITORY / "test-output"
SCREENSHOTS = OUTPUT / "screenshots"
TALLEST = 4000


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    """Every kind of page."""
    return kinds(root)


def test_nothing_goes_wrong_and_nothing_overflows_on_any_kind_of_page(browser: Browser, address: str, pages: dict[str, str]):
    """No console error, no bad answer, no other host, no sideways scrolling from 360 to 1920 px; pictures are kept."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    faults = []
    visit = Visit.of(browser, address)
    for name, path in pages.items():
        visit.wrong.clear()
        page = visit.open(path)
        for width in (1920, WIDE["width"], NARROW["width"]):
            page.set_viewport_size({"width": width, "height": 900})
            if (over := visit.overflow()) > 0:
                faults.append(f"{name} at {width} px is {over} px too wide")
            if width != 1920:
                height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
                page.screenshot(
                    path=str(SCREENSHOTS / f"{name}-{width}.png"), full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
                )
        page.set_viewport_size(WIDE)
        faults += [f"{name}: {w}" for w in visit.wrong if not (name == "404" and w.startswith("404"))]
    visit.context.close()
    assert faults == []


def test_at_twice_the_size_nothing_overflows(browser: Browser, address: str, pages: dict[str, str]):
    """A window of 1280 px at 200 % zoom has 640 px: text still wraps (WCAG 1.4.10)."""
    visit = Visit.of(browser, address, viewport={"width": 640, "height": 450}, device_scale_factor=2)
    wide = [name for name, path in pages.items() if visit.open(path, idle=name == "explore") and visit.overflow() > 0]
    visit.context.close()
    assert wide == []


def test_each_page_has_its_landmarks_and_one_main_heading(browser: Browser, address: str, pages: dict[str, str]):
    """A screen reader finds banner, main, content info and search, and one heading of the first level."""
    visit = Visit.of(browser, address, viewport=NARROW)
    for name, path in pages.items():
        page = visit.open(path, idle=False)
        for role in ("banner", "main", "contentinfo", "search"):
            assert page.get_by_role(role).count() >= 1, (name, role)
        assert page.locator("h1").count() == 1, name
        assert page.evaluate("document.documentElement.lang") == "en"
    visit.context.close()


def test_the_first_tab_skips_to_the_content(browser: Browser, address: str, pages: dict[str, str]):
    """The skip link is the first stop, is seen when focused, and leads into the content."""
    visit = Visit.of(browser, address)
    page = visit.open(pages["incident"])
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text().strip() == "Skip to content"
    box = skip.bounding_box()
    assert box and box["y"] >= 0 and box["height"] > 10
    target = str(skip.get_attribute("href"))
    page.keyboard.press("Enter")
    page.wait_for_url("**" + target)
    assert page.locator(target).count() == 1
    visit.context.close()


def test_the_colour_scheme_follows_the_reader_and_the_toggle(browser: Browser, address: str):
    """Dark by preference, light by choice, and the choice stays on the next page."""
    visit = Visit.of(browser, address, color_scheme="dark")
    page = visit.open("")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("form[data-md-component=palette] label:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    visit.open("about/")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    assert visit.wrong == []
    visit.context.close()


def test_an_incident_prints_as_a_clean_brief(browser: Browser, address: str, pages: dict[str, str]):
    """In print the navigation and the buttons are gone; the facts, the places and the sources with addresses stay."""
    visit = Visit.of(browser, address)
    page = visit.open(pages["incident"])
    page.emulate_media(media="print")
    for selector in (".md-header", ".md-tabs", ".md-sidebar", ".air-search", ".air-actions", ".air-footer"):
        assert page.locator(selector).first.is_hidden(), selector
    for selector in ("h1", "#facts", "#places", "#sources", ".air-cite"):
        assert page.locator(selector).first.is_visible(), selector
    assert page.evaluate("getComputedStyle(document.querySelector('.air-sources a'), '::after').content").startswith('" (http')
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "incident.pdf").write_bytes(page.pdf(format="A4", prefer_css_page_size=True))
    visit.context.close()


def test_the_unpacked_site_works_under_another_base_path(browser: Browser, site: Path, tmp_path: Path, pages: dict[str, str]):
    """Served by a plain server from a folder deep below its root, everything loads and links."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "where").symlink_to(site)
    with served(tmp_path, "some/where/") as at:
        visit = Visit.of(browser, at)
        for name in ("home", "incident", "explore", "country", "search"):
            page = visit.open(pages[name])
            assert page.locator("h1").first.is_visible()
        page.locator("#search-q").fill("gaziantep")
        page.locator("#search-list a").first.click()
        page.wait_for_url("**/some/where/**/")
        assert visit.wrong == []
        visit.context.close()


def test_everything_works_under_the_published_security_policy(browser: Browser, site: Path, address: str, pages: dict[str, str]):
    """With the headers that the build writes for hosts, no script, style, map, download or search is blocked."""
    policy = next(
        line.split(":", 1)[1].strip()
        for line in (site / "_headers").read_text(encoding="utf-8").splitlines()
        if "Content-Security-Policy" in line
    )
    visit = Visit.of(browser, address, accept_downloads=True)

    def guarded(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    visit.page.route("**/*", guarded)
    for name in ("home", "incident", "country", "data", "search"):
        visit.open(pages[name])
    page = visit.open("explore/?country=POL")
    page.wait_for_selector(".air-leaflet canvas")
    with page.expect_download():
        page.locator("#csv").click()
    assert visit.wrong == []
    assert page.evaluate("fetch('https://example.org/').then(() => 'allowed', () => 'blocked')") == "blocked"
    visit.page.unroute_all(behavior="wait")
    visit.context.close()


def test_no_page_moves_while_it_loads(browser: Browser, address: str, pages: dict[str, str]):
    """The layout shift (CLS) of each kind of page stays far below what counts as good (0.1)."""
    visit = Visit.of(browser, address)
    visit.context.add_init_script(
        "window.moved = 0; new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) window.moved += e.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    for name in ("home", "incident", "explore", "country", "incidents", "search"):
        page = visit.open(pages[name])
        page.wait_for_timeout(300)
        assert page.evaluate("window.moved") < 0.1, name
    visit.context.close()
