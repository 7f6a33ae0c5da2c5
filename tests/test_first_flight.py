"""A stranger's first visit in a real browser: home, an incident, a list with a facet; no error, no other host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from scripts.dataset import Dataset
from scripts.serve import server

from .browser_setup import find

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The built site, served on this machine."""
    web = server(site, 0)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_address[1]}/"
    web.shutdown()


@pytest.fixture(scope="module")
def visitor(address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page of a fresh browser, and everything that went wrong on it."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: wrong.append(f"script: {e}"))
        page.on("request", lambda r: wrong.append(f"foreign: {r.url}") if not r.url.startswith((address, "data:", "blob:")) else None)
        page.on("response", lambda r: wrong.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        yield page, wrong
        browser.close()


def test_home_says_what_this_is_and_leads_to_an_incident(visitor: tuple[Page, list[str]], address: str):
    """The headline, live figures, a map and a list whose first entry opens."""
    page, wrong = visitor
    page.goto(address)
    assert page.locator("h1").first.inner_text() == "Airspace Incursion Record"
    assert page.locator(".air-figures dd").count() >= 4
    page.locator(".air-row-title").first.click()
    page.wait_for_url("**/incidents/AIR-*/")
    assert page.locator("#sources").is_visible()
    assert wrong == []


def test_the_founding_incident_says_who_says_what(visitor: tuple[Page, list[str]], address: str, root: Path):
    """Facts carry footnotes that lead to sources; the denial stands beside the claim."""
    page, wrong = visitor
    incidents = Dataset.load(root)["incidents"]
    founding = incidents[(incidents["country"] == "TUR") & (incidents["date_start"] == "2026-03-09") & (incidents["conflict"] == "iran-2026")]["id"].item()
    page.goto(f"{address}incidents/{founding}/")
    said = page.locator("article").first.inner_text()
    for word in ("Gaziantep", "NATO", "Iran", "denies"):
        assert word in said
    note = page.locator(".air-facts .air-refs a").first
    target = note.get_attribute("href")
    note.click()
    assert page.locator(str(target)).is_visible()
    assert wrong == []


def test_a_facet_narrows_the_list_and_the_address_keeps_it(visitor: tuple[Page, list[str]], address: str, root: Path):
    """Choosing Poland shows Poland's records, and the address gives the same list again."""
    page, wrong = visitor
    expected = int((Dataset.load(root)["incidents"]["country"] == "POL").sum())
    page.goto(f"{address}explore/")
    page.get_by_role("status").filter(has_text="criteria").wait_for()
    # Checked through its label, as a reader would.
    page.locator("label[for='f-country-POL']").click()
    answer = page.locator("#answer")
    answer.filter(has_text=f"These criteria give {expected} record").wait_for()
    assert "country=POL" in page.url
    page.reload()
    answer.filter(has_text=f"These criteria give {expected} record").wait_for()
    assert wrong == []


def test_reading_works_without_javascript(address: str, visitor: tuple[Page, list[str]]):
    """Lists and incident pages are complete with scripts off."""
    context = visitor[0].context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}incidents/")
    assert page.locator(".air-row-title").count() > 40
    page.locator(".air-row-title").first.click()
    assert page.locator("#facts").is_visible()
    assert page.locator("#sources").is_visible()
    context.close()
