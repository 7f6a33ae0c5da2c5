"""The built site: every promised page, links that lead somewhere, nothing from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts.dataset import Dataset

from .browsing import OTHER
from .conftest import copy_sample, run_build


class Links(HTMLParser):
    """Collects link targets, what a page loads, and ids."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.outward: list[tuple[str, str]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sort an element's addresses into followed and loaded."""
        have = {k: v or "" for k, v in attrs}
        if "id" in have:
            self.ids.append(have["id"])
        if tag == "a" and "href" in have:
            self.links.append(have["href"])
            if "://" in have["href"]:
                self.outward.append((have["href"], have.get("rel", "")))
        if tag in ("script", "img", "source", "iframe", "use") and (src := have.get("src") or have.get("href")):
            self.loads.append(src)
        if tag == "link" and have.get("rel") in ("stylesheet", "icon", "preload", "preconnect", "modulepreload"):
            self.loads.append(have.get("href", ""))


def test_every_incident_country_category_and_year_has_its_page(site: Path, root: Path):
    """Published paths are a promise."""
    dataset = Dataset.load(root)
    for incident in dataset["incidents"]["id"]:
        assert (site / "incidents" / incident / "index.html").is_file()
    for code, row in dataset.terms["countries"].items():
        assert not row["covered"] or (site / "countries" / code / "index.html").is_file()
    for code in dataset.terms["category"]:
        assert (site / "categories" / code / "index.html").is_file()
    for page in OTHER:
        assert (site / page / "index.html").is_file(), page
    assert (site / "404.html").is_file()


def test_every_inner_link_leads_to_a_file_and_every_anchor_to_an_id(site: Path):
    """No dead link on any page, at either depth, under any base path."""
    pages = {p: Links(p) for p in site.rglob("*.html") if p.name != "404.html"}
    ids = {p.resolve(): set(x.ids) for p, x in pages.items()}
    dead = []
    for page, found in pages.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            assert not link.startswith("/"), f"{page}: {link} breaks under another base path"
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (
                parts.fragment
                and parts.fragment != "__skip"
                and target.suffix == ".html"
                and unquote(parts.fragment) not in ids.get(target, set())
            ):
                dead.append(f"{page.relative_to(site)} -> {link}")
    assert dead == []


def test_no_page_loads_anything_from_another_host(site: Path):
    """Fonts, scripts, styles and pictures are the site's own."""
    for page in site.rglob("*.html"):
        assert [x for x in Links(page).loads if "://" in x or x.startswith("//")] == [], page


def test_links_to_sources_give_no_credit_and_no_power(site: Path):
    """What contributors link to is marked as theirs."""
    for page in (site / "incidents").glob("AIR-*/index.html"):
        for href, rel in Links(page).outward:
            if "creativecommons.org" not in href:
                assert {"noopener", "nofollow", "ugc"} <= set(rel.split()), (page, href)


def test_ids_are_unique_on_each_page(site: Path):
    """An anchor names one place."""
    for page in site.rglob("*.html"):
        ids = Links(page).ids
        assert len(ids) == len(set(ids)), (page, [i for i in ids if ids.count(i) > 1][:3])


def test_a_page_says_nothing_of_the_build(site: Path, root: Path):
    """No path of a machine, no HEAD hash, no generator line."""
    for page in list(site.rglob("*.html"))[:40]:
        text = page.read_text(encoding="utf-8")
        assert str(root) not in text
        assert not re.search(r"\b[0-9a-f]{40}\b", text)


def test_bad_data_builds_nothing(tmp_path: Path):
    """A fault in a table stops the build with its place, before a page is written."""
    root = copy_sample(tmp_path / "root")
    path = root / "data" / "incidents.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",confirmed,,yes", ",nonsense,,yes"), encoding="utf-8")
    done = run_build(tmp_path / "site", AIR_ROOT=str(root))
    assert done.returncode != 0
    assert "data/incidents.csv:2:existence: terms" in done.stderr
    assert not list((tmp_path / "site").rglob("*.html"))


def test_a_retired_id_keeps_a_page_that_leads_on(tmp_path: Path):
    """The tombstone says why, and links to what stands for it now."""
    done = run_build(tmp_path / "site", AIR_ROOT=str(copy_sample(tmp_path / "root")))
    assert done.returncode == 0, done.stderr
    page = tmp_path / "site" / "incidents" / "AIR-2025-0004" / "index.html"
    assert "Synthetic duplicate of another record." in page.read_text(encoding="utf-8")
    assert any("AIR-2025-0001" in link for link in Links(page).links)
