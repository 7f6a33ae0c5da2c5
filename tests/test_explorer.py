"""The explorer in a real browser: counts, address, downloads, keyboard, and what is left without scripts."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from .browsing import NARROW, Visit


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A fresh visitor; whatever went wrong on the way fails the test."""
    made = Visit.of(browser, address, accept_downloads=True)
    yield made
    made.context.close()
    assert made.wrong == []


@pytest.fixture(scope="module")
def flat(site: Path) -> pd.DataFrame:
    """The published flat table, as text."""
    return pd.read_csv(site / "data" / "incidents-flat.csv", dtype=str, keep_default_na=False)


def explore(visit: Visit, query: str = "") -> Page:
    """The explorer, ready."""
    page = visit.open(f"explore/{query}")
    page.wait_for_selector("#explore[data-ready]")
    return page


def found(page: Page) -> int:
    """How many records the page says it found."""
    return int(page.locator("#answer").inner_text().split()[3])


def counts(page: Page, facet: str) -> dict[str, int]:
    """The counts beside a facet's values, by term."""
    rows = page.locator(f"#facets input[name={facet}]")
    return {
        str(rows.nth(i).get_attribute("value")): int(
            page.locator(f"label[for='f-{facet}-{rows.nth(i).get_attribute('value')}'] .air-count").text_content() or 0
        )
        for i in range(rows.count())
    }


def test_counts_beside_facet_values_are_those_of_the_published_table(visit: Visit, flat: pd.DataFrame):
    """Existence, entered, category and outcome, counted by pandas on the flat file."""
    page = explore(visit)
    assert found(page) == len(flat)
    for facet, column in (("existence", "existence"), ("entered", "entered"), ("conflict", "conflict")):
        assert {k: v for k, v in counts(page, facet).items() if v} == dict(Counter(flat[column])), facet
    kinds = Counter(c for cell in flat["categories"] for c in cell.split(";") if c)
    assert {k: v for k, v in counts(page, "category").items() if v} == dict(kinds)
    counted = {k: v for k, v in counts(page, "counted").items() if v}
    assert counted == {"yes": int((flat["counted"] == "true").sum()), "no": int((flat["counted"] == "false").sum())}


def test_other_facets_narrow_the_counts_and_the_own_facet_does_not(visit: Visit, flat: pd.DataFrame):
    """With Poland chosen, kinds are counted for Poland, and other countries keep the number they would give."""
    page = explore(visit, "?country=POL")
    poland = flat[flat["country"] == "POL"]
    assert found(page) == len(poland)
    kinds = Counter(c for cell in poland["categories"] for c in cell.split(";") if c)
    assert {k: v for k, v in counts(page, "category").items() if v} == dict(kinds)
    assert counts(page, "country")["LTU"] == int((flat["country"] == "LTU").sum())


def test_the_address_holds_the_whole_state_and_gives_it_back(visit: Visit):
    """Words, period, two facets and the order survive in the address, whoever opens it."""
    query = "?q=drone&from=2025-01&to=2025-12&country=ROU,POL&existence=confirmed&sort=title"
    page = explore(visit, query)
    before = (found(page), page.locator("#rows tr").all_inner_texts())
    assert before[0] > 0
    page.locator("label[for='f-existence-probable']").click()
    page.wait_for_url("**probable**")
    assert found(page) >= before[0]
    page.locator("label[for='f-existence-probable']").click()
    page.wait_for_url(lambda url: "probable" not in url)
    assert dict(p.split("=") for p in page.url.split("?")[1].split("&")) == {
        "q": "drone",
        "from": "2025-01",
        "to": "2025-12",
        "country": "POL,ROU",
        "existence": "confirmed",
        "sort": "title",
    }
    again = explore(visit, "?" + page.url.split("?")[1])
    assert (found(again), again.locator("#rows tr").all_inner_texts()) == before
    assert again.locator("#q").input_value() == "drone"
    assert again.locator("#f-country-ROU").is_checked()


def test_an_address_from_elsewhere_cannot_break_the_page(visit: Visit):
    """Unknown facets, terms and markup in the address are left out."""
    page = explore(visit, "?country=XXX&nonsense=1&from=soon&sort=up&q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert found(page) == 0
    page.locator("#reset").click()
    page.wait_for_url("**/explore/")
    assert found(page) > 0


@pytest.mark.parametrize(("typed", "place"), [("guneysehir", "Güneyşehir"), ("GAZIANTEP", "Gaziantep"), ("galati", "Galați")])
def test_words_are_found_without_their_diacritics(visit: Visit, flat: pd.DataFrame, typed: str, place: str):
    """A plain keyboard finds what the record spells rightly."""
    page = explore(visit)
    page.locator("#q").fill(typed)
    page.wait_for_url(f"**q={typed}**")
    assert found(page) >= 1
    spelt = explore(visit, f"?q={place}")
    assert found(spelt) == found(page)


def test_csv_holds_exactly_the_rows_found_as_published(visit: Visit, site: Path):
    """Header and lines are those of the published file, byte for byte."""
    page = explore(visit, "?country=LTU&existence=confirmed")
    with page.expect_download() as started:
        page.locator("#csv").click()
    text = started.value.path().read_text(encoding="utf-8")
    published = (site / "data" / "incidents-flat.csv").read_text(encoding="utf-8").splitlines()
    lines = text.splitlines()
    assert lines[0] == published[0]
    assert set(lines[1:]) <= set(published[1:])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == found(page) > 0
    assert {(r["country"], r["existence"]) for r in rows} == {("LTU", "confirmed")}
    shown = page.locator("#rows th a").evaluate_all("links => links.map(a => a.href.split('/').at(-2))")
    assert set(shown) <= {r["id"] for r in rows}


def test_json_holds_exactly_the_rows_found(visit: Visit):
    """Whole nested records of the same selection, and what the selection was."""
    page = explore(visit, "?category=ballistic_missile")
    with page.expect_download() as started:
        page.locator("#json").click()
    taken = json.loads(started.value.path().read_text(encoding="utf-8"))
    assert len(taken["incidents"]) == found(page) > 0
    assert all(any(o["category"] == "ballistic_missile" for o in r["objects"]) for r in taken["incidents"])
    assert taken["meta"]["selection"] == "?category=ballistic_missile"


def test_the_keyboard_alone_filters_sorts_and_opens(visit: Visit):
    """From the field through a facet, a sort button and to a record, with Tab, Space and Enter."""
    page = explore(visit)
    page.locator("#q").focus()
    page.keyboard.type("drone")
    page.wait_for_url("**q=drone**")
    tab_to(page, "f-country-")
    page.keyboard.press("Space")
    page.wait_for_url("**country=**")
    tab_to(page, "[data-sort=title]")
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending] [data-sort=title]")).to_have_count(1)
    tab_to(page, "#rows a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/AIR-*/")


def tab_to(page: Page, target: str, most: int = 90) -> None:
    """Press Tab until the focused element's id begins with `target`, or the selector matches it; each stop is visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(
            "t => { const e = document.activeElement; return e.id.startsWith(t) || (!/^f-/.test(t) && e.matches(t)); }", target
        ):
            return
        assert page.evaluate("(e => e === document.body || e.checkVisibility())(document.activeElement)")
    raise AssertionError(f"Tab never reached {target}")


def test_the_timeline_and_the_fields_set_the_same_period(visit: Visit):
    """A period drawn on the picture stands in the fields, and months typed there narrow the list."""
    page = explore(visit)
    everything = found(page)
    box = page.locator("#timeline svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 30)
    page.mouse.up()
    page.wait_for_url("**from=**")
    assert page.locator("#from").input_value() < page.locator("#to").input_value()
    assert 0 < found(page) < everything


def test_the_map_loads_by_itself_only_where_there_is_room(browser: Browser, address: str, visit: Visit):
    """On a phone Leaflet is not fetched until the map is opened; on a desk it is there with its marks."""
    page = explore(visit)
    page.wait_for_selector(".air-leaflet canvas")
    phone = Visit.of(browser, address, viewport=NARROW)
    asked: list[str] = []
    phone.page.on("request", lambda r: asked.append(r.url))
    narrow = explore(phone)
    assert not [u for u in asked if "leaflet" in u]
    narrow.locator("#mapbox summary").click()
    narrow.wait_for_selector(".air-leaflet canvas")
    assert [u for u in asked if "leaflet" in u]
    phone.context.close()


def test_without_scripts_the_explorer_says_where_to_go(browser: Browser, address: str):
    """A notice leads to the lists and files."""
    plain = Visit.of(browser, address, java_script_enabled=False)
    page = plain.open("explore/", idle=False)
    links = page.locator("noscript a").evaluate_all("l => l.map(a => a.getAttribute('href'))") if page.locator("noscript a").count() else []
    assert {"../incidents/", "../countries/", "../data/"} <= set(links)
    plain.context.close()
