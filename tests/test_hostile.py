"""What a hostile hand writes into a text is refused, and were it let through, nothing that reads our files would run it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import icalendar
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import rules
from scripts.publish.pages import render
from scripts.rules.text import fault_of
from tests.browsing import chromium, served
from tests.helpers_hostile import ADDRESSES, MARK, PAYLOADS, lenient, publish, spoil

LIMIT_OF_PAGES = 20
SEARCHES = ["search/?q=pwned", "explore/?q=pwned", "search/?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a sample with every payload in every text field, published with the rules asleep."""
    return publish(tmp_path_factory.mktemp("hostile"))


def test_check_refuses_what_has_markup_formulas_or_hidden_marks():
    """The first lock: most payloads never reach a page."""
    runnable = [p for p in PAYLOADS if "<" in p or p.strip()[0] in "=+@" or any(ord(c) < 32 for c in p) or "\u202e" in p]
    assert len(runnable) > 20 and all(fault_of(p)[0] for p in runnable), [p for p in runnable if not fault_of(p)[0]]


def test_check_refuses_every_field_of_the_spoiled_sample(sample: Path):
    """No table and no text column is left out of the rule."""
    assert spoil(sample) > 40
    dataset = lenient(sample)
    found = {(p.path, p.column) for p in rules.check(dataset) if p.level == "error" and p.rule in ("text", "url")}
    assert {c for t, c in found if t == "data/incidents.csv"} >= {"title", "summary", "assessment"}
    assert {("data/sources.csv", c) for c in ("title", "publisher", "url", "archive_url")} <= found
    assert {t for t, _ in found} >= {
        f"data/{t}.csv" for t in ("incidents", "objects", "locations", "statements", "sources", "searches", "terms/category")
    }


def test_check_refuses_every_hostile_address():
    """Only http and https with a host may be followed."""
    from scripts.rules.links import fault_of as fault_of_address

    assert [a for a in ADDRESSES if not fault_of_address(a) and not a.startswith("https://a.example/'")] == []


class Seen(HTMLParser):
    """Elements and attributes of a page as a parser sees them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep every element."""
        self.tags.append((tag, {k: v or "" for k, v in attrs}))


def test_no_page_has_a_handler_a_frame_or_an_address_of_theirs(hostile: Path):
    """Texts stay texts in every page: no element and no attribute is made of them, no link runs."""
    pages = sorted(hostile.rglob("*.html"))
    for path in pages:
        for tag, attributes in Seen(path).tags:
            assert tag not in ("iframe", "object", "embed", "base", "math", "mglyph"), path
            assert not [a for a in attributes if a.startswith("on") or a in ("srcdoc", "autofocus")], (path, tag, attributes)
            for name in ("href", "src", "action"):
                target = attributes.get(name, "").strip().lower()
                assert not target.startswith(("javascript:", "vbscript:", "data:text", "file:", "//")), (path, target)
    assert len(pages) > 50 and MARK in (hostile / "incidents" / "AIR-2025-0001" / "index.html").read_text(encoding="utf-8")


def test_templates_in_texts_are_not_evaluated(hostile: Path):
    """`{{ 7*191 }}` is shown, not reckoned."""
    page = (hostile / "incidents" / "AIR-2025-0001" / "index.html").read_text(encoding="utf-8")
    assert "7*191" in page and "1337" not in page


def test_a_browser_runs_nothing(hostile: Path):
    """Incidents, lists, home, explorer and search in a real browser: no script of theirs runs, no dialog, no other host."""
    paths = [p.relative_to(hostile).as_posix().removesuffix("index.html") for p in sorted(hostile.rglob("*.html"))]
    first = [p for p in paths if p.startswith(("incidents/", "explore", "debunked", "codebook", "data/", "changes")) or p == ""]
    outside: list[str] = []
    with served(hostile) as address, chromium() as browser:
        context = browser.new_context()
        page = context.new_page()
        page.on("dialog", lambda d: (outside.append(f"dialog {d.message}"), d.dismiss()))
        page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else outside.append(r.url))
        for path in [*first[:LIMIT_OF_PAGES], *(p for p in paths if p.count("/") == 2 and p not in first)][: LIMIT_OF_PAGES + 4] + SEARCHES:
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            page.evaluate(
                "document.querySelectorAll('article *').forEach(e => { e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); e.focus && e.focus(); })"
            )
            assert page.evaluate("window.pwned") is None, path
        context.close()
    assert outside == []


def test_spreadsheets_see_texts(hostile: Path):
    """In the workbook no cell is a formula or a link; in CSV for spreadsheets the text is there to be seen."""
    book = openpyxl.load_workbook(hostile / "data" / "airspace-incursion-record.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any(str(c.value).startswith("=HYPERLINK") for c in cells)
    assert {c.data_type for c in cells} <= {"s", "n", "b", "d", "inlineStr"} and not [c for c in cells if c.hyperlink]
    with zipfile.ZipFile(hostile / "data" / "airspace-incursion-record.xlsx") as file:
        assert not [n for n in file.namelist() if b"<f>" in file.read(n)]


def test_feed_readers_see_texts(hostile: Path):
    """Titles and summaries come out as they went in, without markup that a reader's window would run."""
    for name in ("feed.xml", "changes.xml"):
        feed = feedparser.parse((hostile / name).read_bytes())
        assert not feed.bozo, feed.get("bozo_exception")
    # As a reader without a filter sees it: the summary is HTML, and no element but a line break is made of it.
    for summary in ElementTree.parse(hostile / "feed.xml").iter("{http://www.w3.org/2005/Atom}summary"):
        page = hostile.parent / "summary.html"
        page.write_text(summary.text or "", encoding="utf-8")
        assert {tag for tag, _ in Seen(page).tags} <= {"br"} and MARK in summary.text
    assert feedparser.parse((hostile / "feed.xml").read_bytes()).entries
    items = json.loads((hostile / "feed.json").read_bytes())["items"]
    assert items and all("content_html" not in i for i in items)


def test_xml_has_no_elements_of_theirs(hostile: Path):
    """Feeds parse, and hold only elements of their own vocabulary."""
    known = {
        "feed",
        "title",
        "link",
        "id",
        "updated",
        "published",
        "summary",
        "author",
        "name",
        "category",
        "rights",
        "entry",
        "subtitle",
        "uri",
        "content",
        "generator",
        "urlset",
        "url",
        "loc",
    }
    for path in hostile.rglob("*.xml"):
        assert {e.tag.rpartition("}")[2] for e in ElementTree.parse(path).iter()} <= known, path


def test_a_calendar_has_no_event_or_attachment_of_theirs(hostile: Path):
    """Line breaks in a text begin no new line of the calendar."""
    calendar = icalendar.Calendar.from_ical((hostile / "incidents.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert events and all(str(e["UID"]).endswith("@airspace-incursion-record") and "ATTACH" not in e for e in events)
    assert any("BEGIN:VEVENT" in str(e["SUMMARY"]) for e in events)


def test_json_parses_and_keeps_every_character(hostile: Path):
    """The API's text is the table's text."""
    with (hostile.parent / "root" / "data" / "incidents.csv").open(encoding="utf-8", newline="") as file:
        titles = {r["id"]: r["title"] for r in csv.DictReader(file)}
    for path in hostile.rglob("*.json"):
        json.loads(path.read_bytes())
    for key, title in titles.items():
        assert json.loads((hostile / f"api/v1/incidents/{key}.json").read_bytes())["title"] == title


def test_a_database_holds_them_as_texts(hostile: Path):
    """SQL in a text is text."""
    with sqlite3.connect(hostile / "data" / "airspace-incursion-record.sqlite") as base:
        titles = [t for (t,) in base.execute("select title from incidents")]
    assert len(titles) == 4 and all("DROP TABLE" in t for t in titles)


def test_json_in_pages_cannot_be_left(hostile: Path):
    """A block of JSON in a page ends where we end it."""
    for path, text in pages_with_json(hostile):
        json.loads(text), path


def pages_with_json(site: Path) -> Iterator[tuple[Path, str]]:
    """Every JSON block of every page."""
    for path in site.rglob("*.html"):
        for part in path.read_text(encoding="utf-8").split("<script")[1:]:
            attributes, _, rest = part.partition(">")
            if "json" in attributes:
                yield path, rest.split("</script>")[0]


def test_csv_is_read_back_as_it_was(hostile: Path):
    """No cell breaks out of its row, whatever it holds."""
    rows = list(csv.DictReader(io.StringIO((hostile / "data" / "incidents-flat.csv").read_text(encoding="utf-8"), newline="")))
    assert len(rows) == 4 and all(None not in r and MARK in r["title"] for r in rows)
    with (hostile.parent / "root" / "data" / "incidents.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 5


@settings(deadline=None, max_examples=400)
@given(st.from_regex(r"(?i)(https?|javascript):/{0,3}[a-z0-9.\-\[\]:@%/?#\\ ]{0,20}", fullmatch=True) | st.text(max_size=20))
def test_an_address_read_at_a_glance_is_read_as_the_standard_library_does(url: str) -> None:
    """The glance lets nothing pass that taking the address apart would not, and names the same host."""
    try:
        parts = urlsplit(url)
        expected = (url if parts.scheme in ("http", "https") else "#", (parts.hostname or "").removeprefix("www."))
    except ValueError:
        expected = ("#", "")
    assert (render.web_address(url), render.host(url)) == expected
