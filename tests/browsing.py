"""What the browser tests share: one Chromium a module, the site served, pages by kind, and everything that goes wrong on them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.dataset import Dataset
from scripts.derive import Collection, derive
from scripts.record import Record
from scripts.serve import server

from .browser_setup import find

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OTHER = (
    "countries",
    "categories",
    "operators",
    "years",
    "incidents",
    "explore",
    "search",
    "data",
    "methodology",
    "codebook",
    "rules",
    "coverage",
    "changes",
    "debunked",
    "contribute",
    "cite",
    "about",
)
"""Indexes, text pages and tools: every page that is made once."""

NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1280, "height": 900}


@contextmanager
def served(folder: Path, base: str = "") -> Iterator[str]:
    """A folder served on this machine: its address, with `base` as path (the folder must hold it)."""
    web = server(folder, 0)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_address[1]}/{base}"
    finally:
        web.shutdown()
        web.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that asks nobody for anything by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page of a fresh context, and all that went wrong on it: console, scripts, other hosts, bad answers."""

    address: str
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, browser: Browser, address: str, **options: object) -> Visit:
        """A new context with Playwright's `options` (viewport, colour scheme, JavaScript on or off)."""
        context = browser.new_context(**{"viewport": WIDE, **options})
        visit = cls(address, context, context.new_page())
        visit.page.on("console", lambda m: visit.wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        visit.page.on("pageerror", lambda e: visit.wrong.append(f"script: {e}"))
        visit.page.on(
            "request",
            lambda r: visit.wrong.append(f"foreign: {r.url}") if not r.url.startswith((_origin(address), "data:", "blob:")) else None,
        )
        visit.page.on("response", lambda r: visit.wrong.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        return visit

    def open(self, path: str, idle: bool = True) -> Page:
        """Go to a path under the site's address, and wait until it is loaded and, if `idle`, nothing more is asked for."""
        self.page.goto(self.address + path, wait_until="load")
        if idle:
            self.page.wait_for_load_state("networkidle")
        return self.page

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _origin(address: str) -> str:
    return "/".join(address.split("/")[:3]) + "/"


def kinds(root: Path) -> dict[str, str]:
    """Every kind of page, with the path of one that is hard: name -> path under the site."""
    collection = derive(Dataset.load(root))
    records = collection.records
    refuted = next(r for r in records if r.row["existence"] == "refuted")
    bare = next(r for r in records if not r.point and not r.statements)
    return {
        "home": "",
        "incident": f"incidents/{richest(collection).id}/",
        "refuted": f"incidents/{refuted.id}/",
        "bare": f"incidents/{bare.id}/",
        "country": f"countries/{_most(records, lambda r: r.country)}/",
        "empty-country": f"countries/{_empty(collection)}/",
        "category": f"categories/{_most(records, lambda r: r.categories[0] if r.categories else '')}/",
        "operator": f"operators/{_most(records, lambda r: r.operators[0] if r.operators else '')}/",
        "year": f"years/{_most(records, lambda r: str(r.year))}/",
        **{name: f"{name}/" for name in OTHER},
        "404": "404.html",
    }


def richest(collection: Collection) -> Record:
    """The record with most rows: the longest incident page."""
    return max(collection.records, key=lambda r: (len(r.statements) + len(r.citations) + len(r.locations) + len(r.responses), r.id))


def _most(records: list[Record], key) -> str:
    found = [k for k in map(key, records) if k]
    return max(sorted(set(found)), key=found.count)


def _empty(collection: Collection) -> str:
    return next(c for c, row in collection.terms["countries"].items() if row["covered"] and not collection.listed_under(c))
