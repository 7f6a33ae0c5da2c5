"""A stranger's first visit in a real browser: home, an incident, a list with a facet; no error, no other host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.dataset import Dataset

from .browsing import Visit


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A fresh visitor; whatever went wrong on the way fails the test."""
    made = Visit.of(browser, address)
    yield made
    made.context.close()
    assert made.wrong == []


def test_home_says_what_this_is_and_leads_to_an_incident(visit: Visit):
    """The headline, live figures, a map and a list whose first entry opens."""
    page = visit.open("")
    assert page.locator("h1").first.inner_text() == "Airspace Incursion Record"
    assert page.locator(".air-figures dd").count() >= 4
    page.locator(".air-row-title").first.click()
    page.wait_for_url("**/incidents/AIR-*/")
    assert page.locator("#sources").is_visible()


def test_the_founding_incident_says_who_says_what(visit: Visit, root: Path):
    """Facts carry footnotes that lead to sources; the denial stands beside the claim."""
    incidents = Dataset.load(root)["incidents"]
    founding = incidents[
        (incidents["country"] == "TUR") & (incidents["date_start"] == "2026-03-09") & (incidents["conflict"] == "iran-2026")
    ]["id"].item()
    page = visit.open(f"incidents/{founding}/")
    said = page.locator("article").first.inner_text()
    for word in ("Gaziantep", "NATO", "Iran", "denies"):
        assert word in said
    note = page.locator(".air-facts .air-refs a").first
    target = note.get_attribute("href")
    note.click()
    page.wait_for_url("**" + str(target))
    assert page.locator(str(target)).is_visible()


def test_a_facet_narrows_the_list_and_the_address_keeps_it(visit: Visit, root: Path):
    """Choosing Poland shows Poland's records, and the address gives the same list again."""
    expected = int((Dataset.load(root)["incidents"]["country"] == "POL").sum())
    page = visit.open("explore/")
    page.get_by_role("status").filter(has_text="criteria").wait_for()
    # Checked through its label, as a reader would.
    page.locator("label[for='f-country-POL']").click()
    answer = page.locator("#answer")
    answer.filter(has_text=f"These criteria give {expected} record").wait_for()
    page.wait_for_url("**country=POL**")
    page.reload()
    answer.filter(has_text=f"These criteria give {expected} record").wait_for()


def test_reading_works_without_javascript(browser: Browser, address: str):
    """Lists and incident pages are complete with scripts off."""
    plain = Visit.of(browser, address, java_script_enabled=False)
    page = plain.open("incidents/")
    assert page.locator(".air-row-title").count() > 40
    page.locator(".air-row-title").first.click()
    page.wait_for_url("**/incidents/AIR-*/")
    assert page.locator("#facts").is_visible()
    assert page.locator("#sources").is_visible()
    plain.context.close()
